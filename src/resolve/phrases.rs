//! Words of a noun phrase → its determiner, count, head noun and modifiers.
//!
//! Invariant: the head is a word of the phrase before its first preposition, relative clause or comma.
//! No parser: English noun phrases in news put the head there.

use std::ops::Range;

use super::fold::fold;
use super::gazetteer::{Gazetteer, NounKind, last_part};
use super::titles::Gender;
use super::words::{Words, is_apostrophe};

/// How a phrase points to what it names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Determiner {
    /// the, this, that, a possessive: known already.
    Definite,
    /// a, an, another, some: new.
    Indefinite,
    /// Nothing: "police", "rural producers".
    Bare,
}

/// A noun phrase.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub(super) determiner: Determiner,
    /// Whether "his", "their" and their like determine it.
    pub(super) pronoun_owns: bool,
    /// "two" in "the two leaders"; 2 for "both".
    pub(super) count: Option<usize>,
    /// The words between determiner and post-modifier, head included.
    pub(super) core: Range<usize>,
    /// The head noun.
    pub(super) head: usize,
    /// Lemma of the head: what synonyms share.
    pub(super) lemma: String,
    pub(super) kind: Option<NounKind>,
    pub(super) plural: bool,
    pub(super) gender: Option<Gender>,
    /// Wider nouns for the head.
    pub(super) classes: &'static str,
    /// Folded words of the core before the head, without possessive endings.
    pub(super) modifiers: Vec<String>,
    /// What follows the head.
    pub(super) rest: Range<usize>,
}

/// The longest core that is read.
const LONGEST: usize = 14;

/// Words that end the core of a noun phrase.
pub(super) fn ends_core(word: &str) -> bool {
    matches!(
        word,
        "of" | "for"
            | "from"
            | "in"
            | "at"
            | "on"
            | "by"
            | "with"
            | "to"
            | "who"
            | "which"
            | "that"
            | "whose"
            | "whom"
            | "near"
            | "under"
            | "against"
            | "about"
            | "behind"
            | "within"
            | "between"
            | "over"
            | "after"
            | "before"
            | "than"
            | "including"
            | "like"
            | "during"
            | "across"
            | "among"
            | "around"
            | "involved"
            | "familiar"
            | "close"
            | "aged"
            | "based"
            | "said"
            | "says"
            | "is"
            | "was"
            | "are"
            | "were"
            | "has"
            | "have"
            | "had"
            | "as"
            | "through"
            | "into"
            | "where"
            | "when"
            | "because"
            | "and"
            | "or"
            | "but"
    )
}

/// The number that a word names.
pub(super) fn number(word: &str) -> Option<usize> {
    let words = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    words.iter().position(|w| *w == word).map(|i| i + 2).or_else(|| if word == "both" { Some(2) } else { None })
}

