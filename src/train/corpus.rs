//! Corpora → labelled texts: JSON lines of three kinds, one text each, with labels in code points.
//!
//! Invariant: a line that cannot be read stops the training with its file and number; nothing is skipped.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::TrainError;
use super::config::{Corpus, CorpusKind};
use crate::gold::{self, GoldArticle, GoldSpan};
use crate::labels::{EntityType, Part, Stance};
use crate::text::{Span, Text};

/// A text with what is known about it.
#[derive(Clone, Debug, Default)]
pub struct Labelled {
    /// The text.
    pub text: Text,
    /// Its statements; `None` where they are not labelled.
    pub statements: Option<Vec<LabelledStatement>>,
    /// Its mentions; `None` where they are not labelled.
    pub mentions: Option<Vec<(Span, EntityType)>>,
    /// Whether MISC is among the labels of the mentions.
    pub misc: bool,
    /// Whether statements inside contents are labelled.
    pub nested: bool,
    /// Where nothing is known about cues.
    pub unknown: Vec<Span>,
    /// Whether only stances and flags are to be learned.
    pub stance_only: bool,
}

/// A statement with what is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelledStatement {
    /// The reporting words.
    pub cue: Vec<Span>,
    /// Who says it.
    pub source: Vec<Span>,
    /// What.
    pub content: Vec<Span>,
    /// To whom: empty for nobody, `None` where it is not labelled.
    pub addressee: Option<Vec<Span>>,
    /// `None` where it is not labelled.
    pub stance: Option<Stance>,
    /// Negated, hedged, unreal; meant only with a stance.
    pub flags: [bool; 3],
}

#[derive(Deserialize)]
struct Attributed {
    id: String,
    text: String,
    attributions: Vec<Attribution>,
    #[serde(default)]
    discard: Vec<GoldSpan>,
}

#[derive(Deserialize)]
struct Attribution {
    source: Vec<GoldSpan>,
    cue: Vec<GoldSpan>,
    content: Vec<GoldSpan>,
}

#[derive(Deserialize)]
struct StanceLine {
    id: String,
    stance: Stance,
    addressee_span: Option<GoldSpan>,
    #[serde(default)]
    flags: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    text: String,
    entities: Vec<(usize, usize, String)>,
}

/// Reads a corpus.
pub fn read(corpus: &Corpus) -> Result<Vec<Labelled>, TrainError> {
    match corpus.kind {
        CorpusKind::Attributions => attributions(corpus),
        CorpusKind::Articles => {
            let articles = match &corpus.labels {
                Some(labels) => {
                    gold::read(labels, Some(&corpus.path)).and_then(Iterator::collect).map_err(TrainError::Gold)?
                }
                None => lines(&corpus.path)?,
            };
            Ok(articles.iter().flat_map(|a| article(a, corpus)).collect())
        }
        CorpusKind::Names => {
            let texts: Vec<Named> = lines(&corpus.path)?;
            Ok(texts.into_iter().map(|t| named(t, &corpus.types)).collect())
        }
    }
}

pub(super) fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, TrainError> {
    let file = File::open(path).map_err(|e| TrainError::file(path, e))?;
    let packed = path.extension().is_some_and(|end| end == "gz");
    let bytes: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut items = Vec::new();
    for (index, line) in BufReader::new(bytes).lines().enumerate() {
        let line = line.map_err(|e| TrainError::file(path, e))?;
        if !line.trim().is_empty() {
            items.push(serde_json::from_str(&line).map_err(|e| TrainError::Line {
                path: path.display().to_string(),
                line: index + 1,
                why: e.to_string(),
            })?);
        }
    }
    Ok(items)
}

fn span(gold: GoldSpan) -> Span {
    Span::new(gold[0], gold[1])
}

fn spans(gold: &[GoldSpan]) -> Vec<Span> {
    gold.iter().copied().map(span).collect()
}

fn flags(words: &[String]) -> [bool; 3] {
    ["negated", "hedged", "unreal"].map(|flag| words.iter().any(|w| w == flag))
}

fn attributions(corpus: &Corpus) -> Result<Vec<Labelled>, TrainError> {
    let articles: Vec<Attributed> = lines(&corpus.path)?;
    let mut stances: BTreeMap<String, StanceLine> = BTreeMap::new();
    for path in &corpus.stances {
        stances.extend(lines::<StanceLine>(path)?.into_iter().map(|line| (line.id.clone(), line)));
    }
    let labelled = articles.into_iter().map(|article| {
        let statements = article.attributions.iter().enumerate().map(|(index, attribution)| {
            let stance = stances.get(&format!("{}#{index}", article.id));
            LabelledStatement {
                cue: spans(&attribution.cue),
                source: spans(&attribution.source),
                content: spans(&attribution.content),
                addressee: stance.map(|s| s.addressee_span.map(span).into_iter().collect()),
                stance: stance.map(|s| s.stance),
                flags: stance.map_or([false; 3], |s| flags(&s.flags)),
            }
        });
        Labelled {
            statements: Some(statements.collect()),
            unknown: spans(&article.discard),
            nested: corpus.nested,
            text: Text::new(article.text),
            ..Labelled::default()
        }
    });
    Ok(labelled.collect())
}

/// The title and the text of an article, each by itself.
fn article(gold: &GoldArticle, corpus: &Corpus) -> Vec<Labelled> {
    let parts = [(Part::Title, &gold.title), (Part::Text, &gold.text)];
    let labelled = parts.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(|(part, text)| {
        let statements = gold.statements.as_ref().map(|all| {
            let here = all.iter().filter(|s| s.part.unwrap_or(Part::Text) == part);
            let statements = here.map(|s| LabelledStatement {
                cue: s.cue_span.map(span).into_iter().collect(),
                source: s.source_span.map(span).into_iter().collect(),
                content: spans(&s.content_spans),
                addressee: Some(s.addressee_span.map(span).into_iter().collect()),
                stance: s.stance,
                flags: flags(&s.flags),
            });
            statements.collect()
        });
        let mentions = gold.mentions.as_ref().map(|all| {
            let here = all.iter().filter(|m| m.part.unwrap_or(Part::Text) == part);
            here.map(|m| (Span::new(m.start, m.end), m.kind)).collect()
        });
        Labelled {
            text: Text::new(text.as_str()),
            statements,
            mentions,
            misc: true,
            nested: corpus.nested,
            stance_only: corpus.stance_only,
            unknown: Vec::new(),
        }
    });
    labelled.collect()
}

fn named(line: Named, types: &BTreeMap<String, EntityType>) -> Labelled {
    let mentions =
        line.entities.iter().filter_map(|(start, end, kind)| Some((Span::new(*start, *end), *types.get(kind)?)));
    Labelled {
        mentions: Some(mentions.collect()),
        misc: types.values().any(|&kind| kind == EntityType::Misc),
        text: Text::new(line.text),
        ..Labelled::default()
    }
}
