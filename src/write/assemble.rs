//! Record, Article, Findings, Cast → [`ArticleRows`].
//!
//! Invariant: every span of a row lies in the row's part and slices back to the row's surface; a
//! statement's and a mention's number is its place in the article, whatever is filtered later.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ids::{entity_id, join_names};
use super::rows::{DocumentRow, MentionRow, ParticipantRow, StatementRow, rounded};
use crate::article::{Article, Cast, Findings, Participant, Record, Statement};
use crate::labels::{EntityType, Part, Role, Status};
use crate::select::Place;
use crate::text::Span;

/// What stands between the parts of a content.
pub const CONTENT_GAP: &str = " … ";

/// All rows of one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleRows {
    /// 0-based number of the record in the whole input, those of other shards counted; 0 before the run sets it.
    pub number: u64,
    /// Its document.
    pub document: DocumentRow,
    /// The columns carried along, in the order of `--carry`.
    pub carried: Vec<String>,
    /// Its statements, by position.
    pub statements: Vec<StatementRow>,
    /// Who takes part in them: by statement, role, position.
    pub participants: Vec<ParticipantRow>,
    /// Its mentions, by position.
    pub mentions: Vec<MentionRow>,
    /// What the article knows of its entities, by first mention.
    pub entities: Vec<EntityFacts>,
}

/// What one article knows of an entity; `entities.csv` sums it up over the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntityFacts {
    /// Short hash of type, name and what tells two bearers apart.
    pub entity_id: String,
    /// Its name.
    pub entity: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// ISO 3166-1 alpha-3, empty if unknown.
    pub country: String,
    /// Sector, empty if unknown.
    pub sector: String,
    /// Its other names in the article.
    pub aliases: Vec<String>,
}

/// Makes the rows of an article. `pieces` is how many the network read, headline included.
pub fn assemble(record: &Record, article: &Article, findings: &Findings, cast: &Cast, pieces: usize) -> ArticleRows {
    let ids: Vec<String> = cast.entities.iter().map(|entity| entity_id(entity, &record.doc_id)).collect();
    let mut takes_part = vec![Vec::new(); findings.statements.len()];
    for participant in &cast.participants {
        takes_part[participant.statement].push(participant);
    }
    let desk = Desk { record, article, findings, cast, ids, takes_part };
    let rows = ArticleRows {
        number: 0,
        document: desk.document(pieces),
        carried: record.carried.clone(),
        statements: (0..findings.statements.len()).map(|at| desk.statement(at)).collect(),
        participants: desk.participants(),
        mentions: (0..findings.mentions.len()).map(|at| desk.mention(at)).collect(),
        entities: desk.entities(),
    };
    debug_assert!(rows.slices_back(article), "a span does not slice back in {}", record.doc_id);
    rows
}

impl ArticleRows {
    /// The same rows with the record's place in the input.
    pub fn at(mut self, place: &Place) -> Self {
        self.number = place.number;
        if let Some(duplicate) = &place.duplicate {
            self.document.duplicate_of.clone_from(&duplicate.of);
            self.document.similarity = Some(duplicate.similarity);
        }
        self
    }
}

/// All that the rows of one article are made from.
struct Desk<'a> {
    record: &'a Record,
    article: &'a Article,
    findings: &'a Findings,
    cast: &'a Cast,
    /// The id of every entity of the cast.
    ids: Vec<String>,
    /// The participants of every statement.
    takes_part: Vec<Vec<&'a Participant>>,
}

