//! Lines of JSON whose bytes stay as they are, but for the value that is worked on and those that are added.

use std::fmt;
use std::ops::Range;

use memchr::memchr2_iter;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::bulk::frame::Fault;

/// Objects within objects, at most: as deep as other readers of JSON go.
const DEEPEST: usize = 128;

/// How the characters beyond ASCII are written in a string.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// As they are.
    #[default]
    Plain,
    /// As `\u00e9`.
    Escaped,
}

/// An object, and where in its line everything stands.
pub struct Object<'a> {
    line: &'a str,
    entries: Vec<(String, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// The object that `line` is.
    ///
    /// # Errors
    ///
    /// Where it is not UTF-8, no object, or too deep.
    pub fn parse(line: &'a [u8]) -> Result<Object<'a>, Fault> {
        let line = std::str::from_utf8(line)
            .map_err(|e| Fault(format!("not UTF-8, at byte {} of the line", e.valid_up_to())))?;
        // Most lines open fewer than that in all, strings and all.
        let n_open = memchr2_iter(b'{', b'[', line.as_bytes()).take(DEEPEST + 1).count();
        if n_open > DEEPEST && depth(line) > DEEPEST {
            return Err(Fault(format!("nested more than {DEEPEST} deep")));
        }
        let json = line.strip_prefix('\u{feff}').unwrap_or(line);
        let Entries(entries) = serde_json::from_str(json).map_err(|error| not_json(&error))?;
        Ok(Object { line, entries })
    }

    /// Where the value of `key` stands; where there are several, the last, as other readers have it.
    pub fn place(&self, key: &str) -> Option<Range<usize>> {
        let (_, value) = self.entries.iter().rev().find(|(known, _)| known == key)?;
        Some(self.range(value.get()))
    }

    /// Where the value at `path` stands: a key, or keys within one another with `.` between.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub fn find(&self, path: &str) -> Result<Range<usize>, Fault> {
        let missing = || Fault(format!("there is no field `{path}`"));
        if let Some(place) = self.place(path) {
            return Ok(place);
        }
        let mut keys = path.split('.');
        let first = keys.next().unwrap_or("");
        let mut place = self.place(first).ok_or_else(missing)?;
        for key in keys {
            let Entries(entries) = serde_json::from_str(&self.line[place]).map_err(|_| missing())?;
            let (_, value) = entries.iter().rev().find(|(known, _)| known == key).ok_or_else(missing)?;
            place = self.range(value.get());
        }
        Ok(place)
    }

    /// Where the comma before `key`, or at least the key, begins, up to the end of its value.
    pub fn entry(&self, key: &str) -> Option<Range<usize>> {
        let at = self.entries.iter().rposition(|(known, _)| known == key)?;
        let value = self.range(self.entries[at].1.get());
        let before = match at.checked_sub(1) {
            Some(before) => self.range(self.entries[before].1.get()).end,
            None => self.line.find('{')? + 1,
        };
        Some(before..value.end)
    }

    /// Where more entries can be put, and whether they need a comma before them.
    pub fn end(&self) -> (usize, bool) {
        match self.entries.last() {
            Some((_, value)) => (self.range(value.get()).end, true),
            None => (self.line.find('{').map_or(0, |at| at + 1), false),
        }
    }

    /// The line.
    pub fn line(&self) -> &'a str {
        self.line
    }

    /// Where `piece`, which is of the line, stands in it.
    fn range(&self, piece: &str) -> Range<usize> {
        let start = piece.as_ptr() as usize - self.line.as_ptr() as usize;
        start..start + piece.len()
    }
}

/// The text that a value is, and how it is spelled.
///
/// # Errors
///
/// Where it is no string, or one that is no text.
pub fn string(value: &str) -> Result<(String, Spelling), Fault> {
    if !value.starts_with('"') {
        let kind = match value.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'n') => "null",
            Some(b't' | b'f') => "true or false",
            _ => "a number",
        };
        return Err(Fault(format!("the field is {kind}, and no string")));
    }
    let text: String = serde_json::from_str(value).map_err(|error| not_json(&error))?;
    let is_escaped = value.is_ascii() && !text.is_ascii();
    Ok((text, if is_escaped { Spelling::Escaped } else { Spelling::Plain }))
}

/// `text` as a string of JSON.
pub fn quoted(text: &str, spelling: Spelling) -> String {
    let plain = serde_json::to_string(text).expect("a string is JSON");
    if spelling == Spelling::Escaped { escaped(&plain) } else { plain }
}

