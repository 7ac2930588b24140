//! Bytes → UTF-8, and the bytes of a record → text.
//!
//! Invariant: text is as given, or its record is told to be `partial`. The order of belief: byte-order mark,
//! `--encoding`, UTF-8; a record that is no UTF-8 is Windows-1252, unless most of it that is not ASCII is good UTF-8.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, WINDOWS_1252};

use super::bytes::{Bytes, peek};
use super::draft::Draft;
use crate::labels::Status;

/// Stands in a transcoded stream for what could not be decoded: a byte that UTF-8 never holds,
/// so that the record it falls into is known.
const UNDECODED: u8 = 0xff;

/// What Windows-1252 leaves undefined, as the decoder gives it.
const UNDEFINED: [char; 5] = ['\u{81}', '\u{8d}', '\u{8f}', '\u{90}', '\u{9d}'];

/// A stream of UTF-8, or nearly so.
pub(super) struct Utf8 {
    pub bytes: Box<dyn BufRead + Send>,
    /// Whether it was translated from another encoding; then Windows-1252 is no guess for its records.
    pub transcoded: bool,
}

/// Takes the byte-order mark off, and translates where that or the user says so.
pub(super) fn to_utf8(bytes: Bytes, given: Option<&'static Encoding>) -> io::Result<Utf8> {
    let (head, mut bytes) = peek(bytes, 3)?;
    let mark = Encoding::for_bom(&head);
    if let Some((_, length)) = mark {
        io::copy(&mut bytes.by_ref().take(length as u64), &mut io::sink())?;
    }
    let encoding = mark.map(|(encoding, _)| encoding).or(given).unwrap_or(UTF_8);
    let transcoded = encoding != UTF_8;
    let bytes: Box<dyn BufRead + Send> = if transcoded {
        Box::new(BufReader::new(Transcoded::new(bytes, encoding)))
    } else {
        Box::new(BufReader::with_capacity(1 << 16, bytes))
    };
    Ok(Utf8 { bytes, transcoded })
}

/// What happened to a record's text while it was decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Harm {
    /// Whether characters were replaced.
    pub partial: bool,
    /// What its reader should know.
    pub remark: String,
}

impl Harm {
    /// That so many of something were replaced by U+FFFD.
    pub fn replaced(count: usize, what: &str) -> Self {
        Harm { partial: true, remark: format!("{what} replaced by U+FFFD: {count}") }
    }

    /// Tells the draft.
    pub fn tell(&self, draft: &mut Draft) {
        if self.partial && draft.status == Status::Ok {
            draft.status = Status::Partial;
        }
        draft.note(&self.remark);
    }
}

/// The texts of one record's parts, all read in one encoding.
pub(super) fn decode<'a>(parts: impl Iterator<Item = &'a [u8]> + Clone, transcoded: bool) -> (Vec<String>, Harm) {
    let (mut good, mut bad) = (0, 0);
    for part in parts.clone() {
        for chunk in part.utf8_chunks() {
            good += chunk.valid().bytes().filter(|&byte| byte >= 0xc0).count();
            bad += usize::from(!chunk.invalid().is_empty());
        }
    }
    let lossy = parts.clone().map(|part| String::from_utf8_lossy(part).into_owned());
    if bad == 0 {
        return (lossy.collect(), Harm::default());
    }
    if transcoded {
        return (lossy.collect(), Harm::replaced(bad, "bytes that the encoding does not know,"));
    }
    if good > bad {
        return (lossy.collect(), Harm::replaced(bad, "bytes that are no UTF-8,"));
    }
    let mut undefined = 0;
    let mut windows = |part: &[u8]| {
        let text = WINDOWS_1252.decode_without_bom_handling(part).0;
        let lost = text.matches(UNDEFINED).count();
        undefined += lost;
        if lost == 0 { text.into_owned() } else { text.replace(UNDEFINED, "\u{fffd}") }
    };
    let texts = parts.map(&mut windows).collect();
    let mut harm = Harm { partial: false, remark: "no UTF-8: read as Windows-1252".into() };
    if undefined > 0 {
        let lost = Harm::replaced(undefined, "bytes that it does not define,");
        harm = Harm { partial: true, remark: format!("{}; {}", harm.remark, lost.remark) };
    }
    (texts, harm)
}

/// The text of a record of one part.
pub(super) fn decode_one(bytes: &[u8], transcoded: bool) -> (String, Harm) {
    let (texts, harm) = decode(std::iter::once(bytes), transcoded);
    (texts.concat(), harm)
}

