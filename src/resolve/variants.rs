//! Names of one thing in other words → joined: "Football Federation of Norway" and "Norwegian Football Federation",
//! "Linetsky" beside "Amos Linetzky".
//!
//! Invariant: of organisations only the order and the form of the country's name may differ; of persons one letter
//! of a long surname, where no one else bears either spelling.

use rustc_hash::FxHashMap;

use super::forms::Forms;
use super::gazetteer::Gazetteer;
use crate::labels::EntityType;

/// Letters of a surname in which one may be misspelt.
const LONG: usize = 6;

/// Joins names that differ in wording or by a slip only.
pub(super) fn join(names: &mut Forms, gazetteer: &Gazetteer) {
    let mut first: FxHashMap<Vec<String>, usize> = FxHashMap::default();
    for index in 0..names.forms.len() {
        let form = &names.forms[index];
        if form.given || form.joined != index || form.kind != EntityType::Org || form.words.len() < 2 {
            continue;
        }
        let root = *first.entry(bag(&form.words, gazetteer)).or_insert(index);
        names.forms[index].joined = root;
    }
    misspelt(names);
}

/// The words of a name without their order, countries by their codes.
fn bag(words: &[String], gazetteer: &Gazetteer) -> Vec<String> {
    let small = |w: &&String| !matches!(w.as_str(), "of" | "the" | "for" | "and" | "s");
    let code = |w: &String| {
        let bare = w.strip_suffix('s').filter(|_| gazetteer.country_code(w).is_none()).unwrap_or(w);
        gazetteer.country_code(bare).map_or_else(|| w.clone(), str::to_owned)
    };
    let mut bag: Vec<String> = words.iter().filter(small).map(code).collect();
    bag.sort();
    bag
}

/// Joins a lone surname to the one full name whose last word differs from it by a letter.
fn misspelt(names: &mut Forms) {
    let full: Vec<usize> = (0..names.forms.len())
        .filter(|&i| names.forms[i].kind == EntityType::Per && names.forms[i].words.len() > 1)
        .collect();
    for index in 0..names.forms.len() {
        let form = &names.forms[index];
        let [name] = &form.words[..] else { continue };
        if form.given || form.joined != index || form.kind != EntityType::Per || name.chars().count() < LONG {
            continue;
        }
        if full.iter().any(|&f| names.forms[f].words.contains(name)) {
            continue;
        }
        let near = full.iter().copied().filter(|&f| names.forms[f].words.last().is_some_and(|w| slip(name, w)));
        let mut roots: Vec<usize> = near.map(|f| names.root(f)).collect();
        roots.sort_unstable();
        roots.dedup();
        if let [one] = roots[..] {
            names.forms[index].joined = one;
        }
    }
}

/// Whether two words differ by one letter: another, one more, or two exchanged.
fn slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.len() - short.len() > 1 || short.first() != long.first() || short.len() < LONG - 1 {
        return false;
    }
    let same = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    if same == short.len() {
        return long.len() > short.len();
    }
    let rest = |from: &[char], at: usize| from.get(at..).map(<[char]>::to_vec).unwrap_or_default();
    let one_more = long.len() > short.len() && rest(short, same) == rest(long, same + 1);
    let other = long.len() == short.len() && rest(short, same + 1) == rest(long, same + 1);
    let exchanged = long.len() == short.len()
        && rest(short, same + 2) == rest(long, same + 2)
        && short.get(same) == long.get(same + 1)
        && short.get(same + 1) == long.get(same);
    one_more || other || exchanged
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A surname and a plural or an unrelated name must stay apart.
    #[test]
    fn only_one_letter_may_differ() {
        assert!(slip("linetsky", "linetzky") && slip("bennett", "bennet") && slip("hasian", "hasina"));
        assert!(!slip("brandt", "grandt") && !slip("marlow", "barlow") && !slip("hansen", "jansson"));
    }
}
