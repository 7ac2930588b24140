//! What passes from stage to stage: Record → Article → Findings → Cast.

use crate::labels::{EntityType, Flags, How, Part, Quotation, Role, Stance, Status};
use crate::text::{Span, Text};

/// One input record, as the readers hand it on; failed ones too, so that nothing is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The id as given, else made from path and record number. Unique in the run.
    pub doc_id: String,
    /// The file as named by the user, or relative to the folder named; `-` for standard input.
    pub path: String,
    /// 1-based place in its file.
    pub record: u64,
    /// The headline, exactly as given; empty if there is none.
    pub title: String,
    /// The text, exactly as given.
    pub text: String,
    /// Date as given.
    pub published: String,
    /// Address as given.
    pub url: String,
    /// Publisher as given.
    pub publisher: String,
    /// Values of the columns that `--carry` names, in that order; empty where the record has none.
    pub carried: Vec<String>,
    /// What became of it so far: `Ok`, `Partial`, `Skipped` or `Failed`.
    pub status: Status,
    /// Why it was skipped or failed, with what to do about it; else empty.
    pub reason: String,
    /// What else its reader should know (an id that was made, bytes that were replaced); else empty.
    pub remark: String,
    /// ISO 639-1 code of the language found, empty if unknown.
    pub language: String,
}

/// A part of an article with its sentences.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Which part.
    pub part: Part,
    /// Its text, exactly as given.
    pub text: Text,
    /// The sentences, in order, without the white space between them; they do not overlap.
    pub sentences: Vec<Span>,
}

impl Passage {
    /// Index of the sentence that holds a code point, else of the last one that begins before it (0 if none does).
    pub fn sentence_of(&self, code_point: usize) -> usize {
        self.sentences.partition_point(|s| s.start <= code_point).saturating_sub(1)
    }

    /// The text from the first to the last sentence that a span touches.
    pub fn sentences_around(&self, span: Span) -> Span {
        let first = self.sentence_of(span.start);
        let last = self.sentence_of(span.end.saturating_sub(1).max(span.start));
        match (self.sentences.get(first), self.sentences.get(last)) {
            (Some(a), Some(b)) => Span::new(a.start.min(span.start), b.end.max(span.end)),
            _ => span,
        }
    }
}

/// A segmented article. The title is left out where the text begins with it.
#[derive(Clone, Debug, Default)]
pub struct Article {
    /// Title (if it is to be read) and text, in this order.
    pub passages: Vec<Passage>,
}

impl Article {
    /// The passage of a part.
    pub fn passage(&self, part: Part) -> Option<&Passage> {
        self.passages.iter().find(|p| p.part == part)
    }

    /// The characters of a span in a part; empty if the part is not there.
    pub fn slice(&self, part: Part, span: Span) -> &str {
        self.passage(part).map_or("", |p| p.text.slice(span))
    }
}

/// A named-entity mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The part it stands in.
    pub part: Part,
    /// Where.
    pub span: Span,
    /// PER, ORG, LOC or MISC.
    pub kind: EntityType,
    /// Probability that span and type are right.
    pub score: f32,
}

/// One act of speech, thought or writing.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The part that all its spans lie in.
    pub part: Part,
    /// The reporting words; none for a free-standing quotation.
    pub cue: Option<Span>,
    /// Who says it.
    pub source: Option<Span>,
    /// To whom.
    pub addressee: Option<Span>,
    /// What, in one or more pieces, in order.
    pub content: Vec<Span>,
    /// What the source does with the content.
    pub stance: Stance,
    /// Probability of the stance given the statement.
    pub stance_score: f32,
    /// Reservations.
    pub flags: Flags,
    /// How much of the content is quoted.
    pub quotation: Quotation,
    /// Probability that cue and content are right.
    pub score: f32,
    /// Index of the statement whose content this one lies in, in the same list.
    pub nested_in: Option<usize>,
}

impl Statement {
    /// Where the statement is: its cue, else its content.
    pub fn anchor(&self) -> Span {
        self.cue.or(self.content.first().copied()).unwrap_or_default()
    }

    /// The span from its first to its last character.
    pub fn extent(&self) -> Span {
        let spans = self.cue.iter().chain(&self.source).chain(&self.addressee).chain(&self.content);
        let start = spans.clone().map(|s| s.start).min().unwrap_or(0);
        Span::new(start, spans.map(|s| s.end).max().unwrap_or(start))
    }
}

/// What the network found in an article: mentions and statements, each ordered by part and position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Named-entity mentions.
    pub mentions: Vec<Mention>,
    /// Statements, parents before those nested in them where they begin together.
    pub statements: Vec<Statement>,
}

impl Findings {
    /// The findings of an article from those of its passages, in order; links between statements follow.
    pub fn joined(passages: impl IntoIterator<Item = Findings>) -> Self {
        let mut all = Findings::default();
        for passage in passages {
            let before = all.statements.len();
            all.mentions.extend(passage.mentions);
            all.statements.extend(passage.statements.into_iter().map(|mut statement| {
                statement.nested_in = statement.nested_in.map(|parent| parent + before);
                statement
            }));
        }
        all
    }
}

/// An entity of one article.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Entity {
    /// The fullest name in the article, or the description.
    pub name: String,
    /// Its type; `None` only in an unfinished entity.
    pub kind: Option<EntityType>,
    /// What tells it from another bearer of the name; empty where nothing need.
    pub apart: String,
    /// Every other name it goes by in the article, sorted.
    pub aliases: Vec<String>,
    /// ISO 3166-1 alpha-3, empty if unknown.
    pub country: String,
    /// Sector label, empty if unknown.
    pub sector: String,
}

/// An entity in a role of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    /// Index into the findings' statements.
    pub statement: usize,
    /// Source, addressee or about.
    pub role: Role,
    /// Index into the cast's entities.
    pub entity: usize,
    /// The words that stand for it in the statement; none for `implicit`.
    pub surface: Option<Span>,
    /// The name that a pronoun, group or description was resolved to, in the same part.
    pub antecedent: Option<Span>,
    /// How it is known.
    pub how: How,
    /// Probability that the entity is right.
    pub score: f32,
    /// "spokesman", "prime minister", as the article has it; else empty.
    pub position: String,
    /// For whom it speaks or works, as the article has it; else empty.
    pub affiliation: String,
}

/// Who is who in an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cast {
    /// The entities, by first mention.
    pub entities: Vec<Entity>,
    /// For each mention of the findings its entity.
    pub mention_entity: Vec<Option<usize>>,
    /// By statement, then role (source, addressee, about), then position.
    pub participants: Vec<Participant>,
}
