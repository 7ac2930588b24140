//! Place in an article → who has been spoken of before it, with what makes each likely to be meant.
//!
//! Invariant: a fixed number of mentions is looked back over, so that cost follows the number of pronouns.

use std::ops::Range;

use super::lists::lists;
use super::scene::{Event, Scene};
use super::syntax::{is_object, is_subject};
use super::words::{Words, is_apostrophe};
use crate::article::Statement;
use crate::labels::{EntityType, Part, Quotation};
use crate::text::Span;

/// Mentions looked back over.
const MENTIONS: usize = 48;
/// Mentions looked ahead over, within the sentence.
const AHEAD: usize = 4;
/// Sources and addressees looked back over.
const SPOKEN: usize = 16;
/// Noun phrases looked back over.
const NOUNS: usize = 24;
/// Sentences looked back over.
const SENTENCES: usize = 10;
/// Words between a candidate and the pronoun that are searched for commas and conjunctions.
const BETWEEN: usize = 40;

/// How many features a candidate has.
pub(super) const FEATURES: usize = 100;
/// The first feature that only descriptions have.
pub(super) const OF_DESCRIPTION: usize = 76;

/// What makes a candidate likely or unlikely, by number: the order in which the weights stand.
pub(super) type Features = [f32; FEATURES];

/// One whom a pronoun may stand for.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) who: Vec<usize>,
    /// Its last event before the pronoun.
    pub(super) span: Span,
    pub(super) features: Features,
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
    /// Whether a name after it in the sentence may be meant.
    pub(super) ahead: bool,
}

/// What holds for every candidate of a place.
struct Context<'a> {
    sentence: usize,
    /// The last source at top level, and the last at any.
    speaker: Option<Vec<usize>>,
    latest: Option<Vec<usize>>,
    /// The source of the statement around, and whether that is a quotation.
    parents: Vec<usize>,
    quoted: bool,
    this: &'a Statement,
    /// The pronoun's word.
    at: usize,
}