/// Reads a phrase; none if there is no word that could be its head.
pub(super) fn parse(words: &Words<'_>, range: Range<usize>, gazetteer: &Gazetteer) -> Option<Phrase> {
    let mut at = range.start;
    let mut determiner = Determiner::Bare;
    let mut count = None;
    while at < range.end {
        let word = fold(words.at(at));
        match word.as_str() {
            "the" | "this" | "that" | "these" | "those" | "his" | "her" | "its" | "their" | "our" | "my" | "your"
            | "all" => determiner = Determiner::Definite,
            "a" | "an" | "another" | "some" | "one" | "any" | "several" | "many" | "most" | "few" | "other" | "no"
            | "each" => determiner = Determiner::Indefinite,
            "\"" | "“" | "‘" | "[" | "(" => {}
            _ => match number(&word) {
                Some(n) => {
                    count = Some(n);
                    if word == "both" {
                        determiner = Determiner::Definite;
                    }
                }
                None => break,
            },
        }
        at += 1;
    }
    let start = at;
    let pronoun_owns = (range.start..start)
        .any(|i| matches!(fold(words.at(i)).as_str(), "his" | "her" | "its" | "their" | "our" | "my" | "your"));
    let mut head = None;
    let mut seen_noun = false;
    while at < range.end && at < start + LONGEST {
        let written = words.at(at);
        let word = fold(written);
        if !written.starts_with(char::is_alphanumeric) {
            let owns = written.starts_with(is_apostrophe);
            if owns || matches!(written, "\"" | "“" | "”" | "&" | "/" | "." if at == start) {
                if owns {
                    determiner = Determiner::Definite;
                }
                at += 1;
                continue;
            }
            break;
        }
        if head.is_some() && ends_core(&word) {
            break;
        }
        if seen_noun
            && written.chars().all(char::is_lowercase)
            && (word.ends_with("ed") || word.ends_with("ing"))
            && gazetteer.noun(&word).is_none()
        {
            break;
        }
        seen_noun = gazetteer.noun(&last_part(&word)).is_some();
        head = Some(at);
        at += 1;
    }
    let Some(head) = head else {
        return pronominal(words, start..range.end, determiner, count);
    };
    let word = fold(words.at(head));
    let compound = if head > start { format!("{} {word}", fold(words.at(head - 1))) } else { String::new() };
    let found =
        gazetteer.noun(&compound).or_else(|| gazetteer.noun(&word)).or_else(|| gazetteer.noun(&last_part(&word)));
    let plural = found.map_or_else(
        || {
            word.len() > 3
                && word.ends_with('s')
                && !word.ends_with("ss")
                && !word.ends_with("us")
                && !word.ends_with("is")
        },
        |(_, plural)| plural,
    );
    let of_state =
        word == "head" && words.at(at) == "of" && matches!(fold(words.at(at + 1)).as_str(), "state" | "government");
    if of_state {
        at += 2;
    }
    let modifiers =
        (start..head).map(|i| fold(words.at(i))).filter(|w| w.chars().any(char::is_alphanumeric) && w != "s").collect();
    Some(Phrase {
        determiner,
        pronoun_owns,
        count,
        core: start..at,
        head,
        lemma: if of_state {
            "head-of-state".to_owned()
        } else {
            found.map_or(word, |(noun, _)| noun.lemma.to_owned())
        },
        kind: found.map(|(noun, _)| noun.kind),
        plural: plural || count.is_some(),
        gender: found.and_then(|(noun, _)| noun.gender),
        classes: found.map_or("", |(noun, _)| noun.classes),
        modifiers,
        rest: at..range.end,
    })
}

/// "The two", "both", "several": a phrase without a noun.
fn pronominal(words: &Words<'_>, rest: Range<usize>, determiner: Determiner, count: Option<usize>) -> Option<Phrase> {
    let head = rest.start.checked_sub(1)?;
    if determiner == Determiner::Bare && count.is_none() {
        return None;
    }
    Some(Phrase {
        determiner,
        pronoun_owns: false,
        count,
        core: rest.start..rest.start,
        head,
        lemma: fold(words.at(head)),
        kind: None,
        plural: count.is_some(),
        gender: None,
        classes: "",
        modifiers: Vec::new(),
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn read(text: &str) -> Option<Phrase> {
        let text = Text::new(text);
        let words = Words::of(&text);
        parse(&words, 0..words.len(), &Gazetteer::load())
    }

    #[test]
    fn the_head_stands_before_the_first_post_modifier() {
        let phrase = read("the outspoken youth leader of the Harbour Party").unwrap();
        assert_eq!((phrase.lemma.as_str(), phrase.determiner, phrase.plural), ("leader", Determiner::Definite, false));
        assert_eq!(phrase.modifiers, ["outspoken", "youth"]);
        let phrase = read("Nordland's two biggest companies").unwrap();
        assert_eq!(
            (phrase.lemma.as_str(), phrase.determiner, phrase.plural),
            ("companies", Determiner::Definite, true)
        );
        let phrase = read("a survey conducted by the Harbour Institute").unwrap();
        assert_eq!((phrase.lemma.as_str(), phrase.kind), ("survey", Some(NounKind::Document)));
    }

    #[test]
    fn counts_are_read_with_and_without_a_noun() {
        assert_eq!(read("the two").unwrap().count, Some(2));
        assert_eq!(read("both companies").unwrap().count, Some(2));
        assert!(read("“”").is_none());
    }
}