impl Desk<'_> {
    fn document(&self, pieces: usize) -> DocumentRow {
        let record = self.record;
        let unread = record.status == Status::Failed && record.text.is_empty();
        DocumentRow {
            doc_id: record.doc_id.clone(),
            path: record.path.clone(),
            record: record.record,
            title: record.title.clone(),
            published: record.published.clone(),
            url: record.url.clone(),
            publisher: record.publisher.clone(),
            language: record.language.clone(),
            characters: record.text.chars().count() as u64,
            sentences: self.article.passages.iter().map(|passage| passage.sentences.len() as u64).sum(),
            pieces: pieces as u64,
            mentions: self.findings.mentions.len() as u64,
            statements: self.findings.statements.len() as u64,
            status: record.status,
            reason: record.reason.clone(),
            remark: record.remark.clone(),
            text_sha256: if unread { String::new() } else { format!("{:x}", Sha256::digest(&record.text)) },
            duplicate_of: String::new(),
            similarity: None,
        }
    }

    fn statement(&self, at: usize) -> StatementRow {
        let statement = &self.findings.statements[at];
        let words = |span: Option<Span>| span.map_or("", |span| self.article.slice(statement.part, span)).to_owned();
        let content: Vec<&str> =
            statement.content.iter().map(|span| self.article.slice(statement.part, *span)).collect();
        let spans: Vec<String> = statement.content.iter().map(Span::to_string).collect();
        StatementRow {
            statement_id: self.statement_id(at),
            doc_id: self.record.doc_id.clone(),
            part: statement.part,
            sentence: self.sentence(statement.part, statement.anchor()),
            stance: statement.stance,
            stance_score: rounded(statement.stance_score),
            source: words(statement.source),
            source_start: start(statement.source),
            source_end: end(statement.source),
            source_entities: self.names(at, Role::Source),
            cue: words(statement.cue),
            cue_start: start(statement.cue),
            cue_end: end(statement.cue),
            addressee: words(statement.addressee),
            addressee_start: start(statement.addressee),
            addressee_end: end(statement.addressee),
            addressee_entities: self.names(at, Role::Addressee),
            content: content.join(CONTENT_GAP),
            content_spans: spans.join(";"),
            quotation: statement.quotation,
            negated: statement.flags.negated,
            hedged: statement.flags.hedged,
            unreal: statement.flags.unreal,
            nested_in: statement.nested_in.map(|parent| self.statement_id(parent)).unwrap_or_default(),
            score: rounded(statement.score),
            context: self.context(statement),
        }
    }

    /// One row per statement, role and entity; where a resolver names an entity twice in a role, its first span counts.
    fn participants(&self) -> Vec<ParticipantRow> {
        let mut rows = Vec::with_capacity(self.cast.participants.len());
        for participants in &self.takes_part {
            let first = rows.len();
            for participant in participants {
                let row = self.participant(participant);
                let same = |other: &ParticipantRow| other.role == row.role && other.entity_id == row.entity_id;
                if !rows[first..].iter().any(same) {
                    rows.push(row);
                }
            }
        }
        rows
    }

    fn participant(&self, participant: &Participant) -> ParticipantRow {
        let part = self.findings.statements[participant.statement].part;
        let entity = &self.cast.entities[participant.entity];
        ParticipantRow {
            statement_id: self.statement_id(participant.statement),
            doc_id: self.record.doc_id.clone(),
            role: participant.role,
            entity_id: self.ids[participant.entity].clone(),
            entity: entity.name.clone(),
            kind: entity.kind.unwrap_or(EntityType::Unnamed),
            surface: participant.surface.map_or("", |span| self.article.slice(part, span)).to_owned(),
            start: start(participant.surface),
            end: end(participant.surface),
            antecedent_start: start(participant.antecedent),
            antecedent_end: end(participant.antecedent),
            how: participant.how,
            score: rounded(participant.score),
            position: participant.position.clone(),
            affiliation: participant.affiliation.clone(),
            country: entity.country.clone(),
            sector: entity.sector.clone(),
        }
    }

    fn mention(&self, at: usize) -> MentionRow {
        let mention = &self.findings.mentions[at];
        let entity = self.cast.mention_entity.get(at).copied().flatten();
        MentionRow {
            mention_id: format!("{}#m{}", self.record.doc_id, at + 1),
            doc_id: self.record.doc_id.clone(),
            part: mention.part,
            sentence: self.sentence(mention.part, mention.span),
            start: mention.span.start as u64,
            end: mention.span.end as u64,
            surface: self.article.slice(mention.part, mention.span).to_owned(),
            kind: mention.kind,
            score: rounded(mention.score),
            entity_id: entity.map(|entity| self.ids[entity].clone()).unwrap_or_default(),
        }
    }

    fn entities(&self) -> Vec<EntityFacts> {
        let mut facts: Vec<EntityFacts> = Vec::with_capacity(self.ids.len());
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        for (entity, id) in self.cast.entities.iter().zip(&self.ids) {
            if let Some(&at) = known.get(id.as_str()) {
                facts[at].aliases.extend(entity.aliases.iter().cloned());
                continue;
            }
            known.insert(id, facts.len());
            facts.push(EntityFacts {
                entity_id: id.clone(),
                entity: entity.name.clone(),
                kind: entity.kind.unwrap_or(EntityType::Unnamed),
                country: entity.country.clone(),
                sector: entity.sector.clone(),
                aliases: entity.aliases.clone(),
            });
        }
        facts
    }

    fn statement_id(&self, at: usize) -> String {
        format!("{}#s{}", self.record.doc_id, at + 1)
    }

    fn names(&self, statement: usize, role: Role) -> String {
        let mut ids: Vec<&str> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for participant in self.takes_part[statement].iter().filter(|participant| participant.role == role) {
            let id = self.ids[participant.entity].as_str();
            if !ids.contains(&id) {
                ids.push(id);
                names.push(&self.cast.entities[participant.entity].name);
            }
        }
        join_names(names)
    }

    fn sentence(&self, part: Part, span: Span) -> u64 {
        self.article.passage(part).map_or(0, |passage| passage.sentence_of(span.start) as u64)
    }

    fn context(&self, statement: &Statement) -> String {
        let Some(passage) = self.article.passage(statement.part) else {
            return String::new();
        };
        passage.text.slice(passage.sentences_around(statement.extent())).to_owned()
    }
}

