//! Mentions → entities: which names are names of one and the same.
//!
//! Invariant: a shorter name joins a fuller one only where exactly one entity of the article bears it;
//! where two do, each mention goes to the bearer named last before it, else stands alone.
//! Distinct names are compared, not mentions, and through an index of words, so that cost follows the text's length.

use rustc_hash::FxHashMap;

use super::acronyms::{abbreviates, is_acronym};
use super::fold::{fold, name_words, strip_possessive};
use super::gazetteer::Gazetteer;
use super::titles::is_title;
use super::words::Words;
use crate::article::{Entity, Findings, Mention};
use crate::labels::{EntityType, Part};
use crate::text::Span;

/// Words that are in too many names to index are no evidence.
const CROWDED: usize = 40;

/// One way in which something is named in the article.
#[derive(Debug)]
struct Form {
    /// Folded words, titles dropped.
    words: Vec<String>,
    kind: EntityType,
    /// As first written, preferring a spelling that is not all capitals.
    surface: String,
    count: usize,
    /// The cluster that it belongs to; its own number if none.
    cluster: usize,
    /// Several bearers, when its mentions have to be told apart one by one.
    bearers: Vec<usize>,
}

/// The named entities of an article.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    /// By first mention.
    pub(super) entities: Vec<Entity>,
    /// For each mention its entity.
    pub(super) mention_entity: Vec<Option<usize>>,
}

