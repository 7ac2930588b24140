//! Source → its bytes, decompressed.
//!
//! Invariant: the bytes come as a stream; no more of a file is in memory than a buffer.
//! Compression is recognised by the content, so a file whose name says `.gz` and that is plain, or the reverse, is read.

use std::fs::File;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::Progress;
use super::discover::Place;

const BUFFER: usize = 1 << 16;

/// A stream of bytes.
pub(super) type Bytes = Box<dyn Read + Send>;

/// Opens a file or standard input.
pub(super) fn open(place: &Place, progress: &Progress) -> io::Result<Bytes> {
    let raw: Bytes = match place {
        Place::File(path) => Box::new(File::open(path)?),
        Place::StandardInput => Box::new(io::stdin()),
    };
    decompressed(Box::new(Counted { raw, progress: progress.clone() }))
}

/// The bytes themselves, or what they hold if they are gzip or Zstandard, in one member or several.
pub(super) fn decompressed(raw: Bytes) -> io::Result<Bytes> {
    let (head, raw) = peek(raw, 4)?;
    let is_gzip = head.starts_with(&[0x1f, 0x8b, 0x08]);
    // A Zstandard frame, or a skippable frame that parallel compressors put first.
    let is_zstd = head == [0x28, 0xb5, 0x2f, 0xfd]
        || matches!(head.as_slice(), [first, 0x2a, 0x4d, 0x18] if first & 0xf0 == 0x50);
    Ok(if is_gzip {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, raw)))
    } else if is_zstd {
        Box::new(zstd::Decoder::new(raw)?)
    } else {
        raw
    })
}

/// The first bytes of a stream (fewer only if it ends before), and the stream with them still in it.
pub(super) fn peek(mut stream: Bytes, length: usize) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = Vec::new();
    stream.by_ref().take(length as u64).read_to_end(&mut head)?;
    let whole = Box::new(io::Cursor::new(head.clone()).chain(stream));
    Ok((head, whole))
}

/// What to tell about a file that cannot be read, or not to its end.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "its compressed data ends too early: the file was cut off; fetch it again".into()
        }
        io::ErrorKind::NotFound => "it is not there (any more)".into(),
        io::ErrorKind::PermissionDenied => "it may not be read: check its permissions".into(),
        _ => format!("it cannot be read: {error}"),
    }
}

/// A stream that tells how far it is read.
struct Counted {
    raw: Bytes,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.raw.read(buffer)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(raw: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        decompressed(Box::new(io::Cursor::new(raw)))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn gzip_and_zstandard_are_read_through_all_their_members() {
        assert_eq!(read([gzip("one "), gzip("two")].concat()).unwrap(), "one two");
        let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
        let skippable = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9].to_vec();
        assert_eq!(read([skippable, zstd("one "), zstd("two")].concat()).unwrap(), "one two");
    }

    #[test]
    fn plain_bytes_pass_even_if_there_are_few() {
        assert_eq!(read(b"ab".to_vec()).unwrap(), "ab");
        assert_eq!(read(Vec::new()).unwrap(), "");
    }

    #[test]
    fn a_cut_stream_is_an_error_that_says_so() {
        for whole in [gzip("a long enough text"), zstd::encode_all(&b"a long enough text"[..], 1).unwrap()] {
            let error = read(whole[..whole.len() - 6].to_vec()).unwrap_err();
            assert!(reason(&error).contains("cut off"), "{error}");
        }
    }
}