/// Everybody spoken of shortly before a place, most recent first.
pub(super) fn candidates(
    scene: &Scene<'_>,
    place: &Place,
    fits: impl Fn(&Scene<'_>, &[usize]) -> bool,
) -> Vec<Candidate> {
    let Some(words) = scene.words(place.part) else {
        return Vec::new();
    };
    let context = context(scene, place, words);
    let events = events(scene, place, words);
    let mut found: Vec<Candidate> = Vec::new();
    for event in events.iter().rev() {
        let distance = context.sentence.saturating_sub(scene.sentence(place.part, event.span.start));
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
        let features = weigh(scene, place, words, &context, event, found.len());
        found.push(Candidate { who: event.who.clone(), span: event.span, features });
    }
    if place.ahead {
        ahead(scene, place, words, &context, fits, &mut found);
    }
    let most = found.iter().map(|c| scene.mentioned(c.who[0])).max().unwrap_or(0);
    let alone = found.len() == 1;
    for candidate in &mut found {
        candidate.features[49] = f32::from(most > 1 && scene.mentioned(candidate.who[0]) == most);
        candidate.features[50] = f32::from(alone);
    }
    found
}

/// Gathers what holds for every candidate.
fn context<'a>(scene: &Scene<'a>, place: &Place, words: &Words<'_>) -> Context<'a> {
    let sources = || {
        let near = scene.spoken.iter().rev().take(SPOKEN);
        near.filter(|e| e.source && e.part == place.part && e.span.end <= place.span.start)
    };
    let who = |e: Option<&Event>| e.map(|e| e.who.clone());
    let parent = scene.parent(place.statement);
    Context {
        sentence: scene.sentence(place.part, place.span.start),
        speaker: who(sources().filter(|e| e.top).max_by_key(|e| e.span.end)),
        latest: who(sources().max_by_key(|e| e.span.end)),
        parents: parent.map(|(p, _)| scene.sources[p].iter().map(|a| a.entity).collect()).unwrap_or_default(),
        quoted: parent.is_some_and(|(_, s)| s.quotation == Quotation::Direct),
        this: &scene.findings.statements[place.statement],
        at: words.within(place.span).start,
    }
}

/// The events before a place, in order.
fn events(scene: &Scene<'_>, place: &Place, words: &Words<'_>) -> Vec<Event> {
    let mentions = &scene.findings.mentions;
    let past = mentions.partition_point(|m| (m.part, m.span.end) <= (place.part, place.span.start));
    let here = |m: &usize| mentions[*m].part == place.part;
    let mut events: Vec<Event> =
        (past.saturating_sub(MENTIONS)..past).filter(here).filter_map(|m| mentioned(scene, m)).collect();
    if place.plural {
        events.extend(lists(scene, words, place.part, past.saturating_sub(MENTIONS)..past));
    }
    let before = |e: &&Event| e.part == place.part && e.span.end <= place.span.start;
    events.extend(scene.spoken.iter().rev().take(SPOKEN).filter(before).cloned());
    let nouns = scene.nouns.iter().rev().take(NOUNS).filter(before);
    let spoken =
        |n: &&Event| scene.spoken.iter().rev().take(SPOKEN).any(|s| s.part == n.part && s.span.overlaps(n.span));
    events.extend(nouns.filter(|n| !spoken(n)).cloned());
    events.sort_by_key(|e| (e.span.end, e.span.start, e.source));
    events
}

/// A mention as an event.
fn mentioned(scene: &Scene<'_>, mention: usize) -> Option<Event> {
    let found = &scene.findings.mentions[mention];
    let who = vec![scene.mention_entity[mention]?];
    Some(Event { part: found.part, span: found.span, who, source: false, top: false, noun: false })
}

/// Adds those who are named only after the place, in its sentence.
fn ahead(
    scene: &Scene<'_>,
    place: &Place,
    words: &Words<'_>,
    context: &Context<'_>,
    fits: impl Fn(&Scene<'_>, &[usize]) -> bool,
    found: &mut Vec<Candidate>,
) {
    let mentions = &scene.findings.mentions;
    let next = mentions.partition_point(|m| (m.part, m.span.start) < (place.part, place.span.end));
    let rest = (next..mentions.len()).take(AHEAD).filter(|&m| mentions[m].part == place.part);
    let mut rank = 0;
    for event in rest.filter_map(|m| mentioned(scene, m)) {
        if scene.sentence(place.part, event.span.start) != context.sentence {
            break;
        }
        if !fits(scene, &event.who) || found.iter().any(|c| c.who == event.who) {
            continue;
        }
        let all = weigh(scene, place, words, context, &event, 3);
        let mut features = [0.0; FEATURES];
        for kept in [7, 8, 9, 11, 22, 28, 29, 30, 31, 32] {
            features[kept] = all[kept];
        }
        let gap = words.within(event.span).start.saturating_sub(context.at);
        features[51] = 1.0;
        features[52] = f32::from(is_subject(words, &words.within(event.span)));
        features[53] = (1.0 + gap as f32).ln() / 4.0;
        features[54] = f32::from(rank == 0);
        features[55] = f32::from(place.possessive);
        features[56] = f32::from(
            scene
                .sentence_start(place.part, place.span.start)
                .is_some_and(|s| context.at.saturating_sub(words.within(Span::new(s, place.span.start)).start) <= 3),
        );
        rank += 1;
        found.push(Candidate { who: event.who.clone(), span: event.span, features });
    }
}

/// The features of a candidate whose last event this is; `rank` candidates are nearer.
fn weigh(
    scene: &Scene<'_>,
    place: &Place,
    words: &Words<'_>,
    context: &Context<'_>,
    event: &Event,
    rank: usize,
) -> Features {
    let distance = context.sentence.saturating_sub(scene.sentence(place.part, event.span.start));
    let range = words.within(event.span);
    let (preposition, verb) = is_object(words, range.start);
    let subject = is_subject(words, &range);
    let owner = words.at(range.end).starts_with(is_apostrophe);
    let same = distance == 0;
    let first = first_in_sentence(scene, words, place.part, &range);
    let gap = context.at.saturating_sub(range.end);
    let between = || (range.end..context.at).rev().take(BETWEEN);
    let commas = between().filter(|&i| matches!(words.at(i), "," | ";" | "—" | "–")).count();
    let joints = between().filter(|&i| joins_clauses(words.at(i))).count();
    let next = words.at(range.end);
    let listed = next == "and" && words.at(range.end + 1).starts_with(char::is_uppercase)
        || words.at(range.start.wrapping_sub(1)) == "and"
            && words.at(range.start.wrapping_sub(2)).starts_with(char::is_uppercase);
    let one = if let [one] = event.who[..] { Some(one) } else { None };
    let gender = one.and_then(|one| scene.portraits[one].gender());
    let kind = one.and_then(|one| scene.entities[one].kind);
    let plural = one.is_some_and(|one| scene.portraits[one].plural);
    let topic = scene.mentioned(event.who[0]);
    let speaker = context.speaker.as_ref() == Some(&event.who);
    let latest = context.latest.as_ref() == Some(&event.who);
    let parent = !context.parents.is_empty() && context.parents == event.who;
    let paragraph =
        same || !words.slice(Span::new(event.span.end.min(place.span.start), place.span.start)).contains('\n');
    let own = context.this.content.iter().any(|c| c.contains(event.span));
    let direct = context.this.quotation == Quotation::Direct;
    let after = context.this.content.first().is_some_and(|c| c.start < place.span.start);
    let mut f = [0.0; FEATURES];
    f[distance.min(3)] = 1.0;
    let mut set = |number: usize, value: bool| f[number] = f32::from(value);
    set(4, speaker);
    set(5, subject && place.subject);
    set(6, subject && !place.subject);
    set(7, owner);
    set(8, preposition);
    set(9, verb);
    set(11, first);
    set(12, rank == 0);
    set(13, rank == 1);
    set(14, rank > 2);
    set(15, same && place.possessive && subject);
    set(16, same && !place.possessive && !place.subject && subject);
    set(17, !context.quoted && parent);
    set(18, context.quoted && parent);
    set(19, within_quotation(scene, place, event));
    set(20, event.source);
    set(22, if place.plural { event.who.len() > 1 || plural } else { gender.is_some() });
    set(27, same && joints == 0 && !place.possessive);
    set(28, listed);
    set(29, next == "," || next == "(");
    set(31, scene.is_first_person(event.who[0]));
    set(32, range.len() == 1);
    set(33, same && place.subject && first);
    set(34, same && place.possessive && rank == 0);
    set(35, !same && first && place.subject);
    set(36, distance == 1 && subject);
    set(37, owner && place.possessive);
    set(38, (preposition || verb) && !place.subject && !place.possessive);
    set(39, words.at(range.start.wrapping_sub(1)) == "by");
    set(40, event.noun);
    set(41, event.noun && gender.is_some());
    set(42, !event.source && scene.is_place(event.who[0]));
    set(43, kind == Some(EntityType::Org));
    set(44, kind == Some(EntityType::Loc));
    set(45, kind == Some(EntityType::Misc));
    set(46, kind == Some(EntityType::Unnamed) && !event.noun);
    set(47, event.who.len() > 1);
    set(48, latest);
    set(57, plural);
    set(58, kind == Some(EntityType::Per));
    set(59, speaker && direct);
    set(60, speaker && after);
    set(61, own);
    set(62, paragraph && !same);
    set(63, speaker && !paragraph);
    set(64, event.part == place.part && !event.source && scene.is_addressed(event));
    set(65, latest && !parent && !speaker);
    set(66, event.who.len() > 1 && speaker);
    set(67, distance == 1 && first && subject);
    set(68, same && rank == 0 && subject && place.subject);
    set(69, scene.opens(event.who[0]));
    set(70, distance == 1 && place.possessive);
    set(71, same && subject && first && place.possessive);
    set(72, same && owner && place.possessive && rank == 0);
    set(73, distance == 1 && subject && place.subject);
    set(74, gap <= 3 && !place.subject);
    f[21] = distance.min(10) as f32 / 10.0;
    f[23] = (1.0 + gap as f32).ln() / 4.0;
    f[24] = f32::from(same) * (1.0 + gap as f32).ln() / 4.0;
    f[25] = f32::from(same) * commas.min(3) as f32 / 3.0;
    f[26] = f32::from(same) * joints.min(3) as f32 / 3.0;
    f[30] = (1.0 + topic as f32).ln() / 3.0;
    f[75] = f32::from(same && first) * joints.min(3) as f32 / 3.0;
    f
}

/// Words that begin another clause.
fn joins_clauses(word: &str) -> bool {
    matches!(
        word,
        "and" | "but" | "that" | "when" | "who" | "while" | "as" | "because" | "which" | "after" | "before" | "if"
    )
}

/// Whether nothing but a title stands between the beginning of the sentence and some words.
fn first_in_sentence(scene: &Scene<'_>, words: &Words<'_>, part: Part, range: &Range<usize>) -> bool {
    let at = words.span(range.start).start;
    let Some(start) = scene.sentence_start(part, at) else {
        return false;
    };
    range.start.saturating_sub(words.within(Span::new(start, at)).start) <= 4
}

/// Whether an event lies in a quotation that the pronoun does not lie in.
fn within_quotation(scene: &Scene<'_>, place: &Place, event: &Event) -> bool {
    let statements = &scene.findings.statements;
    let this = &statements[place.statement];
    let near = place.statement.saturating_sub(6)..(place.statement + 4).min(statements.len());
    let holds = |s: &Statement| {
        s.part == place.part
            && s.content.iter().any(|c| c.contains(event.span))
            && !s.content.iter().any(|c| c.contains(place.span))
    };
    holds(this) || near.into_iter().any(|i| holds(&statements[i]) && statements[i].quotation != Quotation::Indirect)
}
