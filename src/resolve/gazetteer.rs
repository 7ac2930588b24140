//! Embedded tables → look-ups of countries, organisations, people, first names and nouns.
//!
//! Invariant: keys are folded words joined by one space; the first row that claims a key keeps it.
//! Sources and terms of the tables: `data/gazetteer/README.md`.

use rustc_hash::FxHashMap;

use super::fold::{fold, name_words};
use super::titles::Gender;

const COUNTRIES: &str = include_str!("../../data/gazetteer/countries.tsv");
const ORGANISATIONS: &str = include_str!("../../data/gazetteer/organisations.tsv");
const COMPANIES: &str = include_str!("../../data/gazetteer/companies.tsv");
const POLITICIANS: &str = include_str!("../../data/gazetteer/us_politicians.tsv");
const ROLES: &str = include_str!("../../data/gazetteer/roles.tsv");
const NOUNS: &str = include_str!("../../data/gazetteer/nouns.tsv");
const FEMALE: &str = include_str!("../../data/gazetteer/first_names_female.txt");
const MALE: &str = include_str!("../../data/gazetteer/first_names_male.txt");

/// What a noun names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NounKind {
    /// One person.
    Person,
    /// Several, or a body of people taken as several.
    People,
    /// An organisation, a country or another body that speaks as one.
    Organisation,
    /// Something written or published, which speaks for its author.
    Document,
}

/// What is known of a noun.
#[derive(Clone, Debug)]
pub(super) struct Noun {
    /// What synonyms share ("attorney" and "lawyer").
    pub(super) lemma: &'static str,
    pub(super) kind: NounKind,
    pub(super) gender: Option<Gender>,
    /// Wider nouns that can stand for it ("official" for "minister").
    pub(super) classes: &'static str,
}

/// What is known of a country.
#[derive(Clone, Debug)]
pub(super) struct Country {
    /// ISO 3166-1 alpha-3.
    pub(super) code: &'static str,
    /// Its usual English name.
    pub(super) name: &'static str,
}

/// What is known of a named organisation or person.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) sector: &'static str,
    pub(super) country: &'static str,
    pub(super) gender: Option<Gender>,
}

/// All tables; made once per run.
#[derive(Debug, Default)]
pub(super) struct Gazetteer {
    /// Names of countries.
    countries: FxHashMap<String, Country>,
    /// Nationalities, capitals, cities and regions: the country's code.
    places: FxHashMap<String, &'static str>,
    /// Usual names of countries by their codes.
    names: FxHashMap<&'static str, &'static str>,
    known: FxHashMap<String, Known>,
    sectors: FxHashMap<&'static str, &'static str>,
    nouns: FxHashMap<&'static str, Noun>,
    first_names: FxHashMap<&'static str, Gender>,
}

/// The rows of a table without its header, cut into cells.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

/// The parts of a cell.
fn parts(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').filter(|part| !part.is_empty())
}

/// The key of a name.
fn key(name: &str) -> String {
    name_words(name).join(" ")
}

/// The gender that a table's letter stands for.
fn gender(letter: &str) -> Option<Gender> {
    match letter {
        "m" => Some(Gender::Male),
        "f" => Some(Gender::Female),
        _ => None,
    }
}

impl Gazetteer {
    /// Reads the embedded tables.
    pub(super) fn load() -> Self {
        let mut gazetteer = Gazetteer::default();
        for row in rows(COUNTRIES) {
            let &[code, name, aliases, demonyms, capital, places] = &row[..] else {
                continue;
            };
            gazetteer.names.insert(code, name);
            for alias in std::iter::once(name).chain(parts(aliases)) {
                gazetteer.countries.entry(key(alias)).or_insert(Country { code, name });
            }
            for place in parts(demonyms).chain(parts(capital)).chain(parts(places)) {
                gazetteer.places.entry(key(place)).or_insert(code);
            }
        }
        for row in rows(ORGANISATIONS) {
            let &[name, aliases, sector, country] = &row[..] else {
                continue;
            };
            for alias in std::iter::once(name).chain(parts(aliases)) {
                gazetteer.known.entry(key(alias)).or_insert(Known { sector, country, gender: None });
            }
        }
        for row in rows(COMPANIES) {
            let &[name, sector] = &row[..] else { continue };
            gazetteer.known.entry(key(name)).or_insert(Known { sector, country: "USA", gender: None });
        }
        for row in rows(POLITICIANS) {
            let &[name, aliases, letter, sector] = &row[..] else {
                continue;
            };
            for alias in std::iter::once(name).chain(parts(aliases)) {
                gazetteer.known.entry(key(alias)).or_insert(Known { sector, country: "USA", gender: gender(letter) });
            }
        }
        gazetteer.sectors = rows(ROLES).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect();
        for row in rows(NOUNS) {
            let &[noun, lemma, kind, letter, classes] = &row[..] else {
                continue;
            };
            let kind = match kind {
                "person" => NounKind::Person,
                "people" => NounKind::People,
                "document" => NounKind::Document,
                _ => NounKind::Organisation,
            };
            gazetteer.nouns.insert(noun, Noun { lemma, kind, gender: gender(letter), classes });
        }
        gazetteer.first_names =
            FEMALE.lines().map(|n| (n, Gender::Female)).chain(MALE.lines().map(|n| (n, Gender::Male))).collect();
        gazetteer
    }

