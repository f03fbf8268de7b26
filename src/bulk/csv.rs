//! Comma-separated values whose bytes stay as they are, but for the column that is worked on and those that are added.
//!
//! RFC 4180 with line ends of either kind. Records are cut and quoted here and not by the crate `csv`, because that gives values
//! without the way they were written; tests hold the two against each other.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::bulk::frame::{Cursor, Fault, Frame, Scanner};

/// The names of a file's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Column by column.
    pub names: Vec<String>,
}

impl Header {
    /// The header that `record` is.
    ///
    /// # Errors
    ///
    /// Where it is not UTF-8.
    pub fn parse(record: &[u8]) -> Result<Header, Fault> {
        let record = record.strip_prefix(b"\xef\xbb\xbf").unwrap_or(record);
        let (body, _) = split_end(record);
        let name = |range: Range<usize>| {
            String::from_utf8(unquoted(&body[range]).into_owned()).map_err(|_| Fault::from("the header is not UTF-8"))
        };
        Ok(Header { names: fields(body).into_iter().map(name).collect::<Result<_, _>>()? })
    }

    /// The number of the column that is called `name`.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

/// A record and its line end.
pub fn split_end(record: &[u8]) -> (&[u8], &[u8]) {
    let n = match record {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 0,
    };
    record.split_at(record.len() - n)
}

/// Where the fields of a record without its line end are, quotation marks and all.
pub fn fields(body: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut state) = (0, State::Start);
    for (at, &byte) in body.iter().enumerate() {
        if byte == b',' && state != State::Quoted {
            found.push(start..at);
            (start, state) = (at + 1, State::Start);
        } else {
            state = state.after(byte);
        }
    }
    found.push(start..body.len());
    found
}

/// What a field says.
pub fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    let [b'"', rest @ ..] = field else { return Cow::Borrowed(field) };
    let mut out = Vec::with_capacity(rest.len());
    let mut state = State::Quoted;
    for &byte in rest {
        let next = state.after(byte);
        // The second of two quotation marks is one, and so is what stands behind the closing one.
        if !(state == State::Quoted && byte == b'"') {
            out.push(byte);
        }
        state = next;
    }
    Cow::Owned(out)
}

/// True where a spreadsheet takes `value` for a formula and works it out, which can send the sheet elsewhere or run a program.
///
/// Source: OWASP, "CSV Injection".
pub fn is_formula(value: &[u8]) -> bool {
    matches!(value.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// `after`, behind an apostrophe where it became a formula: where `before` was none.
pub fn guarded<'a>(before: &[u8], after: &'a [u8]) -> Cow<'a, [u8]> {
    if is_formula(after) && !is_formula(before) { Cow::Owned([b"'", after].concat()) } else { Cow::Borrowed(after) }
}

/// What [`guarded`] put an apostrophe before, and nothing for any other value.
pub fn unguarded(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"'").filter(|rest| is_formula(rest))
}

/// `value` as a field, in quotation marks where `is_quoted` or where it needs them.
pub fn quoted(value: &[u8], is_quoted: bool) -> Vec<u8> {
    let needs = value.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'));
    if !needs && !is_quoted {
        return value.to_vec();
    }
    let mut out = Vec::with_capacity(value.len() + 2);
    out.push(b'"');
    for &byte in value {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
    out
}

/// Where in a record one stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    Start,
    /// In a field, or behind its closing quotation mark.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// Behind a quotation mark that closes, or is the first of two.
    Closing,
}

impl State {
    fn after(self, byte: u8) -> State {
        match (self, byte) {
            (State::Start | State::Closing, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, _) => State::Quoted,
            (_, b',' | b'\n') => State::Start,
            _ => State::Plain,
        }
    }
}

/// The records of a stream.
pub(super) struct Records {
    scanner: Scanner,
    header: Option<Arc<Header>>,
    // The header, where it is still to be given.
    first: Option<Frame>,
}

