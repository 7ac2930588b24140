//! Mentions → entities: which names are names of one and the same.
//!
//! Invariant: a shorter name joins a fuller one only where exactly one entity of the article bears it; where two
//! do, each mention goes to the bearer that the name stood for last, else to the one named in full last before it.
//! Distinct names are compared, not mentions, and through an index of words, so that cost follows the text's length.

use rustc_hash::FxHashMap;

use super::acronyms::{abbreviates, is_acronym, is_clipped, is_read_acronym};
use super::aliases::{Aliases, Target};
use super::fold::name_words;
use super::forms::{Forms, forms, written_out};
use super::gazetteer::Gazetteer;
use super::shorter::{gender_of_name, shortens};
use super::variants;
use super::words::Words;
use crate::article::{Entity, Findings, Record};
use crate::labels::{EntityType, Part};
use crate::text::Span;

/// Words that are in too many names to index are no evidence.
const CROWDED: usize = 40;

/// The named entities of an article.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    /// By first mention.
    pub(super) entities: Vec<Entity>,
    /// For each mention its entity.
    pub(super) mention_entity: Vec<Option<usize>>,
}

/// Groups the mentions of an article.
pub(super) fn cluster(
    record: &Record,
    passages: &[(Part, Words<'_>)],
    findings: &Findings,
    gazetteer: &Gazetteer,
    aliases: &Aliases,
) -> Clusters {
    let mut names = forms(passages, findings);
    let given = given_names(record, &mut names, aliases);
    join_countries(&mut names, gazetteer);
    let mut written = defined_acronyms(passages, findings, &mut names);
    join_nicknames(passages, findings, &mut names, &mut written);
    variants::join(&mut names, gazetteer);
    join_shorter(&mut names, gazetteer);
    derived_acronyms(&mut names);
    let mut clusters = settle(findings, &names, &written, gazetteer);
    for (number, entity) in clusters.mention_entity.iter().enumerate() {
        let target = names.of_mention[number].and_then(|f| given.get(&f));
        if let (Some(entity), Some(target)) = (entity.map(|e| &mut clusters.entities[e]), target) {
            if entity.name != target.name {
                let old = std::mem::replace(&mut entity.name, target.name.clone());
                entity.aliases.push(old);
                entity.aliases.retain(|alias| *alias != target.name);
                entity.aliases.sort();
                entity.aliases.dedup();
            }
            entity.kind = target.kind.or(entity.kind);
        }
    }
    clusters
}

/// Names that the user's file explains: each goes to the first with the same target, and joins no other.
fn given_names<'a>(record: &Record, names: &mut Forms, aliases: &'a Aliases) -> FxHashMap<usize, &'a Target> {
    let mut first: FxHashMap<&str, usize> = FxHashMap::default();
    let mut given = FxHashMap::default();
    for index in 0..names.forms.len() {
        if let Some(target) = aliases.target(&names.forms[index].words, &record.published) {
            let root = *first.entry(&target.name).or_insert(index);
            names.forms[index].joined = root;
            names.forms[index].given = true;
            given.insert(index, target);
        }
    }
    given
}

/// "U.S." and "United States" are one.
fn join_countries(names: &mut Forms, gazetteer: &Gazetteer) {
    let mut first: FxHashMap<&str, usize> = FxHashMap::default();
    for index in 0..names.forms.len() {
        let form = &names.forms[index];
        if form.given || form.kind != EntityType::Loc && !(form.kind == EntityType::Org && form.words.len() > 1) {
            continue;
        }
        if let Some(country) = gazetteer.country(&form.words.join(" ")) {
            let root = *first.entry(country.code).or_insert(index);
            names.forms[index].joined = root;
        }
    }
}

