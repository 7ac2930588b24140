//! Place in an article → who has been spoken of before it, with what makes each likely to be meant.
//!
//! Invariant: a fixed number of mentions is looked back over, so that cost follows the number of pronouns.

use super::fold::fold;
use super::scene::{Event, Scene};
use super::words::{Words, is_apostrophe};
use crate::labels::{Part, Quotation};
use crate::text::Span;

/// Mentions looked back over.
const MENTIONS: usize = 48;
/// Sources and addressees looked back over.
const SPOKEN: usize = 16;
/// Noun phrases looked back over.
const NOUNS: usize = 24;
/// Sentences looked back over.
const SENTENCES: usize = 10;

/// How many features a candidate has.
pub(super) const FEATURES: usize = 43;

/// One whom a pronoun may stand for.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) who: Vec<usize>,
    /// Its last event before the pronoun.
    pub(super) span: Span,
    pub(super) features: [f32; FEATURES],
}

/// What is known of the pronoun's own place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) part: Part,
    pub(super) span: Span,
    pub(super) statement: usize,
    /// "his" before a noun.
    pub(super) possessive: bool,
    /// Subject of a verb.
    pub(super) subject: bool,
    /// They, them, their.
    pub(super) plural: bool,
}

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

/// Whether the words before a place make it the object of a preposition or of a verb.
fn is_object(words: &Words<'_>, first: usize) -> (bool, bool) {
    let before = fold(words.at(first.wrapping_sub(1)));
    let preposition = matches!(
        before.as_str(),
        "of" | "for"
            | "from"
            | "by"
            | "with"
            | "to"
            | "in"
            | "at"
            | "on"
            | "like"
            | "against"
            | "about"
            | "over"
            | "under"
            | "between"
            | "near"
            | "behind"
            | "than"
            | "after"
            | "before"
            | "into"
            | "including"
            | "alongside"
            | "opposite"
    );
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

/// Everybody spoken of shortly before a place, most recent first.
pub(super) fn candidates(
    scene: &Scene<'_>,
    place: &Place,
    fits: impl Fn(&Scene<'_>, &[usize]) -> bool,
) -> Vec<Candidate> {
    let Some(words) = scene.words(place.part) else { return Vec::new() };
    let sentence = scene.sentence(place.part, place.span.start);
    let mentions = &scene.findings.mentions;
    let past = mentions.partition_point(|m| (m.part, m.span.end) <= (place.part, place.span.start));
    let mut events: Vec<Event> = (past.saturating_sub(MENTIONS)..past)
        .filter(|&m| mentions[m].part == place.part)
        .filter_map(|m| {
            Some(Event {
                part: place.part,
                span: mentions[m].span,
                who: vec![scene.mention_entity[m]?],
                source: false,
                top: false,
                noun: false,
            })
        })
        .collect();
    let before = |e: &&Event| e.part == place.part && e.span.end <= place.span.start;
    events.extend(scene.spoken.iter().rev().take(SPOKEN).filter(before).cloned());
    events.extend(
        scene
            .nouns
            .iter()
            .rev()
            .take(NOUNS)
            .filter(before)
            .filter(|n| !scene.spoken.iter().rev().take(SPOKEN).any(|s| s.part == n.part && s.span.overlaps(n.span)))
            .cloned(),
    );
    events.sort_by_key(|e| (e.span.end, e.span.start, e.source));
    let speaker = scene
        .spoken
        .iter()
        .rev()
        .take(SPOKEN)
        .filter(before)
        .filter(|e| e.source && e.top)
        .max_by_key(|e| e.span.end)
        .map(|e| e.who.clone());
    let parent = scene.parent(place.statement);
    let parents: Vec<usize> =
        parent.map(|(p, _)| scene.sources[p].iter().map(|a| a.entity).collect()).unwrap_or_default();
    let quoted = parent.is_some_and(|(_, s)| s.quotation == Quotation::Direct);
    let mut found: Vec<Candidate> = Vec::new();
    let mut rank = 0;
    let pronoun = words.within(place.span).start;
    for event in events.iter().rev() {
        let distance = sentence.saturating_sub(scene.sentence(place.part, event.span.start));
        if distance > SENTENCES || !fits(scene, &event.who) {
            continue;
        }
        if let Some(known) = found.iter_mut().find(|c| c.who == event.who) {
            known.features[10] = (known.features[10] + 0.25).min(1.5);
            if event.source {
                known.features[20] = 1.0;
            }
            continue;
        }
        let range = words.within(event.span);
        let (preposition, verb) = is_object(words, range.start);
        let subject = is_subject(words, &range);
        let owner = words.at(range.end).starts_with(is_apostrophe);
        let same = distance == 0;
        let first = first_in_sentence(scene, words, place.part, &range);
        let gap = pronoun.saturating_sub(range.end);
        let commas =
            (range.end..pronoun).rev().take(40).filter(|&i| matches!(words.at(i), "," | ";" | "—" | "–")).count();
        let joints = (range.end..pronoun)
            .rev()
            .take(40)
            .filter(|&i| {
                matches!(
                    words.at(i),
                    "and"
                        | "but"
                        | "that"
                        | "when"
                        | "who"
                        | "while"
                        | "as"
                        | "because"
                        | "which"
                        | "after"
                        | "before"
                        | "if"
                )
            })
            .count();
        let next = words.at(range.end);
        let listed = next == "and" && words.at(range.end + 1).starts_with(char::is_uppercase)
            || words.at(range.start.wrapping_sub(1)) == "and"
                && words.at(range.start.wrapping_sub(2)).starts_with(char::is_uppercase);
        let gender = match event.who[..] {
            [one] => scene.portraits[one].gender(),
            _ => None,
        };
        let topic = scene.mentioned(event.who[0]);
        let mut f = [0.0; FEATURES];
        f[distance.min(3)] = 1.0;
        f[4] = f32::from(speaker.as_ref().is_some_and(|s| *s == event.who));
        f[5] = f32::from(subject && place.subject);
        f[6] = f32::from(subject && !place.subject);
        f[7] = f32::from(owner);
        f[8] = f32::from(preposition);
        f[9] = f32::from(verb);
        f[11] = f32::from(first);
        f[12] = f32::from(rank == 0);
        f[13] = f32::from(rank == 1);
        f[14] = f32::from(rank > 2);
        f[15] = f32::from(same && place.possessive && subject);
        f[16] = f32::from(same && !place.possessive && !place.subject && subject);
        f[17] = f32::from(!quoted && parents == event.who && !parents.is_empty());
        f[18] = f32::from(quoted && parents == event.who && !parents.is_empty());
        f[19] = f32::from(within_quotation(scene, place, event));
        f[20] = f32::from(event.source);
        f[21] = distance.min(10) as f32 / 10.0;
        f[22] = f32::from(if place.plural {
            event.who.len() > 1 || scene.portraits[event.who[0]].plural
        } else {
            gender.is_some()
        });
        f[23] = (1.0 + gap as f32).ln() / 4.0;
        f[24] = f32::from(same) * (1.0 + gap as f32).ln() / 4.0;
        f[25] = f32::from(same) * commas.min(3) as f32 / 3.0;
        f[26] = f32::from(same) * joints.min(3) as f32 / 3.0;
        f[27] = f32::from(same && joints == 0 && !place.possessive);
        f[28] = f32::from(listed);
        f[29] = f32::from(next == "," || next == "(");
        f[30] = (1.0 + topic as f32).ln() / 3.0;
        f[31] = f32::from(scene.is_first_person(event.who[0]));
        f[32] = f32::from(range.len() == 1);
        f[33] = f32::from(same && place.subject && first);
        f[34] = f32::from(same && place.possessive && rank == 0);
        f[35] = f32::from(!same && first && place.subject);
        f[36] = f32::from(distance == 1 && subject);
        f[37] = f32::from(owner && place.possessive);
        f[38] = f32::from((preposition || verb) && !place.subject && !place.possessive);
        f[42] = f32::from(!event.source && scene.is_place(event.who[0]));
        f[40] = f32::from(event.noun);
        f[41] = f32::from(event.noun && gender.is_some());
        f[39] = f32::from(words.at(range.start.wrapping_sub(1)) == "by");
        rank += 1;
        found.push(Candidate { who: event.who.clone(), span: event.span, features: f });
    }
    found
}

/// Whether nothing but a title stands between the beginning of the sentence and some words.
fn first_in_sentence(scene: &Scene<'_>, words: &Words<'_>, part: Part, range: &std::ops::Range<usize>) -> bool {
    let Some(passage) = scene.article.passage(part) else { return false };
    let at = words.span(range.start).start;
    let start = passage.sentences.get(passage.sentence_of(at)).map_or(0, |s| s.start);
    range.start.saturating_sub(words.within(Span::new(start, at)).start) <= 4
}

/// Whether an event lies in a quotation that the pronoun does not lie in.
fn within_quotation(scene: &Scene<'_>, place: &Place, event: &Event) -> bool {
    let statements = &scene.findings.statements;
    let this = &statements[place.statement];
    let near = place.statement.saturating_sub(6)..(place.statement + 4).min(statements.len());
    let holds = |s: &crate::article::Statement| {
        s.part == place.part
            && s.content.iter().any(|c| c.contains(event.span))
            && !s.content.iter().any(|c| c.contains(place.span))
    };
    holds(this) || near.into_iter().any(|i| holds(&statements[i]) && statements[i].quotation != Quotation::Indirect)
}