/// `json` with nothing in it but ASCII.
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// A string or a number as people would write it; none where it is something else.
pub fn plain(value: &str) -> Option<String> {
    if value.starts_with('"') {
        return string(value).ok().map(|(text, _)| text);
    }
    (!value.starts_with(['{', '['])).then(|| value.to_string())
}

/// `line` with other pieces put in the places of some; places are in order, and do not overlap.
pub fn spliced(line: &str, pieces: &[(Range<usize>, String)]) -> Vec<u8> {
    let mut out = String::with_capacity(line.len() + pieces.iter().map(|(_, piece)| piece.len()).sum::<usize>());
    let mut done = 0;
    for (range, piece) in pieces {
        out.push_str(&line[done..range.start]);
        out.push_str(piece);
        done = range.end;
    }
    out.push_str(&line[done..]);
    out.into_bytes()
}

fn not_json(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let fault = text.rsplit_once(" at line ").map_or(text.as_str(), |(fault, _)| fault);
    Fault(format!("not JSON: {fault}, at byte {}", error.column()))
}

/// How many brackets are open where most are.
fn depth(line: &str) -> usize {
    let (mut open, mut most) = (0usize, 0);
    let (mut is_string, mut is_escaped) = (false, false);
    for byte in line.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_string,
            b'"' => is_string = !is_string,
            b'{' | b'[' if !is_string => {
                open += 1;
                most = most.max(open);
            }
            b'}' | b']' if !is_string => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// The entries of an object, in order.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Visit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(line: &'a str, path: &str) -> Result<&'a str, String> {
        let object = Object::parse(line.as_bytes()).map_err(|fault| fault.0)?;
        object.find(path).map(|range| &line[range]).map_err(|fault| fault.0)
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let line = "\u{feff} {\"a\": 1.50, \"b.c\" : \"x\" , \"b\":{ \"c\":[1], \"d\":{\"e\":null}}, \"a\":2 }\r\n";
        assert_eq!(found(line, "a"), Ok("2"));
        assert_eq!(found(line, "b.c"), Ok("\"x\""));
        assert_eq!(found(line, "b.d.e"), Ok("null"));
        assert_eq!(found(line, "b.x"), Err("there is no field `b.x`".into()));
        assert_eq!(found(line, "a.x"), Err("there is no field `a.x`".into()));
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_reason() {
        for (line, reason) in [
            ("[1]", "not JSON: invalid type: sequence, expected an object, at byte "),
            ("{\"a\":1", "not JSON: EOF while parsing an object, at byte 6"),
            ("{\"a\":1} x", "not JSON: trailing characters, at byte 9"),
            ("", "not JSON: EOF while parsing a value, at byte 0"),
        ] {
            assert!(found(line, "a").unwrap_err().starts_with(reason), "{line}: {}", found(line, "a").unwrap_err());
        }
        let deep = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert_eq!(found(&deep(200), "a"), Err("nested more than 128 deep".into()));
        assert!(found(&deep(100), "a").is_ok());
        let brackets = format!("{{\"a\":\"{}\"}}", "[\\\"{".repeat(200));
        assert!(found(&brackets, "a").is_ok());
        assert_eq!(Object::parse(b"{\"a\":\"\xff\"}").err().unwrap().0, "not UTF-8, at byte 6 of the line");
    }

    #[test]
    fn strings_keep_their_spelling() {
        for line in [r#""caf\u00e9 \ud83d\ude00 \"x\" \n""#, r#""café 😀 \"x\" \n""#, r#""plain""#, r#""\u0001\t""#]
        {
            let (text, spelling) = string(line).unwrap();
            assert_eq!(quoted(&text, spelling), line);
        }
        assert_eq!(string("[1]").unwrap_err().0, "the field is a list, and no string");
        assert!(string(r#""\ud800""#).is_err());
    }

    #[test]
    fn entries_are_put_in_and_taken_out() {
        for line in ["{}", "{ }\n", "{\"a\":1}", "{\"a\": 1 }\n"] {
            let object = Object::parse(line.as_bytes()).unwrap();
            let (at, has_comma) = object.end();
            let comma = if has_comma { "," } else { "" };
            let more = spliced(line, &[(at..at, format!("{comma}\"despin\":{{}}"))]);
            let with = Object::parse(&more).unwrap();
            assert_eq!(spliced(with.line(), &[(with.entry("despin").unwrap(), String::new())]), line.as_bytes());
        }
    }
}
