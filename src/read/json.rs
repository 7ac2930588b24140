//! A line → the members of its JSON object, their values as they stand.
//!
//! Invariant: numbers keep their digits, and no depth of nesting overflows the stack: nothing here recurses.

use serde::de::{Deserializer, IgnoredAny, Visitor};

/// A member of an object: its name and its value as written.
pub(super) type Member<'a> = (String, &'a str);

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// 1-based character of the line.
    pub column: usize,
    /// In words.
    pub what: String,
}

/// The members of the object that a line holds. A name that comes twice counts with its last value.
pub(super) fn object(line: &str) -> Result<Vec<Member<'_>>, Fault> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(line) {
        let full = error.to_string();
        let what = full.split(" at line ").next().unwrap_or(&full);
        return Err(Fault { column: error.column(), what: format!("not JSON ({what})") });
    }
    let value = line.trim_ascii();
    if !value.starts_with('{') {
        let found = if value.starts_with('[') { "a list" } else { "a bare value" };
        return Err(Fault { column: 1, what: format!("{found} instead of an object") });
    }
    Ok(members(value))
}

/// The members of a well-formed object.
pub(super) fn members(object: &str) -> Vec<Member<'_>> {
    let bytes = object.as_bytes();
    let mut members: Vec<Member<'_>> = Vec::new();
    let mut at = 1;
    while let Some(start) = bytes[at..].iter().position(|&byte| byte == b'"').map(|skip| at + skip) {
        let colon = value_end(bytes, start);
        let name = string(object[start..colon].trim_ascii()).0;
        let value = colon + 1;
        at = value_end(bytes, value);
        let raw = object[value..at].trim_ascii();
        match members.iter_mut().find(|(other, _)| *other == name) {
            Some(member) => member.1 = raw,
            None => members.push((name, raw)),
        }
    }
    members
}

/// Where a name or value ends that begins at `start` in a well-formed object: at the next `:`, `,` or `}` of its level.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut quoted, mut at) = (0usize, false, start);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b':' | b',' | b'}' if depth == 0 => return at,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The characters of a JSON string, and how many halves of surrogate pairs in it became U+FFFD.
///
/// Such halves are code points of their own in Python, so one for one keeps the offsets.
pub(super) fn string(raw: &str) -> (String, usize) {
    if let Ok(text) = serde_json::from_str::<String>(raw) {
        return (text, 0);
    }
    let bytes = serde_json::Deserializer::from_str(raw).deserialize_bytes(Octets).unwrap_or_default();
    let (mut text, mut halves, mut rest) = (String::new(), 0, bytes.as_slice());
    while !rest.is_empty() {
        let valid = rest.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        text.push_str(valid);
        rest = &rest[valid.len()..];
        if !rest.is_empty() {
            // Half a pair is written as three bytes, as if it were a character.
            text.push('\u{fffd}');
            halves += 1;
            rest = &rest[rest.len().min(3)..];
        }
    }
    (text, halves)
}

/// Takes a JSON string as bytes.
struct Octets;

impl Visitor<'_> for Octets {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn values_stand_as_written() {
        let line = r#" {"id": 12345678901234567890123 , "a\"b":[1,{"x":"}"}], "e":{}, "n":null, "id2":1e3} "#;
        let got = object(line).unwrap();
        let raw: Vec<_> = got.iter().map(|(name, raw)| (name.as_str(), *raw)).collect();
        let expected = [
            ("id", "12345678901234567890123"),
            ("a\"b", r#"[1,{"x":"}"}]"#),
            ("e", "{}"),
            ("n", "null"),
            ("id2", "1e3"),
        ];
        assert_eq!(raw, expected);
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!(r#"{{"x":{}{},"text":"here"}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(object(&deep).unwrap()[1], ("text".to_owned(), "\"here\""));
        assert!(object(&"[{\"a\":".repeat(100_000)).is_err());
    }

    #[test]
    fn half_a_surrogate_pair_is_one_replaced_character() {
        assert_eq!(string(r#""a\ud83db\ude00c""#), ("a\u{fffd}b\u{fffd}c".to_owned(), 2));
        assert_eq!(string(r#""\ud83d\ude00""#), ("😀".to_owned(), 0));
    }

    #[test]
    fn a_fault_says_where_and_what() {
        assert_eq!(object("{\"a\": tru}").unwrap_err().column, 10);
        assert_eq!(object("[1]").unwrap_err().what, "a list instead of an object");
        assert!(object("{\"a\":1} x").unwrap_err().what.contains("trailing"));
    }

    proptest! {
        /// Against the library that reads the whole tree.
        #[test]
        fn strings_and_names_are_as_serde_json_reads_them(pairs in proptest::collection::btree_map(any::<String>(), any::<String>(), 0..6)) {
            let line = json!(pairs).to_string();
            let got: Vec<_> = object(&line).unwrap().into_iter().map(|(name, raw)| (name, string(raw).0)).collect();
            prop_assert_eq!(got, pairs.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn any_line_is_members_or_a_fault(line in "[\\[\\]{}:,\"a\\\\0 -]{0,20}") {
            let valid = serde_json::from_str::<Value>(&line).is_ok_and(|value| value.is_object());
            prop_assert!(!valid || object(&line).is_ok());
        }
    }
}
