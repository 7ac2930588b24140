//! Record → Article: the parts to be read, with their sentences.
//!
//! Invariant: sentences lie in order, do not overlap, and hold every character that is not white space.
//! The headline is a passage of its own, unless the text begins with it: nothing is read twice.

mod headline;
mod sentences;

pub use sentences::sentences;

use crate::article::{Article, Passage, Record};
use crate::labels::Part;
use crate::text::Text;

/// Splits a record into the passages to be read.
pub fn segment(record: &Record) -> Article {
    let mut passages = Vec::with_capacity(2);
    if !record.title.trim().is_empty() && !headline::opens(&record.title, &record.text) {
        passages.push(passage(Part::Title, &record.title));
    }
    if !record.text.trim().is_empty() {
        passages.push(passage(Part::Text, &record.text));
    }
    Article { passages }
}

fn passage(part: Part, text: &str) -> Passage {
    let text = Text::new(text);
    let sentences = sentences(&text);
    Passage { part, text, sentences }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &str, text: &str) -> Record {
        Record {
            doc_id: "a".into(),
            path: "a.txt".into(),
            record: 1,
            title: title.into(),
            text: text.into(),
            language: "en".into(),
            ..Record::default()
        }
    }

    #[test]
    fn a_headline_that_the_text_repeats_is_read_once() {
        let article =
            segment(&record("Ferry Firm ‘Warned’ of Ice", "FERRY FIRM 'WARNED' OF ICE\n\nThe firm was told."));
        assert_eq!(article.passages.len(), 1);
        assert_eq!(article.passages[0].part, Part::Text);
        let article = segment(&record("Ferry firm warned", "The ferry firm was told of ice."));
        assert_eq!(article.passages.iter().map(|p| p.part).collect::<Vec<_>>(), [Part::Title, Part::Text]);
    }

    #[test]
    fn white_space_is_no_passage() {
        assert!(segment(&record(" ", "\n\t")).passages.is_empty());
    }
}
