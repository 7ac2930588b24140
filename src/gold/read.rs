//! Gold file or folder → [`GoldArticle`]s, one at a time.
//!
//! Invariant: the shape of a line is told by its keys alone; one article is in memory at a time
//! (of labels that lie apart, all labels and one article).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::lines::Lines;
use super::{GoldArticle, GoldError, apart, attribution, brat, coreference, names, stance};

/// Opens gold of any documented shape. `text` is the file of articles that labels belong to, where they lie apart.
pub fn read(path: &Path, text: Option<&Path>) -> Result<Articles, GoldError> {
    if is_folder(path) {
        return Ok(Articles { lines: None, labels: None, folder: brat::files(path)?.into_iter() });
    }
    let is_labels = match Lines::open(path)?.next() {
        None => false,
        Some(first) => Keys::of(&first?.text).is_some_and(|keys| keys.are_a_label()),
    };
    let wrong = |what: &str| Err(GoldError::File { path: path.to_owned(), what: what.to_owned() });
    let (lines, labels) = match (is_labels, text) {
        (true, Some(text)) => (Lines::open(text)?, Some((path.to_owned(), Labels::read(path)?))),
        (true, None) => {
            return wrong("these are labels without their texts; name the articles' file with --text");
        }
        (false, Some(_)) => {
            return wrong("this file has its own texts; --text is for labels that lie apart from theirs");
        }
        (false, None) => (Lines::open(path)?, None),
    };
    Ok(Articles { lines: Some(lines), labels, folder: Vec::new().into_iter() })
}

/// Whether the path is brat's: a folder, or one `.ann` file.
pub(super) fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|e| e == "ann")
}

/// The articles of a gold file or folder, in its order. Ends after the first error.
pub struct Articles {
    lines: Option<Lines>,
    /// The labels still to be given out, and their file.
    labels: Option<(PathBuf, Labels)>,
    folder: std::vec::IntoIter<PathBuf>,
}

impl Articles {
    fn advance(&mut self) -> Option<Result<GoldArticle, GoldError>> {
        let Some(lines) = &mut self.lines else {
            return Some(brat::read(&self.folder.next()?));
        };
        for line in lines {
            let line = match line {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            let labelled = match &mut self.labels {
                Some((_, labels)) => labels.apply(&line.text),
                None => parse(&line.text).map(Some),
            };
            match labelled {
                Ok(Some(article)) => return Some(Ok(article)),
                Ok(None) => {}
                Err(what) => return Some(Err(line.error(what))),
            }
        }
        let (path, labels) = self.labels.take()?;
        let what = format!("the article of the label `{}` is not in the file of the articles", labels.left()?);
        Some(Err(GoldError::File { path, what }))
    }
}

impl Iterator for Articles {
    type Item = Result<GoldArticle, GoldError>;

    fn next(&mut self) -> Option<Self::Item> {
        let article = self.advance();
        if matches!(article, Some(Err(_))) {
            *self = Articles { lines: None, labels: None, folder: Vec::new().into_iter() };
        }
        article
    }
}

/// The article of a line.
pub(super) fn parse(line: &str) -> Result<GoldArticle, String> {
    let keys: Keys = from_json(line)?;
    if keys.attributions.is_some() {
        Ok(from_json::<attribution::Line>(line)?.into())
    } else if keys.statements.is_some() || keys.mentions.is_some() {
        from_json(line)
    } else if keys.clusters.is_some() {
        from_json::<coreference::Line>(line)?.article()
    } else if keys.entities.is_some() {
        from_json::<names::Line>(line)?.article()
    } else if keys.are_a_label() {
        Err("a label without a text among articles; keep such labels in a file of their own".to_owned())
    } else {
        Err("nothing is labelled here; give `statements` or `mentions`, an empty list where there are none".to_owned())
    }
}

fn from_json<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| format!("{error}; docs/labelling.md shows the format"))
}

/// The keys that tell the shapes apart.
#[derive(Deserialize)]
struct Keys {
    text: Option<IgnoredAny>,
    stance: Option<IgnoredAny>,
    text_sha256: Option<IgnoredAny>,
    statements: Option<IgnoredAny>,
    mentions: Option<IgnoredAny>,
    attributions: Option<IgnoredAny>,
    entities: Option<IgnoredAny>,
    clusters: Option<IgnoredAny>,
}

impl Keys {
    fn of(line: &str) -> Option<Keys> {
        serde_json::from_str(line).ok()
    }

    fn are_a_label(&self) -> bool {
        (self.stance.is_some() || self.text_sha256.is_some()) && self.text.is_none()
    }
}

/// Labels that lie apart from their articles: of single statements, or of whole texts.
enum Labels {
    Single(stance::Labels),
    Whole(apart::Labels),
}

