//! brat folder (`x.txt` beside `x.ann`) → [`GoldArticle`]s.
//!
//! Invariant: every annotation is used, or an error names its line; nesting is computed, not annotated.
//! The convention (types, links, attributes, notes) stands in `docs/labelling.md`.

mod assemble;
mod standoff;

use std::path::{Path, PathBuf};

use super::{GoldArticle, GoldError};
use standoff::Standoff;

/// What is wrong about a line, and its number.
type Wrong = (u64, String);

/// The `.ann` files of a folder, in byte order of their names, or the one file.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, GoldError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |cause| GoldError::Io { path: path.to_owned(), cause };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|ending| ending == "ann") {
            files.push(file);
        }
    }
    if files.is_empty() {
        let what = "no .ann file in this folder; brat keeps one beside each .txt".to_owned();
        return Err(GoldError::File { path: path.to_owned(), what });
    }
    files.sort();
    Ok(files)
}

/// The article of an `.ann` file and the `.txt` beside it; its id is the file's name without ending.
pub(super) fn read(ann: &Path) -> Result<GoldArticle, GoldError> {
    let open =
        |path: &Path| std::fs::read_to_string(path).map_err(|cause| GoldError::Io { path: path.to_owned(), cause });
    let (text, marks) = (open(&ann.with_extension("txt"))?, open(ann)?);
    let id = ann.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    article(id, text, &marks).map_err(|(line, what)| GoldError::Line { path: ann.to_owned(), line, what })
}

/// A document without any mention has its mentions unlabelled; one with mentions only, its statements.
fn article(id: String, text: String, marks: &str) -> Result<GoldArticle, Wrong> {
    let standoff = Standoff::parse(marks)?;
    let statements = assemble::statements(&standoff)?;
    let mentions = standoff.mentions;
    let only_mentions = statements.is_empty() && !mentions.is_empty();
    Ok(GoldArticle {
        id,
        text,
        statements: (!only_mentions).then_some(statements),
        mentions: (!mentions.is_empty()).then_some(mentions),
        ..GoldArticle::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::GoldStatement;
    use crate::labels::{Quotation, Stance};

    const TEXT: &str = "Ann Lee warned Bo that fog is near. “It is thick.” Bo reportedly denied it, Ann said.";
    const MARKS: &str = "T1\tSource 0 7\tAnn Lee\nT2\tCue 8 14\twarned\nT3\tAddressee 15 17\tBo\nT4\tContent 18 34\tthat fog is near\n\
        R1\tSource Arg1:T2 Arg2:T1\nR2\tAddressee Arg1:T2 Arg2:T3\nR3\tContent Arg1:T2 Arg2:T4\nA1\tStance T2 warn\n\
        #1\tAnnotatorNotes T1\tAnn Lee; Fog Office\nT5\tContent 36 50\t“It is thick.”\nA2\tQuotation T5 direct\n\
        T6\tSource 51 53\tBo\nT7\tCue 54 71\treportedly denied\nT8\tContent 72 74\tit\n\
        E1\tCue:T7 Source:T6 Content:T8\nA3\tStance E1 deny\nA4\tHedged E1\nT9\tPER 0 7\tAnn Lee\n\
        T10\tSource 76 79\tAnn\nT11\tCue 80 84\tsaid\nT12\tContent 51 74\tBo reportedly denied it\nE2\tCue:T11 Source:T10 Content:T12\n";

    fn read(marks: &str) -> Result<GoldArticle, Wrong> {
        article("a".to_owned(), TEXT.to_owned(), marks)
    }

    /// Protects the convention: relations, events, attributes, notes, free quotations and nesting all arrive.
    #[test]
    fn a_folder_in_brats_form_is_read() {
        let article = read(MARKS).unwrap();
        let statements = article.statements.unwrap();
        assert_eq!(statements.len(), 4);
        assert_eq!(
            statements[0],
            GoldStatement {
                source_span: Some([0, 7]),
                cue_span: Some([8, 14]),
                addressee_span: Some([15, 17]),
                content_spans: vec![[18, 34]],
                stance: Some(Stance::Warn),
                source_entities: Some(vec!["Ann Lee".to_owned(), "Fog Office".to_owned()]),
                ..GoldStatement::default()
            }
        );
        assert_eq!((statements[1].cue_span, statements[1].quotation), (None, Some(Quotation::Direct)));
        assert!(statements[2].flags().hedged);
        assert_eq!((statements[2].nested_in, statements[3].nested_in), (Some(3), None));
        assert_eq!(article.mentions.unwrap().len(), 1);
    }

    /// Each line is wrong in one way; its number and the way must come out.
    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (line, named) in [
            ("T20\tSpeaker 0 3\tAnn", "Speaker"),
            ("T20\tSource 0 3\tAnn", "T20"),
            ("A9\tStance T2 shout", "shout"),
            ("A9\tLoud T2", "loud"),
            ("A9\tStance T99 say", "T99"),
            ("R9\tSource Arg1:T2 Arg2:T99", "T99"),
            ("E9\tCue:T99", "T99"),
            ("T20\tPER 0 3;4 7\tAnn Lee", "one run"),
            ("X1\tPER", "X1"),
        ] {
            let (number, what) = read(&format!("{MARKS}{line}")).unwrap_err();
            assert!(number == 23 && what.contains(named), "{line}: {number} {what}");
        }
        let (_, what) = read(&format!("{MARKS}R9\tSource Arg1:T2 Arg2:T6")).unwrap_err();
        assert!(what.contains("T2 has two spans"), "{what}");
    }
}