fn start(span: Option<Span>) -> Option<u64> {
    span.map(|span| span.start as u64)
}

fn end(span: Option<Span>) -> Option<u64> {
    span.map(|span| span.end as u64)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, case};
    use super::*;

    #[test]
    fn a_statement_says_where_each_of_its_words_stands() {
        let rows = case(0).rows();
        let row = &rows.statements[0];
        assert_eq!(row.statement_id, "doc-0#s1");
        assert_eq!((row.source.as_str(), row.source_start, row.source_end), ("Mara Ollin", Some(0), Some(10)));
        assert_eq!((row.cue.as_str(), row.addressee.as_str()), ("urged", "Pell Ltd"));
        assert_eq!((row.source_entities.as_str(), row.addressee_entities.as_str()), ("Mara Ollin", "Pell Ltd"));
        assert_eq!(row.content, "to stop … at once");
        assert_eq!(row.content_spans, "27-34;42-49");
        assert_eq!(row.context, "Mara Ollin urged Pell Ltd\r\nto stop, she 😀 at once.");
        assert_eq!(rows.statements[1].nested_in, "doc-0#s1");
        assert_eq!(rows.participants.len(), 3);
        assert_eq!(rows.document.statements, 2);
    }

    #[test]
    fn an_entity_named_twice_in_a_role_makes_one_row() {
        let mut case = case(0);
        let again = case.cast.participants[0].clone();
        case.cast.participants.insert(1, again);
        assert_eq!(case.rows().participants.len(), 3);
        assert_eq!(case.rows().statements[0].source_entities, "Mara Ollin");
    }

    #[test]
    fn a_record_that_could_not_be_read_has_no_hash_of_a_text() {
        let mut case = case(0);
        case.record = Record { text: String::new(), status: Status::Failed, ..case.record };
        let case = Case { article: Article::default(), findings: Findings::default(), cast: Cast::default(), ..case };
        assert_eq!(case.rows().document.text_sha256, "");
    }
}
