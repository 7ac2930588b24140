//! A stream of delimited text → its rows, each with the line it begins in.
//!
//! Invariant: however the quotation marks stand, no more than one record's bytes are held, and no row is swallowed
//! by a quotation mark that is never closed: that row is broken, and reading goes on in the line after.
//! (A general CSV reader takes everything up to the next quotation mark, or to the file's end, for one field.)

use std::io::{self, BufRead};

use super::options::GIVE_UP;

/// A row as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// 1-based line in which it begins.
    pub line: u64,
    /// Its fields, or what is wrong with it.
    pub fields: Result<Vec<Vec<u8>>, Broken>,
    /// Whether quotation marks in it were taken literally that ought to be doubled.
    pub loose_marks: bool,
}

/// Why a row has no fields.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// A quotation mark that opens in this line is not closed.
    Unclosed { line: u64 },
    /// Longer than a record may be.
    TooLong,
    /// Longer, and given up before its end: the last row.
    GivenUp,
}

/// What a quotation mark at the start of a field means if it does not close as it should.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Marks {
    /// A mistake.
    Quote,
    /// A character like others, as tab-separated files often have it.
    Literal,
}

/// Reads rows.
pub(super) struct Rows {
    input: Box<dyn BufRead + Send>,
    delimiter: u8,
    marks: Marks,
    longest: usize,
    /// Read and not yet handed on, from `at`.
    buffer: Vec<u8>,
    at: usize,
    /// 1-based line of `at`.
    line: u64,
    ended: bool,
}

/// Where in a field the reading is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    /// Within quotation marks that opened at this place.
    Quoted {
        open: usize,
        line: u64,
    },
}

impl Rows {
    pub fn new(input: Box<dyn BufRead + Send>, delimiter: u8, marks: Marks, longest: usize) -> Self {
        Rows { input, delimiter, marks, longest, buffer: Vec::new(), at: 0, line: 1, ended: false }
    }

    /// The next row; blank lines are none.
    pub fn next(&mut self) -> io::Result<Option<Row>> {
        if self.at > self.buffer.len() / 2 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        while let Some(byte) = self.byte(self.at)? {
            match byte {
                b'\n' => self.line += 1,
                b'\r' => self.line += u64::from(self.byte(self.at + 1)? != Some(b'\n')),
                _ => return self.row(None).map(Some),
            }
            self.at += 1;
        }
        Ok(None)
    }

    /// The first line of what is still to be read, without its end, as far as it is no longer than `most`.
    pub fn first_line(&mut self, most: usize) -> io::Result<&[u8]> {
        let mut end = self.at;
        while end - self.at < most && self.byte(end)?.is_some_and(|byte| byte != b'\n' && byte != b'\r') {
            end += 1;
        }
        Ok(&self.buffer[self.at..end])
    }