impl Labels {
    fn read(path: &Path) -> Result<Labels, GoldError> {
        let (mut single, mut whole) = (stance::Labels::default(), apart::Labels::default());
        let mut any_whole = false;
        for line in Lines::open(path)? {
            let line = line?;
            let is_whole = Keys::of(&line.text).is_some_and(|keys| keys.text_sha256.is_some());
            any_whole |= is_whole;
            let taken = if is_whole {
                from_json(&line.text).and_then(|label| whole.insert(label))
            } else {
                from_json(&line.text).and_then(|label| single.insert(label))
            };
            taken.map_err(|what| line.error(what))?;
        }
        match (single.left(), any_whole) {
            (Some(id), true) => Err(GoldError::File {
                path: path.to_owned(),
                what: format!("`{id}` is the label of a statement, among labels of whole texts; keep them apart"),
            }),
            (_, true) => Ok(Labels::Whole(whole)),
            (_, false) => Ok(Labels::Single(single)),
        }
    }

    /// The article of a line with its labels; `None` if it has none.
    fn apply(&mut self, line: &str) -> Result<Option<GoldArticle>, String> {
        match self {
            Labels::Single(labels) => labels.apply(parse(line)?),
            Labels::Whole(labels) => labels.apply(from_json(line)?),
        }
    }

    fn left(&self) -> Option<&str> {
        match self {
            Labels::Single(labels) => labels.left(),
            Labels::Whole(labels) => labels.left(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Stance;

    fn file(folder: &tempfile::TempDir, name: &str, lines: &[&str]) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, lines.join("\n")).unwrap();
        path
    }

    const ATTRIBUTION: &str = r#"{"id":"a","text":"Ann said no. Bo left.","discard":[[13,21]],
        "attributions":[{"source":[[0,3]],"cue":[[4,8]],"content":[[9,11]]},{"source":[],"cue":[[16,20]],"content":[]}]}"#;

    /// Protects the join by number: only the labelled statement gets a stance, the others stay as spans.
    #[test]
    fn labels_find_their_statements() {
        let folder = tempfile::tempdir().unwrap();
        let texts = file(&folder, "texts", &[&ATTRIBUTION.replace('\n', "")]);
        let labels =
            file(&folder, "labels", &[r#"{"id":"a#0","stance":"deny","flags":["hedged"],"addressee_span":null}"#]);
        let articles: Vec<_> = read(&labels, Some(&texts)).unwrap().map(Result::unwrap).collect();
        let statements = articles[0].statements.as_ref().unwrap();
        assert_eq!(statements[0].stance, Some(Stance::Deny));
        assert!(statements[0].flags().hedged && statements[1].stance.is_none());
        assert_eq!(articles[0].discard, [[13, 21]]);
    }

    #[test]
    fn a_label_without_its_article_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let texts = file(&folder, "texts", &[&ATTRIBUTION.replace('\n', "")]);
        let labels = file(&folder, "labels", &[r#"{"id":"b#0","stance":"deny"}"#]);
        let last = read(&labels, Some(&texts)).unwrap().last().unwrap();
        assert!(last.unwrap_err().to_string().contains("b#0"));
        assert!(read(&labels, None).is_err());
    }

    /// Protects whoever passes on labels without texts: they go on the very text that they were made for, or nowhere.
    #[test]
    fn labels_of_whole_texts_find_the_very_text() {
        let folder = tempfile::tempdir().unwrap();
        let texts =
            file(&folder, "texts", &[r#"{"id":"a","url":"u","text":"Ann said no."}"#, r#"{"id":"b","text":"-"}"#]);
        let hash = "0f8d5f6a"; // of another text
        let label = |hash: &str| {
            format!(
                r#"{{"id":"a","text_sha256":"{hash}","statements":[{{"cue_span":[4,8],"content_spans":[[9,11]]}}]}}"#
            )
        };
        let right = format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest("Ann said no."));
        let labels = file(&folder, "right", &[&label(&right)]);
        let articles: Vec<_> = read(&labels, Some(&texts)).unwrap().map(Result::unwrap).collect();
        assert_eq!(articles.len(), 1);
        assert_eq!(articles[0].statements.as_ref().unwrap()[0].cue_span, Some([4, 8]));
        let labels = file(&folder, "wrong", &[&label(hash)]);
        let error = read(&labels, Some(&texts)).unwrap().next().unwrap().unwrap_err().to_string();
        assert!(error.contains("texts:1") && error.contains("another version"), "{error}");
        let labels = file(&folder, "missing", &[&label(&right).replace(r#""id":"a""#, r#""id":"c""#)]);
        let error = read(&labels, Some(&texts)).unwrap().last().unwrap().unwrap_err().to_string();
        assert!(error.contains("`c`"), "{error}");
    }

    /// Protects whoever labels by hand: the error names file, line and the wrong word.
    #[test]
    fn an_error_names_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let bad = r#"{"id":"b","text":"Ann said no.","statements":[{"content_spans":[],"stance":"shout"}]}"#;
        let path = file(&folder, "gold.jsonl", &[r#"{"id":"a","text":"x","mentions":[]}"#, "", bad]);
        let read: Vec<_> = read(&path, None).unwrap().collect();
        assert_eq!(read.len(), 2);
        let error = read[1].as_ref().unwrap_err().to_string();
        assert!(error.contains("gold.jsonl:3") && error.contains("shout"), "{error}");
    }
}