    /// The country that a folded name names. "us" is a pronoun unless written "US" or "U.S.".
    pub(super) fn country(&self, name: &str) -> Option<&Country> {
        self.countries.get(name)
    }

    /// The code of the country that a folded name, nationality, city or region belongs to.
    pub(super) fn country_code(&self, name: &str) -> Option<&'static str> {
        self.countries.get(name).map(|c| c.code).or_else(|| self.places.get(name).copied())
    }

    /// The usual name of the country with a code.
    pub(super) fn named(&self, code: &str) -> Option<&'static str> {
        self.names.get(code).copied()
    }

    /// The organisation or person known by a folded name.
    pub(super) fn known(&self, name: &str) -> Option<&Known> {
        self.known.get(name)
    }

    /// The sector of a folded role noun or noun phrase.
    pub(super) fn sector(&self, role: &str) -> Option<&'static str> {
        self.sectors.get(role).copied()
    }

    /// The gender that a folded first name gives.
    pub(super) fn first_name(&self, name: &str) -> Option<Gender> {
        self.first_names.get(name).copied()
    }

    /// What a folded noun names, and whether it is a plural.
    pub(super) fn noun(&self, word: &str) -> Option<(&Noun, bool)> {
        if let Some(noun) = self.nouns.get(word) {
            return Some((noun, noun.kind == NounKind::People));
        }
        let singular = |stem: &str, ending: &str| self.nouns.get(format!("{stem}{ending}").as_str());
        let found = word.strip_suffix("ies").and_then(|stem| singular(stem, "y"));
        let found = found.or_else(|| word.strip_suffix("men").and_then(|stem| singular(stem, "man")));
        let found = found.or_else(|| word.strip_suffix("women").and_then(|stem| singular(stem, "woman")));
        let found = found.or_else(|| word.strip_suffix('s').and_then(|stem| self.nouns.get(stem)));
        let found = found.or_else(|| word.strip_suffix("es").and_then(|stem| self.nouns.get(stem)));
        let found = found.map(|noun| (noun, true));
        found.or_else(|| {
            let bare = ["ex-", "vice-", "co-", "non-", "sub-", "under-"]
                .iter()
                .find_map(|prefix| word.strip_prefix(prefix))?;
            self.nouns.get(bare).map(|noun| (noun, false))
        })
    }
}

/// The last word of a hyphenated word ("tea-stall-owner"), folded.
pub(super) fn last_part(word: &str) -> String {
    fold(word.rsplit(['-', '‑']).next().unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nationalities_capitals_and_names_lead_to_one_country() {
        let gazetteer = Gazetteer::load();
        for name in ["norway", "norwegian", "oslo"] {
            assert_eq!(gazetteer.country_code(name), Some("NOR"), "{name}");
        }
        assert_eq!(gazetteer.country(&key("U.S.")).map(|c| c.name), Some("United States"));
    }

    #[test]
    fn nouns_are_found_in_the_plural_and_by_their_synonyms() {
        let gazetteer = Gazetteer::load();
        let lemma = |word: &str| gazetteer.noun(word).map(|(noun, plural)| (noun.lemma, plural));
        assert_eq!(lemma("attorneys"), Some(("lawyer", true)));
        assert_eq!(lemma("spokeswomen"), Some(("spokesperson", true)));
        assert_eq!(lemma("ministries"), Some(("ministry", true)));
        assert_eq!(lemma("table"), None);
    }

    /// A row with a cell too many or too few would be dropped in silence.
    #[test]
    fn every_row_of_every_table_has_its_columns() {
        for (table, columns) in
            [(COUNTRIES, 6), (ORGANISATIONS, 4), (COMPANIES, 2), (POLITICIANS, 4), (ROLES, 2), (NOUNS, 5)]
        {
            assert!(rows(table).all(|row| row.len() == columns));
            assert!(rows(table).count() > 100);
        }
    }
}