    /// What a quotation mark means.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Says what parts the fields.
    pub fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The row that begins at `at`; quotation marks from `literal` on are characters like others.
    fn row(&mut self, literal: Option<usize>) -> io::Result<Row> {
        let (begin, first_line) = (self.at, self.line);
        let (mut fields, mut field, mut state) = (Vec::new(), Vec::new(), State::Start);
        let (mut at, mut line, mut loose_marks) = (begin, first_line, literal.is_some());
        loop {
            let byte = if at - begin > self.longest { None } else { self.byte(at)? };
            // Looked at only where it matters, so that a row is handed on before the next one is there.
            let next = if matches!(byte, Some(b'"' | b'\r')) { self.byte(at + 1)? } else { None };
            let is_line_end = byte == Some(b'\n') || byte == Some(b'\r') && next != Some(b'\n');
            match (state, byte) {
                (State::Quoted { open, line }, None) => return self.unclosed(open, line, first_line),
                (_, None) if at - begin > self.longest => return self.too_long(at, line, first_line),
                (State::Quoted { open, line: opened }, Some(b'"')) => match next {
                    Some(b'"') => {
                        field.push(b'"');
                        at += 1;
                    }
                    None | Some(b'\r' | b'\n') => state = State::Bare,
                    Some(other) if other == self.delimiter => state = State::Bare,
                    // A closing mark must end its field: this one belongs to a later row, or should be doubled.
                    Some(_) if line > opened || self.marks == Marks::Literal => {
                        return self.unclosed(open, opened, first_line);
                    }
                    Some(_) => {
                        field.push(b'"');
                        loose_marks = true;
                    }
                },
                (State::Quoted { .. }, Some(other)) => field.push(other),
                (State::Start, Some(b'"')) if literal.is_none_or(|from| at < from) => {
                    state = State::Quoted { open: at, line };
                }
                (_, None) | (_, Some(b'\r' | b'\n')) => {
                    fields.push(field);
                    self.at = at;
                    self.line = line;
                    return Ok(Row { line: first_line, fields: Ok(fields), loose_marks });
                }
                (_, Some(other)) if other == self.delimiter => {
                    fields.push(std::mem::take(&mut field));
                    state = State::Start;
                }
                (_, Some(other)) => {
                    field.push(other);
                    state = State::Bare;
                }
            }
            line += u64::from(is_line_end);
            at += 1;
        }
    }

    /// The row is broken by a mark at `open`; reading goes on in the line after it, or takes the mark literally.
    fn unclosed(&mut self, open: usize, line: u64, first_line: u64) -> io::Result<Row> {
        if self.marks == Marks::Literal {
            return self.row(Some(open));
        }
        // No further than a record reaches, so that the outcome does not depend on how much happens to be read.
        let most = self.buffer.len().min(self.at + self.longest + 1);
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        match self.buffer[open..most].iter().position(is_end) {
            Some(skip) => self.at = open + skip,
            None if self.ended && most == self.buffer.len() => self.at = most,
            None => return self.too_long(most, line, first_line),
        }
        self.line = line;
        Ok(Row { line: first_line, fields: Err(Broken::Unclosed { line }), loose_marks: false })
    }

