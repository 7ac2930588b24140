//! Entity → the country that it belongs to and the sector in which it acts.
//!
//! Invariant: only what its name, the gazetteers or the article's own words give; else empty.

use super::fold::{fold, name_words};
use super::gazetteer::Gazetteer;
use super::portraits::Portrait;
use crate::article::Entity;
use crate::labels::EntityType;

/// What the words of an organisation's name tell of its sector.
const WORDS: &[(&str, &str)] = &[
    ("ministry", "government"),
    ("government", "government"),
    ("cabinet", "government"),
    ("department", "government"),
    ("treasury", "government"),
    ("municipality", "government"),
    ("embassy", "government"),
    ("presidency", "government"),
    ("administration", "government"),
    ("directorate", "government"),
    ("authority", "government"),
    ("authorities", "government"),
    ("secretariat", "government"),
    ("officials", "government"),
    ("parliament", "legislature"),
    ("senate", "legislature"),
    ("congress", "legislature"),
    ("assembly", "legislature"),
    ("legislature", "legislature"),
    ("lawmakers", "legislature"),
    ("mps", "legislature"),
    ("senators", "legislature"),
    ("court", "judiciary"),
    ("tribunal", "judiciary"),
    ("prosecutors", "judiciary"),
    ("judges", "judiciary"),
    ("army", "military"),
    ("navy", "military"),
    ("military", "military"),
    ("troops", "military"),
    ("police", "police"),
    ("party", "party"),
    ("republicans", "party"),
    ("democrats", "party"),
    ("inc", "business"),
    ("ltd", "business"),
    ("corp", "business"),
    ("corporation", "business"),
    ("plc", "business"),
    ("company", "business"),
    ("companies", "business"),
    ("bank", "business"),
    ("airlines", "business"),
    ("airways", "business"),
    ("motors", "business"),
    ("holdings", "business"),
    ("industries", "business"),
    ("llc", "business"),
    ("gmbh", "business"),
    ("firm", "business"),
    ("firms", "business"),
    ("news", "media"),
    ("newspaper", "media"),
    ("magazine", "media"),
    ("times", "media"),
    ("radio", "media"),
    ("tv", "media"),
    ("television", "media"),
    ("herald", "media"),
    ("tribune", "media"),
    ("reporters", "media"),
    ("journalists", "media"),
    ("media", "media"),
    ("university", "education"),
    ("college", "education"),
    ("school", "education"),
    ("institute", "education"),
    ("students", "education"),
    ("hospital", "health"),
    ("doctors", "health"),
    ("union", "labour"),
    ("unions", "labour"),
    ("workers", "labour"),
    ("foundation", "NGO"),
    ("charity", "NGO"),
    ("society", "NGO"),
    ("association", "NGO"),
    ("ngo", "NGO"),
    ("watch", "NGO"),
    ("church", "religion"),
    ("mosque", "religion"),
    ("rebels", "rebels"),
    ("militants", "rebels"),
    ("activists", "civilians"),
    ("residents", "civilians"),
    ("people", "civilians"),
    ("voters", "civilians"),
    ("families", "civilians"),
    ("villagers", "civilians"),
    ("protesters", "opposition"),
    ("opposition", "opposition"),
];

/// The code of a country that some words name, looked at one and two at a time.
fn country_in<'a>(words: impl Iterator<Item = &'a str>, gazetteer: &Gazetteer) -> Option<&'static str> {
    let words: Vec<String> = words.filter(|w| !matches!(*w, "us" | "Us")).map(fold).collect();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let pair = pairs.into_iter().find_map(|pair| gazetteer.country_code(&pair));
    pair.or_else(|| words.iter().find_map(|word| gazetteer.country_code(word)))
}

/// The country of an entity; `affiliated` is the country of the body for which it speaks.
pub(super) fn country(entity: &Entity, portrait: &Portrait, affiliated: &str, gazetteer: &Gazetteer) -> String {
    let key = name_words(&entity.name).join(" ");
    let known = gazetteer.known(&key).map(|k| k.country).filter(|c| !c.is_empty());
    let own = match entity.kind {
        Some(EntityType::Loc | EntityType::Misc) => gazetteer.country_code(&key),
        Some(EntityType::Per) => {
            let described =
                portrait.descriptors.iter().find_map(|d| country_in(d.words.iter().map(String::as_str), gazetteer));
            described.or(known)
        }
        _ => known.or_else(|| country_in(entity.name.split([' ', '-', '’', '\'']), gazetteer)),
    };
    let person = entity.kind == Some(EntityType::Per);
    own.unwrap_or(if person { affiliated } else { "" }).to_owned()
}

/// The sector of an entity; `affiliated` is the sector of the body for which it speaks.
pub(super) fn sector(entity: &Entity, portrait: &Portrait, affiliated: &str, gazetteer: &Gazetteer) -> String {
    let key = name_words(&entity.name).join(" ");
    let by_role =
        || portrait.descriptors.iter().find_map(|d| role(d.before.as_deref(), &d.lemma, d.classes, gazetteer));
    let by_word = || {
        name_words(&entity.name)
            .iter()
            .rev()
            .find_map(|w| WORDS.iter().find(|(word, _)| word == w).map(|(_, sector)| *sector))
    };
    let found = match entity.kind {
        Some(EntityType::Loc | EntityType::Misc) | None => None,
        Some(EntityType::Org) => gazetteer.known(&key).map(|k| k.sector).or_else(by_word),
        Some(EntityType::Per) => {
            let body = Some(affiliated).filter(|a| !a.is_empty());
            by_role().or(body).or_else(|| gazetteer.known(&key).map(|k| k.sector)).or(Some("person"))
        }
        Some(EntityType::Unnamed) => by_role().or_else(by_word).or_else(|| gazetteer.sector(&key)),
    };
    found.unwrap_or_default().to_owned()
}

/// The sector that an office gives, the more special wording first.
fn role(before: Option<&str>, lemma: &str, classes: &str, gazetteer: &Gazetteer) -> Option<&'static str> {
    let special = before.and_then(|before| gazetteer.sector(&format!("{before} {lemma}")));
    let class = |wanted: &str| classes.split(' ').any(|class| class == wanted);
    special
        .or_else(|| match lemma {
            "spokesperson" | "chair" | "leader" | "head" | "chief" | "president" | "official" | "director"
            | "member" | "representative" => None,
            "lawmaker" | "senator" | "mp" | "speaker" | "whip" => Some("legislature"),
            "minister" | "prime minister" | "governor" | "mayor" | "secretary" | "ambassador" | "envoy"
            | "diplomat" | "chancellor" | "commissioner" => Some("government"),
            "judge" | "prosecutor" | "lawyer" => Some("judiciary"),
            "chief executive" | "executive" | "founder" | "owner" | "businessman" | "banker" | "investor" => {
                Some("business")
            }
            "activist" | "campaigner" => Some("NGO"),
            _ => gazetteer.sector(lemma),
        })
        .or_else(|| {
            (class("lawmaker") && !matches!(lemma, "representative" | "delegate" | "deputy")).then_some("legislature")
        })
        .or_else(|| class("journalist").then_some("media"))
}
