//! Words around a name → whether it is a subject, an object or an owner.
//!
//! Invariant: only the words next to the name are looked at. No parser: news puts its subjects before its verbs.

use super::fold::fold;
use super::words::Words;

/// Whether a word can begin the predicate of the subject before it: any word in small letters but a function word.
fn is_verb(written: &str) -> bool {
    written.starts_with(char::is_lowercase)
        && !matches!(
            written,
            "of" | "in"
                | "at"
                | "on"
                | "for"
                | "from"
                | "by"
                | "with"
                | "to"
                | "and"
                | "or"
                | "but"
                | "as"
                | "than"
                | "that"
                | "which"
                | "when"
                | "while"
                | "after"
                | "before"
                | "into"
                | "over"
                | "under"
                | "about"
                | "against"
                | "during"
                | "because"
                | "if"
                | "where"
                | "the"
                | "a"
                | "an"
                | "his"
                | "her"
                | "their"
                | "he"
                | "she"
                | "they"
                | "it"
                | "near"
                | "through"
                | "between"
                | "among"
                | "until"
                | "since"
                | "without"
                | "s"
                | "family"
                | "fans"
                | "government"
                | "administration"
                | "campaign"
                | "story"
                | "character"
                | "album"
                | "band"
        )
}

/// Prepositions that stand between a noun and what belongs to it.
pub(super) fn is_preposition(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "of",
        "for",
        "from",
        "by",
        "with",
        "to",
        "in",
        "at",
        "on",
        "like",
        "against",
        "including",
        "about",
        "over",
        "under",
        "between",
        "near",
        "behind",
        "than",
        "after",
    ];
    WORDS.contains(&word)
}

/// Whether the words before a place make it the object of a preposition or of a verb.
pub(super) fn is_object(words: &Words<'_>, first: usize) -> (bool, bool) {
    let before = fold(words.at(first.wrapping_sub(1)));
    let preposition =
        is_preposition(&before) || matches!(before.as_str(), "before" | "into" | "alongside" | "opposite");
    let verb = before.len() > 4 && (before.ends_with("ed") || before.ends_with("ing"))
        || matches!(before.as_str(), "told" | "met" | "saw" | "made" | "called" | "beat");
    (preposition, verb)
}

/// Whether a place stands where its sentence's subject usually does.
pub(super) fn is_subject(words: &Words<'_>, range: &std::ops::Range<usize>) -> bool {
    let (preposition, verb) = is_object(words, range.start);
    let mut next = range.end;
    if words.at(next) == "(" {
        next = (next..next + 8).find(|&i| words.at(i) == ")").map_or(next, |i| i + 1);
    }
    !preposition && !verb && is_verb(words.at(next))
}