    /// The row is too long; reading goes on at the end of the line that holds `at`, if that comes soon enough.
    fn too_long(&mut self, at: usize, line: u64, first_line: u64) -> io::Result<Row> {
        self.at = at.min(self.buffer.len());
        self.line = line;
        let mut skipped = 0;
        let broken = loop {
            let rest = &self.buffer[self.at..];
            if let Some(skip) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                self.at += skip;
                break Broken::TooLong;
            }
            skipped += rest.len();
            self.buffer.clear();
            self.at = 0;
            if skipped > self.longest.saturating_mul(GIVE_UP) {
                self.ended = true;
                break Broken::GivenUp;
            }
            if self.byte(0)?.is_none() {
                break Broken::TooLong;
            }
        };
        Ok(Row { line: first_line, fields: Err(broken), loose_marks: false })
    }

    /// The byte at a place of the buffer, which is filled as far as needed.
    fn byte(&mut self, at: usize) -> io::Result<Option<u8>> {
        while at >= self.buffer.len() && !self.ended {
            let input = self.input.fill_buf()?;
            let count = input.len();
            self.buffer.extend_from_slice(input);
            self.input.consume(count);
            self.ended = count == 0;
        }
        Ok(self.buffer.get(at).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &[u8], marks: Marks, longest: usize) -> Vec<Row> {
        let mut rows = Rows::new(Box::new(io::Cursor::new(text.to_vec())), b',', marks, longest);
        std::iter::from_fn(|| rows.next().unwrap()).collect()
    }

    /// Line and fields joined by `|`, or `!` and what is wrong.
    fn shown(text: &str, marks: Marks) -> Vec<String> {
        let shown = rows(text.as_bytes(), marks, 40).into_iter().map(|row| match row.fields {
            Ok(fields) => format!("{} {}", row.line, String::from_utf8(fields.join(&b'|')).unwrap()),
            Err(broken) => format!("{} ! {broken:?}", row.line),
        });
        shown.collect()
    }

    #[test]
    fn rows_know_their_line_whatever_the_line_ends() {
        let text = "a,b\r\n\r\n\"x\r\ny\",\"q\"\"q\"\n\n1,2\r3,4";
        assert_eq!(shown(text, Marks::Quote), ["1 a|b", "3 x\r\ny|q\"q", "6 1|2", "7 3|4"]);
    }

    #[test]
    fn an_unclosed_mark_breaks_its_row_only() {
        let after = "a,b\n1,\"open\n2,\"good\"\n3,\"two\nlines\"\n";
        assert_eq!(shown(after, Marks::Quote), ["1 a|b", "2 ! Unclosed { line: 2 }", "3 2|good", "4 3|two\nlines"]);
        let to_the_end = "1,\"open\n2,good\n";
        assert_eq!(shown(to_the_end, Marks::Quote), ["1 ! Unclosed { line: 1 }", "2 2|good"]);
        let too_far = format!("1,\"open\n{}", "2,good\n".repeat(20));
        assert_eq!(shown(&too_far, Marks::Quote).len(), 21);
    }

    #[test]
    fn a_mark_that_ought_to_be_doubled_is_kept() {
        let row = &rows(b"1,\"He said \"no\" twice\"\n2,b", Marks::Quote, 40)[0];
        assert_eq!(row.fields.as_ref().unwrap()[1], b"He said \"no\" twice");
        assert!(row.loose_marks);
    }

    #[test]
    fn where_marks_may_be_literal_a_line_is_a_row() {
        let text = "1,\"We go,\" she said\n2,\"quoted, really\"\n3,\"open\n4,x\n";
        let expected = ["1 1|\"We go|\" she said", "2 2|quoted, really", "3 3|\"open", "4 4|x"];
        assert_eq!(shown(text, Marks::Literal), expected);
    }

    #[test]
    fn a_row_that_is_too_long_is_skipped_to_its_end() {
        let text = format!("{}\nb\n\"{}\"\nc", "x".repeat(200_000), "y".repeat(200_000));
        assert_eq!(shown(&text, Marks::Quote), ["1 ! TooLong", "2 b", "3 ! TooLong", "4 c"]);
        let endless = "x".repeat(40 * GIVE_UP + 200_000);
        assert_eq!(shown(&endless, Marks::Quote), ["1 ! GivenUp"]);
    }

    proptest! {
        /// Well-formed files are read as the general reader reads them.
        #[test]
        fn what_the_csv_crate_writes_comes_back(table in proptest::collection::vec(proptest::collection::vec("[a\"',\r\n é]{0,6}", 2), 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            table.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = writer.into_inner().unwrap();
            let read: Vec<Vec<Vec<u8>>> = rows(&text, Marks::Quote, 1_000).into_iter().map(|row| row.fields.unwrap()).collect();
            let expected: Vec<Vec<Vec<u8>>> =
                table.iter().map(|row| row.iter().map(|field| field.as_bytes().to_vec()).collect()).collect();
            prop_assert_eq!(read, expected);
        }

        /// However marks stand, reading ends, and no row begins before the one before it.
        #[test]
        fn any_bytes_are_rows(text in "[a\",\n\r]{0,60}", literal in any::<bool>(), longest in 1usize..70) {
            let marks = if literal { Marks::Literal } else { Marks::Quote };
            let lines: Vec<u64> = rows(text.as_bytes(), marks, longest).iter().map(|row| row.line).collect();
            prop_assert!(lines.is_sorted());
            prop_assert_eq!(lines.is_empty(), text.trim_matches(['\r', '\n']).is_empty());
        }

        /// Without marks, each line that is not blank is one row.
        #[test]
        fn every_line_is_a_row(text in "[a,é\n]{0,60}") {
            let lines = text.lines().filter(|line| !line.is_empty()).count();
            prop_assert_eq!(rows(text.as_bytes(), Marks::Quote, 100).len(), lines);
        }
    }
}