impl Records {
    pub(super) fn new(mut scanner: Scanner, start: Cursor) -> Records {
        let mut first = record(&mut scanner);
        let header = first.as_mut().and_then(|frame| {
            frame.is_header = true;
            match frame.bytes.as_deref().map(Header::parse) {
                Ok(Ok(header)) => Some(Arc::new(header)),
                Ok(Err(fault)) => {
                    frame.bytes = Err(fault);
                    None
                }
                Err(_) => None,
            }
        });
        if let (Some(frame), Some(header)) = (&mut first, &header) {
            frame.header = Some(header.clone());
        }
        if start != Cursor::START {
            return Records { scanner: scanner.from(start), header, first: None };
        }
        Records { scanner, header, first }
    }
}

impl Iterator for Records {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        // Without names there are no records.
        let header = self.header.clone()?;
        if self.scanner.is_over() {
            return None;
        }
        record(&mut self.scanner).map(|frame| Frame { header: Some(header), ..frame })
    }
}

fn record(scanner: &mut Scanner) -> Option<Frame> {
    let mut held = scanner.held();
    let mut state = State::Start;
    let mut n_lines = 0;
    let read = loop {
        let to_end = |piece: &[u8]| {
            for (at, &byte) in piece.iter().enumerate() {
                let is_end = byte == b'\n' && state != State::Quoted;
                n_lines += u64::from(byte == b'\n');
                state = state.after(byte);
                if is_end {
                    return (at + 1, true);
                }
            }
            (piece.len(), false)
        };
        match scanner.piece(to_end, Some(&mut held)) {
            Ok((_, true)) => break Ok(()),
            Ok((_, false)) => {}
            Err(error) => break Err(error),
        }
    };
    held.n_lines = n_lines;
    let fault = (state == State::Quoted).then(|| Fault::from("a quotation mark is opened and not closed"));
    scanner.frame(held, read, fault)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bulk::frame::frames;
    use crate::bulk::shape::Shape;

    fn ours(input: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let input = Box::new(std::io::Cursor::new(input.to_vec()));
        let bytes = frames(input, Shape::Csv, 1 << 20, Cursor::START).filter_map(|frame| frame.bytes.ok());
        let values = |record: Vec<u8>| {
            let (body, _) = split_end(&record);
            fields(body).into_iter().map(|range| unquoted(&body[range]).into_owned()).collect::<Vec<_>>()
        };
        // The crate passes over empty lines.
        bytes.map(values).filter(|fields| *fields != [b"".to_vec()]).collect()
    }

    fn theirs(input: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = ::csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).from_reader(input);
        reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
    }

    proptest! {
        #[test]
        fn the_crate_reads_the_same(cells in prop::collection::vec(prop::collection::vec("[a-c \",\n]{1,6}", 1..4), 1..6)) {
            let line = |cells: &Vec<String>| {
                let cells: Vec<Vec<u8>> = cells.iter().map(|cell| quoted(cell.as_bytes(), cell.len() % 2 == 0)).collect();
                [cells.join(&b','), b"\n".to_vec()].concat()
            };
            let input: Vec<u8> = cells.iter().flat_map(line).collect();
            prop_assert_eq!(ours(&input), theirs(&input));
            let expected: Vec<Vec<Vec<u8>>> =
                cells.iter().map(|row| row.iter().map(|cell| cell.clone().into_bytes()).collect()).collect();
            prop_assert_eq!(ours(&input), expected);
        }

        #[test]
        fn stray_quotation_marks_are_read_as_the_crate_does(input in "[a \",]{0,12}") {
            let input = format!("{input}\n");
            // What is not closed is a fault here and a record there.
            prop_assume!(!matches!(ours(input.as_bytes()).as_slice(), []));
            prop_assert_eq!(ours(input.as_bytes()), theirs(input.as_bytes()));
        }
    }
}