/// A stream in some encoding, read as UTF-8.
struct Transcoded {
    input: BufReader<Bytes>,
    decoder: Decoder,
    /// Decoded, not yet handed on from `at`.
    output: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Transcoded {
    fn new(bytes: Bytes, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Transcoded { input: BufReader::with_capacity(1 << 16, bytes), decoder, output: Vec::new(), at: 0, ended: false }
    }

    /// Decodes the next stretch of input.
    fn refill(&mut self) -> io::Result<()> {
        self.at = 0;
        let input = self.input.fill_buf()?;
        let last = input.is_empty();
        // Room for the longest result and a mark, so that only a malformed sequence stops the decoder early.
        let room = self.decoder.max_utf8_buffer_length_without_replacement(input.len()).unwrap_or(input.len() * 3);
        self.output.resize(room + 16, 0);
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, &mut self.output, last);
        self.output.truncate(written);
        self.input.consume(read);
        match result {
            DecoderResult::Malformed(_, _) => self.output.push(UNDECODED),
            DecoderResult::InputEmpty => self.ended = last,
            DecoderResult::OutputFull => {}
        }
        Ok(())
    }
}

impl Read for Transcoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.output.len() && !self.ended {
            self.refill()?;
        }
        let ready = &self.output[self.at..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{UTF_16BE, UTF_16LE};
    use proptest::prelude::*;

    fn read(raw: &[u8], given: Option<&'static Encoding>) -> (String, Harm) {
        let mut utf8 = to_utf8(Box::new(io::Cursor::new(raw.to_vec())), given).unwrap();
        let mut bytes = Vec::new();
        utf8.bytes.read_to_end(&mut bytes).unwrap();
        decode_one(&bytes, utf8.transcoded)
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn what_is_no_utf8_is_windows_1252() {
        let (text, harm) = read(b"\x93Caf\xe9\x94 \x96 5 \x80", None);
        assert_eq!(text, "“Café” – 5 €");
        assert_eq!(harm, Harm { partial: false, remark: "no UTF-8: read as Windows-1252".into() });
        let (text, harm) = read(b"a\x81b\xe9", None);
        assert_eq!((text.as_str(), harm.partial), ("a\u{fffd}bé", true));
    }

    #[test]
    fn utf8_with_a_broken_byte_is_still_utf8() {
        let (text, harm) = read("“Café” \u{fffd}".replace('\u{fffd}', "?").as_bytes(), None);
        assert_eq!((text.as_str(), harm.partial), ("“Café” ?", false));
        let (text, harm) = read(&["“Café” ".as_bytes(), b"\xe2\x80", " – so".as_bytes()].concat(), None);
        assert_eq!((text.as_str(), harm.partial), ("“Café” \u{fffd} – so", true));
    }

    #[test]
    fn a_byte_order_mark_goes_before_what_the_user_says() {
        assert_eq!(read(b"\xef\xbb\xbf\xc3\xa9", Some(WINDOWS_1252)).0, "é");
        assert_eq!(read(b"\xc3\xa9", Some(WINDOWS_1252)).0, "Ã©");
        assert_eq!(read(&utf16("é", u16::to_le_bytes)[2..], Some(UTF_16LE)).0, "é");
        assert_eq!(read(&utf16("é", u16::to_be_bytes)[2..], Some(UTF_16BE)).0, "é");
    }

    #[test]
    fn half_a_character_at_the_end_of_utf16_is_told() {
        let mut raw = utf16("so it ends", u16::to_le_bytes);
        raw.push(0x20);
        let (text, harm) = read(&raw, None);
        assert_eq!((text.as_str(), harm.partial), ("so it ends\u{fffd}", true));
    }

    proptest! {
        #[test]
        fn utf8_and_utf16_come_back_exactly(text in any::<String>()) {
            prop_assume!(!text.starts_with('\u{feff}'));
            prop_assert_eq!(read(text.as_bytes(), None), (text.clone(), Harm::default()));
            prop_assert_eq!(read(&utf16(&text, u16::to_le_bytes), None), (text.clone(), Harm::default()));
            prop_assert_eq!(read(&utf16(&text, u16::to_be_bytes), None), (text, Harm::default()));
        }

        #[test]
        fn nothing_is_replaced_unless_it_is_told(raw in any::<Vec<u8>>()) {
            let (text, harm) = read(&raw, None);
            let is_told = harm.partial || std::str::from_utf8(&raw).is_ok();
            prop_assert!(is_told || !text.contains(char::REPLACEMENT_CHARACTER));
        }
    }
}
