//! Names → which acronym stands for which name.
//!
//! Invariant: an acronym has two or more capital letters, and at least half of its letters are capital.

use super::fold::fold;

/// Whether a word is written as an acronym: "EU", "U.N.", "UoN".
pub(super) fn is_acronym(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    capitals >= 2 && letters <= 8 && capitals * 2 >= letters && !word.contains(char::is_whitespace)
}

/// Whether a word is clipped together from several: "HarBo".
pub(super) fn is_clipped(word: &str) -> bool {
    word.chars().skip(1).any(char::is_uppercase)
        && word.chars().next().is_some_and(char::is_uppercase)
        && word.chars().all(char::is_alphabetic)
}

/// Whether a word may be an acronym that is read as a word: "Numsa".
pub(super) fn is_read_acronym(word: &str) -> bool {
    let letters = word.chars().count();
    (4..=9).contains(&letters) && word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase)
}

/// Words that an acronym may leave out.
const SMALL: &[&str] = &[
    "of", "the", "and", "for", "in", "on", "to", "at", "de", "del", "la", "le", "les", "des", "du", "da", "do", "dos",
    "y", "e", "et", "der", "die", "das", "und", "s",
];

/// Whether an acronym consists of the first letters of the folded words, small words counted or not,
/// or of their beginnings, each with a capital ("HarBo" for Harbour Bonds).
pub(super) fn abbreviates(acronym: &str, words: &[String]) -> bool {
    if clipped(acronym, words) {
        return true;
    }
    let acronym = fold(acronym);
    let parts: Vec<&str> = words.iter().flat_map(|w| w.split(['-', '‑'])).filter(|w| !w.is_empty()).collect();
    let all: String = parts.iter().filter_map(|w| w.chars().next()).collect();
    let main: String = parts.iter().filter(|w| !SMALL.contains(*w)).filter_map(|w| w.chars().next()).collect();
    let letters = acronym.chars().count();
    letters >= 2 && parts.len() >= 2 && (acronym == all || acronym == main || letters > 3 && spelled(&acronym, &parts))
}

/// Whether an acronym takes all letters of a short last word ("Union of Metalworkers of SA").
fn spelled(acronym: &str, parts: &[&str]) -> bool {
    let main: Vec<&&str> = parts.iter().filter(|w| !SMALL.contains(*w)).collect();
    let Some((last, before)) = main.split_last() else {
        return false;
    };
    let start: String = before.iter().filter_map(|w| w.chars().next()).collect();
    (2..=3).contains(&last.chars().count()) && acronym.strip_prefix(&start).is_some_and(|rest| rest == **last)
}

/// Whether each part of the acronym that begins with a capital begins one of the words, in order.
fn clipped(acronym: &str, words: &[String]) -> bool {
    let mut parts: Vec<String> = Vec::new();
    for c in acronym.chars() {
        match parts.last_mut() {
            Some(part) if !c.is_uppercase() => part.push(c),
            _ => parts.push(c.to_string()),
        }
    }
    let main: Vec<&String> = words.iter().filter(|w| !SMALL.contains(&w.as_str())).collect();
    parts.len() >= 2
        && parts.len() == main.len()
        && parts.iter().any(|p| p.chars().count() > 1)
        && parts.iter().zip(&main).all(|(part, word)| word.starts_with(&fold(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::fold::name_words;

    #[test]
    fn first_letters_with_and_without_small_words() {
        assert!(abbreviates("NFU", &name_words("Northern Farmers' Union")));
        assert!(abbreviates("B.O.N.", &name_words("Bank of Nordland")));
        assert!(abbreviates("BN", &name_words("Bank of Nordland")));
        assert!(abbreviates("NorBa", &name_words("Nordland Bank")));
        assert!(!abbreviates("BM", &name_words("Bank of Nordland")));
        assert!(is_acronym("U.N.") && is_acronym("NFU") && !is_acronym("Nfu") && !is_acronym("N"));
    }
}