/// "European Union (EU)": what stands in brackets after a name and abbreviates it stands for it.
/// Gives names written out before an acronym where the network saw no name.
fn defined_acronyms(
    passages: &[(Part, Words<'_>)],
    findings: &Findings,
    names: &mut Forms,
) -> FxHashMap<usize, String> {
    let mut written = FxHashMap::default();
    let mut long: Option<(Part, usize, usize)> = None;
    for (number, mention) in findings.mentions.iter().enumerate() {
        let Some(form) = names.of_mention[number] else {
            continue;
        };
        let Some((_, words)) = passages.iter().find(|(part, _)| *part == mention.part) else {
            continue;
        };
        let range = words.within(mention.span);
        let bracketed = range.start > 0
            && matches!(words.at(range.start - 1), "(" | "“" | "\"")
            && matches!(words.at(range.end), ")" | "”" | "\"");
        if bracketed && range.len() == 1 {
            let short = words.at(range.start);
            let before =
                long.filter(|(part, end, _)| *part == mention.part && *end + 1 == range.start).map(|(.., form)| form);
            let stands = |l: usize| {
                is_acronym(short) && names.forms[l].words.len() > 1
                    || abbreviates(short, &names.forms[l].words)
                    || is_read_acronym(short)
                        && names.forms[l].words.len() > 2
                        && [names.forms[l].kind, names.forms[form].kind] == [EntityType::Org; 2]
            };
            match before.filter(|&l| stands(l)) {
                Some(l) if names.root(l) != names.root(form) && names.forms[form].words.len() == 1 => {
                    let root = names.root(l);
                    let own = names.root(form);
                    names.forms[own].joined = root;
                }
                None if is_acronym(short) && words.at(range.start - 1) == "(" => {
                    if let Some(name) = written_out(words, range.start - 1, short) {
                        written.entry(form).or_insert(name);
                    }
                }
                _ => {}
            }
        }
        if bracketed && range.len() > 1 {
            let short = long.filter(|(part, end, f)| {
                *part == mention.part
                    && *end + 1 == range.start
                    && abbreviates(&names.forms[*f].surface, &names.forms[form].words)
            });
            if let Some((.., short)) = short.filter(|(.., s)| names.root(*s) != names.root(form)) {
                let own = names.root(short);
                names.forms[own].joined = names.root(form);
            }
        }
        long = Some((mention.part, range.end, form));
    }
    written
}

/// "José “Pepe” Ríos": a nickname in quotation marks that parted one name into two.
fn join_nicknames(
    passages: &[(Part, Words<'_>)],
    findings: &Findings,
    names: &mut Forms,
    written: &mut FxHashMap<usize, String>,
) {
    let quotes = ['“', '”', '"', '‘', '’', '\''];
    for number in 1..findings.mentions.len() {
        let (first, second) = (&findings.mentions[number - 1], &findings.mentions[number]);
        let (Some(a), Some(b)) = (names.of_mention[number - 1], names.of_mention[number]) else {
            continue;
        };
        let Some((_, words)) = passages.iter().find(|(part, _)| *part == second.part) else {
            continue;
        };
        if first.part != second.part
            || first.kind != EntityType::Per
            || second.kind != EntityType::Per
            || second.span.start < first.span.end
            || second.span.start > first.span.end + 30
        {
            continue;
        }
        let whole = words.slice(Span::new(first.span.start, second.span.end));
        let between = words.slice(Span::new(first.span.end, second.span.start));
        let marks = whole.chars().filter(|c| quotes.contains(c)).count();
        let opens = words.slice(first.span).trim_end().ends_with(quotes) || between.trim().starts_with(quotes);
        if marks == 2
            && opens
            && !whole.contains([',', '.', ';'])
            && words.within(Span::new(first.span.start, second.span.end)).len() <= 7
        {
            let (a, b) = (names.root(a), names.root(b));
            if a != b {
                names.forms[a].joined = b;
            }
            written.insert(b, whole.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}

/// Joins each name to the one fuller name that holds its words.
fn join_shorter(names: &mut Forms, gazetteer: &Gazetteer) {
    let mut by_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let words: Vec<Vec<String>> = names.forms.iter().map(|f| f.words.clone()).collect();
    for (index, words) in words.iter().enumerate() {
        for word in words
            .iter()
            .flat_map(|w| std::iter::once(w.as_str()).chain(w.split('-').filter(|p| p.len() < w.len() && p.len() > 2)))
        {
            let list = by_word.entry(word).or_default();
            if list.last() != Some(&index) {
                list.push(index);
            }
        }
    }
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(words[i].len()), i));
    for index in order {
        if names.forms[index].joined != index || names.forms[index].given {
            continue;
        }
        let shortest = words[index].iter().filter_map(|w| by_word.get(w.as_str())).min_by_key(|list| list.len());
        let Some(candidates) = shortest.filter(|list| list.len() <= CROWDED) else {
            continue;
        };
        let fuller = candidates
            .iter()
            .filter(|&&c| c != index && shortens(&names.forms[index], &names.forms[c], c < index, gazetteer));
        let mut bearers: Vec<usize> = fuller.map(|&c| names.root(c)).collect();
        bearers.sort_unstable();
        bearers.dedup();
        bearers.retain(|&b| b != index);
        let gender = names.forms[index].gender;
        let matching = |b: &usize| gender.is_some() && gender_of_name(&names.forms[*b], gazetteer) == gender;
        if bearers.iter().any(matching) {
            bearers.retain(matching);
        }
        match bearers[..] {
            [] => {}
            [one] => names.forms[index].joined = one,
            _ => names.forms[index].bearers = bearers,
        }
    }
}

/// Joins acronyms that nothing defines to the one name whose first letters they are.
fn derived_acronyms(names: &mut Forms) {
    let mut by_letter: FxHashMap<char, Vec<usize>> = FxHashMap::default();
    for (index, form) in names.forms.iter().enumerate().filter(|(_, f)| f.words.len() > 1) {
        for letter in form.words.iter().take(2).filter_map(|w| w.chars().next()) {
            by_letter.entry(letter).or_default().push(index);
        }
    }
    for index in 0..names.forms.len() {
        let form = &names.forms[index];
        if form.given
            || form.joined != index
            || form.words.len() != 1
            || !(is_acronym(&form.surface)
                || is_clipped(&form.surface)
                || form.kind == EntityType::Org && is_read_acronym(&form.surface))
        {
            continue;
        }
        let Some(letter) = form.words[0].chars().next() else {
            continue;
        };
        let fuller = by_letter.get(&letter).map_or(&[][..], Vec::as_slice);
        let mut named: Vec<usize> = fuller
            .iter()
            .filter(|&&c| abbreviates(&form.surface, &names.forms[c].words))
            .map(|&c| names.root(c))
            .collect();
        named.sort_unstable();
        named.dedup();
        if let [one] = named[..] {
            names.forms[index].joined = one;
        }
    }
}

/// Gives every mention its entity and every entity its name and aliases.
fn settle(findings: &Findings, names: &Forms, written: &FxHashMap<usize, String>, gazetteer: &Gazetteer) -> Clusters {
    let mut clusters = Clusters::default();
    let mut entity_of: FxHashMap<usize, usize> = FxHashMap::default();
    let mut members: Vec<Vec<usize>> = Vec::new();
    let mut last: FxHashMap<usize, usize> = FxHashMap::default();
    let mut stood_for: FxHashMap<usize, usize> = FxHashMap::default();
    for (number, form) in names.of_mention.iter().enumerate().take(findings.mentions.len()) {
        let Some(form) = *form else {
            clusters.mention_entity.push(None);
            continue;
        };
        let mut root = names.root(form);
        let bearers = &names.forms[root].bearers;
        if !bearers.is_empty() {
            let sticky = stood_for.get(&root).copied();
            let latest = bearers.iter().copied().filter(|b| last.contains_key(b)).max_by_key(|b| last[b]);
            if let Some(bearer) = sticky.or(latest) {
                stood_for.insert(root, bearer);
                root = names.root(bearer);
            }
        }
        last.insert(root, number);
        let entity = *entity_of.entry(root).or_insert_with(|| {
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
        name(entity, members, names, written, gazetteer);
    }
    clusters
}

/// Names an entity by its fullest form; the others are its aliases.
fn name(
    entity: &mut Entity,
    members: &[usize],
    names: &Forms,
    written: &FxHashMap<usize, String>,
    gazetteer: &Gazetteer,
) {
    let rank = |m: &usize| {
        let form = &names.forms[*m];
        (!is_acronym(&form.surface) && !is_clipped(&form.surface), form.words.len(), form.count, std::cmp::Reverse(*m))
    };
    let Some(fullest) = members.iter().copied().max_by_key(rank) else {
        return;
    };
    let form = &names.forms[fullest];
    entity.name = form.surface.clone();
    entity.kind = Some(form.kind);
    let country =
        gazetteer.country(&form.words.join(" ")).filter(|_| matches!(form.kind, EntityType::Loc | EntityType::Org));
    if let Some(country) = country {
        entity.name = country.name.to_owned();
        entity.kind = Some(EntityType::Loc);
    } else if let Some(full) = members
        .iter()
        .filter(|_| is_acronym(&form.surface) || form.kind == EntityType::Per)
        .find_map(|m| written.get(m))
        .filter(|full| full.starts_with(char::is_uppercase))
    {
        entity.name = full.clone();
    }
    let mut aliases: Vec<String> = members.iter().map(|&m| names.forms[m].surface.clone()).collect();
    aliases.sort();
    aliases.dedup();
    let own = name_words(&entity.name);
    aliases.retain(|alias| *alias != entity.name && (name_words(alias) != own || is_acronym(alias)));
    entity.aliases = aliases;
}
