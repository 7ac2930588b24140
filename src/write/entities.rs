//! [`ArticleRows`] of the run → rows of `entities.csv`.
//!
//! Invariant: the rows depend on which articles there are, not on their order; counts are of rows that are
//! written, so that the table can be made again from the others. Memory grows with the named entities alone:
//! an unnamed one lives in one article, so its row is complete there.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::assemble::{ArticleRows, EntityFacts};
use super::ids::join_names;
use super::rows::EntityRow;
use crate::labels::{EntityType, Role};

/// The entity rows of one article: those that a mention or a participant row names, by first mention.
pub fn of_article(rows: &ArticleRows) -> Vec<EntityRow> {
    let counts = Counts::of(rows);
    let row = |facts: &EntityFacts| {
        let count = counts.0.get(facts.entity_id.as_str())?;
        let mut known = Known::new(facts);
        known.add(facts, *count);
        Some(known.row(&facts.entity_id))
    };
    rows.entities.iter().filter_map(row).collect()
}

/// The named entities of the run.
#[derive(Default)]
pub struct Entities {
    known: FxHashMap<String, Known>,
}

impl Entities {
    /// Adds what an article knows.
    pub fn add(&mut self, rows: &ArticleRows) {
        let counts = Counts::of(rows);
        for facts in rows.entities.iter().filter(|facts| facts.kind != EntityType::Unnamed) {
            let Some(count) = counts.0.get(facts.entity_id.as_str()) else {
                continue;
            };
            if !self.known.contains_key(&facts.entity_id) {
                self.known.insert(facts.entity_id.clone(), Known::new(facts));
            }
            if let Some(known) = self.known.get_mut(&facts.entity_id) {
                known.add(facts, *count);
            }
        }
    }

    /// The rows, by type, name and id.
    pub fn into_rows(self) -> impl Iterator<Item = EntityRow> {
        let mut known: Vec<(String, Known)> = self.known.into_iter().collect();
        known.sort_unstable_by(|(a_id, a), (b_id, b)| (a.kind, &a.name, a_id).cmp(&(b.kind, &b.name, b_id)));
        known.into_iter().map(|(id, known)| known.row(&id))
    }
}

/// In how many rows of an article an entity stands.
#[derive(Clone, Copy, Default)]
struct Count {
    mentions: u64,
    statements: u64,
}

struct Counts<'a>(FxHashMap<&'a str, Count>);

impl<'a> Counts<'a> {
    fn of(rows: &'a ArticleRows) -> Self {
        let mut counts: FxHashMap<&str, Count> = FxHashMap::default();
        for mention in rows.mentions.iter().filter(|row| !row.entity_id.is_empty()) {
            counts.entry(&mention.entity_id).or_default().mentions += 1;
        }
        let mut seen = FxHashSet::default();
        for row in &rows.participants {
            let count = counts.entry(&row.entity_id).or_default();
            if row.role == Role::Source && seen.insert((row.statement_id.as_str(), row.entity_id.as_str())) {
                count.statements += 1;
            }
        }
        Counts(counts)
    }
}

/// What is known of an entity so far.
struct Known {
    name: String,
    kind: EntityType,
    countries: Votes,
    sectors: Votes,
    aliases: BTreeSet<String>,
    documents: u64,
    mentions: u64,
    statements: u64,
}

impl Known {
    fn new(facts: &EntityFacts) -> Self {
        Known {
            name: facts.entity.clone(),
            kind: facts.kind,
            countries: Votes::default(),
            sectors: Votes::default(),
            aliases: BTreeSet::new(),
            documents: 0,
            mentions: 0,
            statements: 0,
        }
    }

    fn add(&mut self, facts: &EntityFacts, count: Count) {
        self.countries.add(&facts.country);
        self.sectors.add(&facts.sector);
        for alias in facts.aliases.iter().filter(|alias| **alias != self.name) {
            if !self.aliases.contains(alias) {
                self.aliases.insert(alias.clone());
            }
        }
        self.documents += 1;
        self.mentions += count.mentions;
        self.statements += count.statements;
    }

    fn row(self, id: &str) -> EntityRow {
        EntityRow {
            entity_id: id.to_owned(),
            country: self.countries.winner(),
            sector: self.sectors.winner(),
            aliases: join_names(self.aliases.iter().map(String::as_str)),
            entity: self.name,
            kind: self.kind,
            documents: self.documents,
            mentions: self.mentions,
            statements: self.statements,
        }
    }
}

/// How many articles give each value; an empty one is no vote.
#[derive(Default)]
struct Votes(BTreeMap<String, u64>);

impl Votes {
    fn add(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        match self.0.get_mut(value) {
            Some(votes) => *votes += 1,
            None => {
                self.0.insert(value.to_owned(), 1);
            }
        }
    }

    /// The most frequent value; of several the first in the alphabet.
    fn winner(self) -> String {
        let mut winner = (String::new(), 0);
        for (value, votes) in self.0 {
            if votes > winner.1 {
                winner = (value, votes);
            }
        }
        winner.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::case;
    use super::*;

    fn run(numbers: impl Iterator<Item = u64>) -> Vec<EntityRow> {
        let mut entities = Entities::default();
        numbers.for_each(|number| entities.add(&case(number).rows()));
        entities.into_rows().collect()
    }

    #[test]
    fn rows_are_those_of_the_run_whatever_the_order_of_its_articles() {
        let rows = run(0..7);
        assert_eq!(rows, run((0..7).rev()));
        let names: Vec<_> = rows.iter().map(|row| row.entity.as_str()).collect();
        assert_eq!(names, ["Mara Ollin", "Pell Ltd"]);
        assert_eq!(rows[0].aliases, "Ollin 0; Ollin 1; Ollin 2");
        assert_eq!((rows[0].documents, rows[0].mentions, rows[0].statements), (7, 7, 7));
        assert_eq!((rows[1].documents, rows[1].mentions, rows[1].statements), (7, 7, 0));
        assert_eq!(rows[1].country, "NOR");
    }

    #[test]
    fn of_two_equally_frequent_countries_the_first_in_the_alphabet_is_taken() {
        let mut votes = Votes::default();
        ["SWE", "NOR", "", "SWE", "NOR"].iter().for_each(|country| votes.add(country));
        assert_eq!(votes.winner(), "NOR");
    }

    #[test]
    fn an_unnamed_entity_is_counted_in_its_article() {
        let rows = of_article(&case(3).rows());
        let she = rows.iter().find(|row| row.entity == "she").expect("the unnamed source");
        assert_eq!((she.documents, she.mentions, she.statements), (1, 0, 1));
    }
}
