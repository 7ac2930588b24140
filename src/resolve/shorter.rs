//! Two names → whether the first is a shorter form of the second.
//!
//! Invariant: names of different types never are; persons of different honorifics never are.

use super::forms::Form;
use super::gazetteer::{Gazetteer, NounKind};
use super::titles::Gender;
use crate::labels::EntityType;

/// Whether the first name may be a shorter form of the second, which was `introduced` before it or not.
pub(super) fn shortens(short: &Form, long: &Form, introduced: bool, gazetteer: &Gazetteer) -> bool {
    if short.kind != long.kind {
        return false;
    }
    let (s, l) = (&short.words, &long.words);
    if s == l {
        return short.gender.is_none() && long.gender.is_some();
    }
    if s.len() > l.len()
        || short.gender.is_some() && gender_of_name(long, gazetteer).is_some_and(|g| Some(g) != short.gender)
    {
        return false;
    }
    match short.kind {
        EntityType::Per => person_shortens(s, l),
        EntityType::Org => organisation_shortens(s, l, introduced, gazetteer),
        EntityType::Loc => s.len() + 1 == l.len() && l.starts_with(s) && l.last().is_some_and(|w| w == "city"),
        _ => false,
    }
}

/// Persons: the words in order, initials for names ("N. C." and "Nora Carla" either way), one half of a hyphenated name; the surname or first name among them.
fn person_shortens(short: &[String], long: &[String]) -> bool {
    let alike = |a: &str, b: &str| {
        a == b
            || b.split('-').any(|half| half == a) && a.len() > 2
            || a.chars().count() == 1 && b.starts_with(a)
            || nickname(a, b)
    };
    let mut rest = long.iter();
    if !short.iter().all(|w| rest.any(|l| alike(w, l))) {
        return false;
    }
    let full = short.iter().filter(|w| w.chars().count() > 1).count();
    full > 0 && (short.len() < long.len() || short.last() == long.last())
}

/// Common short forms of first names.
fn nickname(short: &str, long: &str) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("bill", "william"),
        ("bob", "robert"),
        ("bobby", "robert"),
        ("jim", "james"),
        ("jimmy", "james"),
        ("joe", "joseph"),
        ("mike", "michael"),
        ("tom", "thomas"),
        ("tony", "anthony"),
        ("dick", "richard"),
        ("rick", "richard"),
        ("dan", "daniel"),
        ("dave", "david"),
        ("steve", "steven"),
        ("steve", "stephen"),
        ("chris", "christopher"),
        ("matt", "matthew"),
        ("ben", "benjamin"),
        ("sam", "samuel"),
        ("ted", "edward"),
        ("ed", "edward"),
        ("liz", "elizabeth"),
        ("beth", "elizabeth"),
        ("kate", "katherine"),
        ("kathy", "katherine"),
        ("jen", "jennifer"),
        ("sue", "susan"),
        ("bernie", "bernard"),
        ("mitch", "mitchell"),
        ("don", "donald"),
        ("ron", "ronald"),
        ("ken", "kenneth"),
        ("greg", "gregory"),
        ("jeff", "jeffrey"),
        ("andy", "andrew"),
        ("alex", "alexander"),
        ("nick", "nicholas"),
        ("pete", "peter"),
        ("tim", "timothy"),
        ("josh", "joshua"),
        ("jon", "jonathan"),
        ("max", "maxwell"),
        ("fred", "frederick"),
        ("charlie", "charles"),
        ("chuck", "charles"),
        ("maggie", "margaret"),
        ("peggy", "margaret"),
        ("vicky", "victoria"),
        ("becky", "rebecca"),
        ("debbie", "deborah"),
        ("pat", "patrick"),
        ("larry", "lawrence"),
        ("gerry", "gerald"),
        ("jerry", "gerald"),
    ];
    PAIRS.iter().any(|(a, b)| *a == short && *b == long || *b == short && *a == long)
}

/// Organisations: the words in order, beginning alike, or a head noun that only needs its qualifier.
fn organisation_shortens(short: &[String], long: &[String], introduced: bool, gazetteer: &Gazetteer) -> bool {
    if short.len() >= long.len() {
        return false;
    }
    let mut rest = long.iter();
    if !short.iter().all(|w| rest.any(|l| l == w)) {
        return false;
    }
    let generic = |w: &String| {
        gazetteer.noun(w).is_some_and(|(noun, _)| noun.kind == NounKind::Organisation)
            || gazetteer.country_code(w).is_some()
            || w.len() < 3
    };
    let bare = short.iter().all(generic);
    let place = |w: &String| gazetteer.country_code(w).is_some();
    if bare {
        let mut qualifier = long.iter().filter(|w| !short.contains(w));
        let only_place = qualifier.all(|w| place(w) || matches!(w.as_str(), "of" | "the" | "national" | "federal"));
        let common = matches!(
            short[0].as_str(),
            "congress" | "party" | "state" | "union" | "group" | "police" | "army" | "government" | "press" | "bank"
        );
        let heads = long.ends_with(short)
            || long.starts_with(short) && long.get(short.len()).is_some_and(|w| w == "of" || w == "for");
        return only_place && short.len() > 1 || introduced && heads && !common && !short.iter().any(place);
    }
    short.first() == long.first() || long.ends_with(short) || place(&long[0]) && short.first() == long.get(1)
}

/// The gender that a person's honorific or first name gives.
pub(super) fn gender_of_name(form: &Form, gazetteer: &Gazetteer) -> Option<Gender> {
    form.gender.or_else(|| form.words.first().filter(|_| form.words.len() > 1).and_then(|w| gazetteer.first_name(w)))
}
