//! Two names, or two lists of names → whether they mean the same.
//!
//! Invariant: agreement is symmetric, and no name agrees with an empty one.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Equal without case, accents and "the", or the words of one contained in the other's; or both are who writes,
/// or the same country by another name.
pub fn names_agree(a: &str, b: &str) -> bool {
    if same_country(a, b) {
        return true;
    }
    let (a, b) = (words(a), words(b));
    is_author(&a) && is_author(&b) || !a.is_empty() && !b.is_empty() && (a.is_subset(&b) || b.is_subset(&a))
}

/// Every name on either side has one on the other that it agrees with; so do two empty lists.
pub fn lists_agree(a: &[String], b: &[String]) -> bool {
    let covered = |x: &[String], y: &[String]| x.iter().all(|name| y.iter().any(|other| names_agree(name, other)));
    covered(a, b) && covered(b, a)
}

/// Whether a name only says who writes the article: "the author", "the writer", or the "I" that gold leaves as it is.
fn is_author(words: &BTreeSet<String>) -> bool {
    words.len() == 1 && words.iter().all(|w| matches!(w.as_str(), "author" | "writer" | "i" | "me" | "my" | "myself"))
}

/// Names under which one country or union goes, as written.
const COUNTRIES: &[&[&str]] = &[
    &["US", "U.S.", "USA", "U.S.A.", "America", "United States", "United States of America"],
    &["UK", "U.K.", "Britain", "Great Britain", "United Kingdom"],
    &["UAE", "U.A.E.", "United Arab Emirates"],
    &["EU", "E.U.", "European Union"],
];

fn same_country(a: &str, b: &str) -> bool {
    let bare = |name: &str| ["the ", "The "].iter().find_map(|the| name.strip_prefix(the)).unwrap_or(name).to_owned();
    let (a, b) = (bare(a.trim()), bare(b.trim()));
    COUNTRIES.iter().any(|names| names.contains(&a.as_str()) && names.contains(&b.as_str()))
}

fn words(name: &str) -> BTreeSet<String> {
    let plain: String = name.nfd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase).collect();
    let plain = plain.replace('’', "'").replace("'s ", " ");
    let plain = plain.strip_suffix("'s").unwrap_or(&plain);
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty() && *word != "the").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_articles_and_titles_do_not_part_names() {
        for (a, b) in [
            ("The Ministry of Health", "ministry of health"),
            ("José Ibáñez", "Jose Ibanez"),
            ("Prime Minister Ada Quill", "Ada Quill"),
            ("Quill", "Ada Quill"),
            ("Norland's ministry", "Norland ministry"),
        ] {
            assert!(names_agree(a, b) && names_agree(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn other_people_do_not_agree() {
        for (a, b) in [("Ada Quill", "Bo Quill"), ("he", "Ada Quill"), ("", "Ada Quill"), ("the", "the state")] {
            assert!(!names_agree(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn whoever_writes_is_one() {
        for name in ["I", "the writer", "my", "The author"] {
            assert!(names_agree(name, "the author"), "{name}");
        }
        assert!(!names_agree("I", "Ada Quill") && !names_agree("we", "the author"));
        assert!(!names_agree("the writer Ada Quill", "the author"));
    }

    #[test]
    fn a_country_has_several_names() {
        for (a, b) in [("the US", "United States"), ("Britain", "The United Kingdom"), ("America", "U.S.")] {
            assert!(names_agree(a, b) && names_agree(b, a), "{a} / {b}");
        }
        assert!(!names_agree("us", "United States") && !names_agree("Britain", "United States"));
    }

    #[test]
    fn a_list_needs_all_of_the_other() {
        let list = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        assert!(lists_agree(&list(&["Acme", "Bolt Ltd"]), &list(&["Bolt", "Acme"])));
        assert!(!lists_agree(&list(&["Acme", "Bolt"]), &list(&["Acme"])));
        assert!(!lists_agree(&list(&[]), &list(&["Acme"])));
        assert!(lists_agree(&[], &[]));
    }
}
