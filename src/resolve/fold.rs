//! Names → what they are compared by: no case, no accents, no "the", no possessive ending.
//!
//! Invariant: folding twice is folding once.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words::is_apostrophe;

/// A word without case, accents, points and apostrophes; of "&" "and" is made.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        if word == "&" {
            return "and".to_owned();
        }
        return word.bytes().filter(|b| !matches!(b, b'.' | b'\'')).map(|b| b.to_ascii_lowercase() as char).collect();
    }
    let plain = word.nfd().filter(|&c| !is_combining_mark(c) && c != '.' && !is_apostrophe(c));
    plain.flat_map(char::to_lowercase).filter(|&c| !is_combining_mark(c)).collect()
}

/// The folded words of a name, without articles; hyphens and dashes part words where `split_hyphens` says so.
pub(super) fn name_words(name: &str) -> Vec<String> {
    let bare = strip_possessive(name.trim());
    let parts = bare.split(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '"' | '“' | '”' | '(' | ')' | '[' | ']' | '/' | ';' | ':')
    });
    let words: Vec<String> = parts.map(fold).filter(|w| !w.is_empty()).collect();
    let skip = usize::from(words.len() > 1 && matches!(words[0].as_str(), "the" | "a" | "an"));
    words[skip..].to_vec()
}

/// A name without a possessive ending.
pub(super) fn strip_possessive(name: &str) -> &str {
    let Some(stem) = name.strip_suffix(['s', 'S']) else {
        return name.strip_suffix(is_apostrophe).unwrap_or(name);
    };
    stem.strip_suffix(is_apostrophe).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// Whether two names may count as one when answers are compared: equal without case, accents and "the",
/// or the words of one contained in the other's.
pub fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (name_words(a), name_words(b));
    if a.is_empty() || b.is_empty() {
        return a == b;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    short.iter().all(|word| long.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_compared_without_case_accents_and_articles() {
        assert!(same_name("The José Ríos Foundation", "jose rios foundation"));
        assert!(same_name("Ríos", "José Ríos"));
        assert!(!same_name("José Ríos", "José Lima"));
        assert!(!same_name("", "José"));
        assert_eq!(name_words("the Foundation’s"), ["foundation"]);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(word in "\\PC{0,12}") {
            let once = fold(&word);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn comparison_is_symmetric(a in "[A-Za-z ’s.]{0,12}", b in "[A-Za-z ’s.]{0,12}") {
            prop_assert_eq!(same_name(&a, &b), same_name(&b, &a));
        }
    }
}