/// Groups the mentions of an article.
pub(super) fn cluster(passages: &[(Part, Words<'_>)], findings: &Findings, _gazetteer: &Gazetteer) -> Clusters {
    let (mut forms, mention_form) = forms_of(passages, findings);
    defined_acronyms(passages, findings, &mut forms, &mention_form);
    join_shorter(&mut forms);
    derived_acronyms(&mut forms);
    settle(findings, &forms, &mention_form)
}

/// The surface of a mention.
fn surface<'a>(passages: &'a [(Part, Words<'a>)], mention: &Mention) -> &'a str {
    let found = passages.iter().find(|(part, _)| *part == mention.part);
    found.map_or("", |(_, words)| words.slice(mention.span))
}

/// Collects the distinct names and says which one each mention has.
fn forms_of(passages: &[(Part, Words<'_>)], findings: &Findings) -> (Vec<Form>, Vec<Option<usize>>) {
    let mut forms: Vec<Form> = Vec::new();
    let mut known: FxHashMap<(String, EntityType), usize> = FxHashMap::default();
    let mut mention_form = Vec::with_capacity(findings.mentions.len());
    for mention in &findings.mentions {
        let written = surface(passages, mention);
        let mut words = name_words(written);
        let mut shown = strip_possessive(written.trim());
        if mention.kind == EntityType::Per {
            while words.len() > 1 && is_title(&words[0]) {
                words.remove(0);
                shown = shown.split_once(char::is_whitespace).map_or(shown, |(_, rest)| rest.trim_start());
            }
        }
        if words.is_empty() {
            mention_form.push(None);
            continue;
        }
        let shown = shown.strip_prefix("the ").unwrap_or(shown).split_whitespace().collect::<Vec<_>>().join(" ");
        let next = forms.len();
        let index = *known.entry((words.join(" "), mention.kind)).or_insert(next);
        if index == next {
            forms.push(Form {
                words,
                kind: mention.kind,
                surface: shown,
                count: 1,
                cluster: next,
                bearers: Vec::new(),
            });
        } else {
            forms[index].count += 1;
            if is_loud(&forms[index].surface) && !is_loud(&shown) {
                forms[index].surface = shown;
            }
        }
        mention_form.push(Some(index));
    }
    (forms, mention_form)
}

/// Whether a name of several letters has no small one.
fn is_loud(name: &str) -> bool {
    name.chars().count() > 4 && !name.chars().any(char::is_lowercase)
}

/// The cluster of a form, through forms that joined others.
fn root(forms: &[Form], mut index: usize) -> usize {
    while forms[index].cluster != index {
        index = forms[index].cluster;
    }
    index
}

/// "European Union (EU)": the acronym in brackets after a name stands for it.
fn defined_acronyms(
    passages: &[(Part, Words<'_>)],
    findings: &Findings,
    forms: &mut [Form],
    mention_form: &[Option<usize>],
) {
    let acronyms: FxHashMap<String, usize> = forms
        .iter()
        .enumerate()
        .filter(|(_, f)| f.words.len() == 1 && is_acronym(&f.surface))
        .map(|(i, f)| (f.words[0].clone(), i))
        .collect();
    for (mention, form) in findings.mentions.iter().zip(mention_form) {
        let Some(form) = *form else { continue };
        let Some((_, words)) = passages.iter().find(|(part, _)| *part == mention.part) else { continue };
        let next = words.within(mention.span).end;
        if words.at(next) == "(" && words.at(next + 2) == ")" && is_acronym(words.at(next + 1)) {
            if let Some(&acronym) = acronyms.get(&fold(words.at(next + 1))) {
                let (long, short) = (root(forms, form), root(forms, acronym));
                if long != short && forms[short].words.len() == 1 {
                    forms[short].cluster = long;
                }
            }
        }
    }
}

/// Joins each name to the one fuller name that holds its words.
fn join_shorter(forms: &mut [Form]) {
    let mut by_word: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (index, form) in forms.iter().enumerate() {
        for word in &form.words {
            let list = by_word.entry(word.clone()).or_default();
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }
    let mut order: Vec<usize> = (0..forms.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(forms[i].words.len()), i));
    for index in order {
        if forms[index].cluster != index {
            continue;
        }
        let shortest = forms[index].words.iter().filter_map(|w| by_word.get(w)).min_by_key(|list| list.len());
        let Some(candidates) = shortest.filter(|list| list.len() <= CROWDED) else { continue };
        let mut bearers: Vec<usize> = candidates
            .iter()
            .filter(|&&c| c != index && shortens(&forms[index], &forms[c]))
            .map(|&c| root(forms, c))
            .collect();
        bearers.sort_unstable();
        bearers.dedup();
        bearers.retain(|&b| b != index);
        match bearers[..] {
            [] => {}
            [one] => forms[index].cluster = one,
            _ => forms[index].bearers = bearers,
        }
    }
}

/// Whether the first name may be a shorter form of the second.
fn shortens(short: &Form, long: &Form) -> bool {
    if short.kind != long.kind || short.words.len() >= long.words.len() {
        return false;
    }
    let mut rest = long.words.iter();
    let within = short.words.iter().all(|w| rest.any(|l| l == w));
    match short.kind {
        EntityType::Per => within,
        EntityType::Org => {
            within && short.words.len() * 2 >= long.words.len() && short.words.first() == long.words.first()
        }
        _ => false,
    }
}

/// Joins acronyms that nothing defines to the one name whose first letters they are.
fn derived_acronyms(forms: &mut [Form]) {
    let mut by_letter: FxHashMap<char, Vec<usize>> = FxHashMap::default();
    for (index, form) in forms.iter().enumerate().filter(|(_, f)| f.words.len() > 1) {
        if let Some(letter) = form.words[0].chars().next() {
            by_letter.entry(letter).or_default().push(index);
        }
    }
    for index in 0..forms.len() {
        if forms[index].cluster != index || forms[index].words.len() != 1 || !is_acronym(&forms[index].surface) {
            continue;
        }
        let Some(letter) = forms[index].words[0].chars().next() else { continue };
        let fuller = by_letter.get(&letter).map_or(&[][..], Vec::as_slice);
        let mut named: Vec<usize> = fuller
            .iter()
            .filter(|&&c| abbreviates(&forms[index].words[0], &forms[c].words))
            .map(|&c| root(forms, c))
            .collect();
        named.sort_unstable();
        named.dedup();
        if let [one] = named[..] {
            forms[index].cluster = one;
        }
    }
}

/// Gives every mention its entity and every entity its name and aliases.
fn settle(findings: &Findings, forms: &[Form], mention_form: &[Option<usize>]) -> Clusters {
    let mut clusters = Clusters::default();
    let mut entity_of: FxHashMap<usize, usize> = FxHashMap::default();
    let mut members: Vec<Vec<usize>> = Vec::new();
    let mut last: FxHashMap<usize, (Part, Span)> = FxHashMap::default();
    for (mention, form) in findings.mentions.iter().zip(mention_form) {
        let Some(form) = *form else {
            clusters.mention_entity.push(None);
            continue;
        };
        let bearer = forms[form].bearers.iter().filter_map(|b| last.get(b).map(|at| (at, *b))).max().map(|(_, b)| b);
        let cluster = bearer.unwrap_or_else(|| root(forms, form));
        last.insert(cluster, (mention.part, mention.span));
        let entity = *entity_of.entry(cluster).or_insert_with(|| {
            clusters.entities.push(Entity::default());
            members.push(Vec::new());
            clusters.entities.len() - 1
        });
        if !members[entity].contains(&form) {
            members[entity].push(form);
        }
        clusters.mention_entity.push(Some(entity));
    }
    for (entity, members) in clusters.entities.iter_mut().zip(&members) {
        let fullest = members.iter().copied().max_by_key(|&m| {
            (!is_acronym(&forms[m].surface), forms[m].words.len(), forms[m].count, std::cmp::Reverse(m))
        });
        let Some(fullest) = fullest else { continue };
        entity.name = forms[fullest].surface.clone();
        entity.kind = Some(forms[fullest].kind);
        let mut aliases: Vec<String> =
            members.iter().filter(|&&m| m != fullest).map(|&m| forms[m].surface.clone()).collect();
        aliases.sort();
        aliases.dedup();
        aliases.retain(|alias| *alias != entity.name);
        entity.aliases = aliases;
    }
    clusters
}
