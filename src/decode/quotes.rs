//! Text → quotations: what stands between quotation marks, and how much of a content does.
//!
//! Invariant: a mark that is never closed ends with its paragraph; it cannot swallow the article.

use crate::labels::Quotation;
use crate::text::{Span, Text};

/// The outermost quotations of a text, marks included, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quotes {
    /// Where they stand.
    pub spans: Vec<Span>,
}

/// What opened a quotation.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Curly,
    Straight,
    Single,
}

impl Quotes {
    /// Finds the quotations in curly, straight and single marks.
    pub fn find(text: &Text) -> Self {
        let chars: Vec<char> = text.as_str().chars().collect();
        let mut spans = Vec::new();
        let mut start = 0;
        for line in chars.split(|&c| c == '\n') {
            paragraph(line, start, &mut spans);
            start += line.len() + 1;
        }
        Quotes { spans }
    }

    /// The quotation that a code point stands in.
    pub fn around(&self, code_point: usize) -> Option<Span> {
        let after = self.spans.partition_point(|s| s.end <= code_point);
        self.spans.get(after).copied().filter(|s| s.start <= code_point)
    }
}

/// The quotations of one paragraph, which begins at code point `start` of the text.
fn paragraph(line: &[char], start: usize, spans: &mut Vec<Span>) {
    let mut open: Option<(Mark, usize)> = None;
    for at in 0..line.len() {
        let before = at.checked_sub(1).map(|i| line[i]);
        let after = line.get(at + 1).copied();
        match open {
            None => {
                if let Some(mark) = opens(line, at, before, after) {
                    open = Some((mark, at));
                }
            }
            Some((mark, from)) => {
                if closes(mark, line[at], before, after) {
                    spans.push(Span::new(start + from, start + at + 1));
                    open = None;
                }
            }
        }
    }
    if let Some((mark, from)) = open
        && mark != Mark::Single
    {
        let end = line.iter().rposition(|c| !c.is_whitespace()).map_or(line.len(), |i| i + 1);
        spans.push(Span::new(start + from, start + end));
    }
}

fn opens(line: &[char], at: usize, before: Option<char>, after: Option<char>) -> Option<Mark> {
    let free = before.is_none_or(|c| c.is_whitespace() || "([{—–-/:…".contains(c));
    let followed = after.is_some_and(|c| !c.is_whitespace());
    match line[at] {
        '“' | '„' | '«' => Some(Mark::Curly),
        '"' if followed || free => Some(Mark::Straight),
        '‘' | '\'' if free && after.is_some_and(char::is_alphanumeric) && single_closes(line, at) => {
            Some(Mark::Single)
        }
        _ => None,
    }
}

/// Whether a single mark at `at` has its closing one in the paragraph: an apostrophe before a word
/// (“the ’90s”) has none.
fn single_closes(line: &[char], at: usize) -> bool {
    (at + 2..line.len()).any(|i| closes(Mark::Single, line[i], Some(line[i - 1]), line.get(i + 1).copied()))
}

fn closes(mark: Mark, c: char, before: Option<char>, after: Option<char>) -> bool {
    let ends = after.is_none_or(|c| !c.is_alphanumeric());
    match (mark, c) {
        (Mark::Curly, '”' | '»') => true,
        (Mark::Curly, '"') => ends,
        (Mark::Straight, '"' | '”') => true,
        // After s, an apostrophe may be a possessive: it closes only where punctuation says so.
        (Mark::Single, '’' | '\'') => {
            let punctuated = before.is_some_and(|c| ",.!?…".contains(c));
            let plural = before == Some('s') && after.is_some_and(char::is_whitespace);
            ends && (punctuated || before.is_some_and(|c| !c.is_whitespace()) && !plural)
        }
        _ => false,
    }
}

/// How much of a content stands in quotation marks, by its letters and digits.
pub fn quotation(text: &Text, content: &[Span], quotes: &Quotes) -> Quotation {
    let (mut inside, mut outside) = (0, 0);
    for span in content {
        for (i, c) in text.slice(*span).chars().enumerate() {
            if c.is_alphanumeric() {
                match quotes.around(span.start + i) {
                    Some(_) => inside += 1,
                    None => outside += 1,
                }
            }
        }
    }
    match (inside, outside) {
        (0, _) => Quotation::Indirect,
        (_, 0) => Quotation::Direct,
        _ => Quotation::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let text = Text::new(text);
        Quotes::find(&text).spans.iter().map(|s| text.slice(*s).to_owned()).collect()
    }

    #[test]
    fn curly_straight_and_single_marks_are_found() {
        assert_eq!(found("“We will pay,” he said. “All of it.”"), ["“We will pay,”", "“All of it.”"]);
        assert_eq!(found("He said \"no\" and \"never\"."), ["\"no\"", "\"never\""]);
        assert_eq!(found("‘It’s the workers’ money,’ she said."), ["‘It’s the workers’ money,’"]);
    }

    #[test]
    fn apostrophes_are_no_quotations() {
        assert!(found("The union's members didn't strike in the '90s; workers' pay rose.").is_empty());
    }

    #[test]
    fn a_mark_that_is_never_closed_ends_with_its_paragraph() {
        assert_eq!(found("“One goes on.\n“Two ends.” Then more."), ["“One goes on.", "“Two ends.”"]);
        assert_eq!(found("He \"left the\nroom. She \"stayed\"."), ["\"left the", "\"stayed\""]);
    }

    #[test]
    fn marks_inside_marks_are_not_counted_twice() {
        assert_eq!(found("“He said ‘no’ to us,” she said."), ["“He said ‘no’ to us,”"]);
    }

    #[test]
    fn a_content_is_direct_mixed_or_indirect() {
        let text = Text::new("He said that “rain” fell. “Snow,” she said.");
        let quotes = Quotes::find(&text);
        assert_eq!(quotation(&text, &[Span::new(8, 24)], &quotes), Quotation::Mixed);
        assert_eq!(quotation(&text, &[Span::new(26, 33)], &quotes), Quotation::Direct);
        assert_eq!(quotation(&text, &[Span::new(8, 12)], &quotes), Quotation::Indirect);
    }
}
