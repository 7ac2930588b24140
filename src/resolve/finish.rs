//! Scene and participants → Cast: entities in use, in order, with country, sector and what tells them apart.
//!
//! Invariant: entities stand in the order of their first place in the article; no entity is left that nothing refers to.

use rustc_hash::FxHashMap;

use super::fold::fold;
use super::gazetteer::NounKind;
use super::scene::Scene;
use super::sectors::{country, sector};
use crate::article::{Cast, Entity, Participant};
use crate::labels::{EntityType, Part};

/// Puts the cast together.
pub(super) fn cast(scene: Scene<'_>, mut participants: Vec<Participant>) -> Cast {
    let mut first: Vec<Option<(Part, usize, usize)>> = vec![None; scene.entities.len()];
    let mut seen = |entity: usize, part: Part, start: usize, end: usize| {
        let place = (part, start, end);
        if first[entity].is_none_or(|f| place < f) {
            first[entity] = Some(place);
        }
    };
    for (mention, entity) in scene.findings.mentions.iter().zip(&scene.mention_entity) {
        if let Some(entity) = *entity {
            seen(entity, mention.part, mention.span.start, mention.span.end);
        }
    }
    for participant in &participants {
        let statement = &scene.findings.statements[participant.statement];
        let place = participant.surface.unwrap_or_else(|| statement.anchor());
        seen(participant.entity, statement.part, place.start, place.end);
    }
    let mut order: Vec<usize> = (0..first.len()).filter(|&e| first[e].is_some()).collect();
    order.sort_by_key(|&e| (first[e], e));
    let mut number = vec![usize::MAX; first.len()];
    for (new, &old) in order.iter().enumerate() {
        number[old] = new;
    }
    let mut entities: Vec<Entity> = order.iter().map(|&e| scene.entities[e].clone()).collect();
    let bodies: Vec<(String, String)> = order.iter().map(|&e| described(&scene, e, ("", ""))).collect();
    for (new, &old) in order.iter().enumerate() {
        let body = scene.portraits[old].affiliated.map(|a| number[a]).filter(|&a| a < bodies.len() && a != new);
        let (code, label) = body.map_or(("", ""), |a| (bodies[a].0.as_str(), bodies[a].1.as_str()));
        (entities[new].country, entities[new].sector) = described(&scene, old, (code, label));
    }
    tell_apart(&scene, &mut entities);
    for participant in &mut participants {
        participant.entity = number[participant.entity];
    }
    participants.sort_by_key(|p| (p.statement, p.role, p.surface, p.entity));
    let mention_entity = scene.mention_entity.iter().map(|e| e.map(|e| number[e])).collect();
    Cast { entities, mention_entity, participants }
}

/// Country and sector of an entity, given those of the body for which it speaks.
fn described(scene: &Scene<'_>, entity: usize, body: (&str, &str)) -> (String, String) {
    let (own, portrait) = (&scene.entities[entity], &scene.portraits[entity]);
    (country(own, portrait, body.0, scene.gazetteer), sector(own, portrait, body.1, scene.gazetteer))
}

/// Marks names that more than one may bear: a lone surname, a body without a country ("the Supreme Court"),
/// and two bearers within the article.
fn tell_apart(scene: &Scene<'_>, entities: &mut [Entity]) {
    let mut bearers: FxHashMap<(Option<EntityType>, String), usize> = FxHashMap::default();
    for entity in entities {
        let words: Vec<String> = entity.name.split_whitespace().map(fold).collect();
        let key = words.join(" ");
        let given = scene.aliases.target(&words, &scene.record.published).is_some();
        let known = given || scene.gazetteer.known(&key).is_some() || scene.gazetteer.country(&key).is_some();
        let common = |w: &String| {
            matches!(
                w.as_str(),
                "supreme"
                    | "high"
                    | "constitutional"
                    | "national"
                    | "federal"
                    | "central"
                    | "foreign"
                    | "the"
                    | "of"
                    | "general"
                    | "state"
                    | "planning"
                    | "upper"
                    | "lower"
            ) || scene.gazetteer.noun(w).is_some_and(|(noun, _)| noun.kind == NounKind::Organisation)
        };
        let shared = match entity.kind {
            Some(EntityType::Per) => words.len() < 2,
            Some(EntityType::Org) => words.iter().all(common),
            _ => false,
        };
        if shared && !known {
            entity.apart = scene.record.doc_id.clone();
        }
        let count = bearers.entry((entity.kind, key)).or_insert(0);
        *count += 1;
        if *count > 1 {
            entity.apart = format!("{}/{count}", scene.record.doc_id);
        }
    }
}
