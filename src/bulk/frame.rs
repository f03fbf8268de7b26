//! A stream cut into records, one at a time, none held that is too large.

use std::io::{self, BufRead};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bulk::csv::{self, Header};
use crate::bulk::shape::Shape;
use crate::bulk::warc;

/// A place in an unpacked stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// How many records stand before it.
    pub record: u64,
    /// How many lines stand before it.
    pub line: u64,
    /// How many bytes stand before it.
    pub offset: u64,
}

impl Cursor {
    /// The beginning.
    pub const START: Cursor = Cursor { record: 0, line: 0, offset: 0 };
}

/// What is wrong with a record, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub String);

impl<T: Into<String>> From<T> for Fault {
    fn from(reason: T) -> Fault {
        Fault(reason.into())
    }
}

/// One record as it stands in its stream, line end and all.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Where it begins.
    pub at: Cursor,
    /// Where the next one begins.
    pub next: Cursor,
    /// Its bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Fault>,
    /// Of CSV, the names of the columns.
    pub header: Option<Arc<Header>>,
    /// True for the line of names of a CSV itself.
    pub is_header: bool,
}

impl Frame {
    /// How long it is in the stream.
    pub fn len_bytes(&self) -> u64 {
        self.next.offset - self.at.offset
    }
}

/// The frames of `input`, from `start` on. A record of more than `max_record` bytes comes as a fault, and is not held.
///
/// A stream that cannot be read on ends with a frame that says why.
///
/// ```
/// use despin::bulk::frame::{Cursor, frames};
/// use despin::bulk::shape::Shape;
/// let input = Box::new(&b"{\"text\":\"One.\"}\n{\"text\":\"Two.\"}"[..]);
/// let lengths: Vec<u64> = frames(input, Shape::Jsonl, 100, Cursor::START).map(|frame| frame.len_bytes()).collect();
/// assert_eq!(lengths, [16, 15]);
/// ```
pub fn frames(
    input: Box<dyn BufRead + Send>,
    shape: Shape,
    max_record: u64,
    start: Cursor,
) -> Box<dyn Iterator<Item = Frame> + Send> {
    let scanner = Scanner { input, at: Cursor::START, max_record, is_over: false };
    match shape {
        Shape::Jsonl => Box::new(Lines { scanner: scanner.from(start) }),
        Shape::Text => Box::new(Whole { scanner: scanner.from(start) }),
        Shape::Warc => Box::new(warc::Records::new(scanner.from(start))),
        Shape::Csv => Box::new(csv::Records::new(scanner, start)),
    }
}

/// A stream that knows where it is.
pub(super) struct Scanner {
    input: Box<dyn BufRead + Send>,
    at: Cursor,
    max_record: u64,
    is_over: bool,
}

/// What is read of a record: its bytes, as long as they are not too many.
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    pub(super) n_lines: u64,
    len: u64,
    most: u64,
}

impl Held {
    pub(super) fn push(&mut self, piece: &[u8]) {
        self.len += piece.len() as u64;
        if self.len <= self.most {
            self.bytes.extend_from_slice(piece);
        } else {
            self.bytes = Vec::new();
        }
    }

    /// A line of a head.
    pub(super) fn line() -> Held {
        Held { bytes: Vec::new(), n_lines: 0, len: 0, most: MOST_LINE }
    }

    /// Takes in a line that was read by itself.
    pub(super) fn push_line(&mut self, line: &Held) {
        self.push(&line.bytes);
        // Of a line that was too long to be held, the length alone.
        self.len += line.len - line.bytes.len() as u64;
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }
}

/// A line of a head that is longer is none.
const MOST_LINE: u64 = 1 << 20;

impl Scanner {
    /// The same from `start` on, which lies behind what was read.
    pub(super) fn from(mut self, start: Cursor) -> Scanner {
        let mut n = start.offset.saturating_sub(self.at.offset);
        while n > 0 {
            match self.piece(|piece| (piece.len().min(usize::try_from(n).unwrap_or(usize::MAX)), true), None) {
                Ok((0, _)) | Err(_) => break,
                Ok((read, _)) => n -= read as u64,
            }
        }
        self.at = start;
        self
    }

    /// A record to be filled.
    pub(super) fn held(&self) -> Held {
        Held { bytes: Vec::new(), n_lines: 0, len: 0, most: self.max_record }
    }

    /// Reads on as far as `until` says of what is there: so many bytes, and whether that is enough. Gives how many bytes were read
    /// (none at the end of the stream), and whether it was enough.
    pub(super) fn piece(
        &mut self,
        until: impl FnOnce(&[u8]) -> (usize, bool),
        held: Option<&mut Held>,
    ) -> io::Result<(usize, bool)> {
        let piece = loop {
            match self.input.fill_buf() {
                // Borrowed anew, since the borrow of a loop's value would outlast it.
                Ok(_) => break self.input.fill_buf()?,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        };
        if piece.is_empty() {
            return Ok((0, true));
        }
        let (n, is_enough) = until(piece);
        if let Some(held) = held {
            held.push(&piece[..n]);
        }
        self.input.consume(n);
        Ok((n, is_enough))
    }

    /// Reads through the next line end, or to the end of the stream.
    pub(super) fn line(&mut self, held: &mut Held) -> io::Result<()> {
        let to_line_end = |piece: &[u8]| match piece.iter().position(|&b| b == b'\n') {
            Some(at) => (at + 1, true),
            None => (piece.len(), false),
        };
        while !self.piece(to_line_end, Some(held))?.1 {}
        held.n_lines += 1;
        Ok(())
    }

    /// Reads `n` bytes, or to the end of the stream, and gives how many are missing.
    pub(super) fn exactly(&mut self, mut n: u64, held: &mut Held) -> io::Result<u64> {
        while n > 0 {
            let most = usize::try_from(n).unwrap_or(usize::MAX);
            match self.piece(|piece| (piece.len().min(most), true), Some(held))? {
                (0, _) => break,
                (read, _) => n -= read as u64,
            }
        }
        Ok(n)
    }

    /// True where nothing more is to come.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The frame of what was read, unless that is nothing; `fault` is what is wrong with it.
    pub(super) fn frame(&mut self, held: Held, read: io::Result<()>, fault: Option<Fault>) -> Option<Frame> {
        let fault = match &read {
            Ok(()) => fault,
            Err(error) => {
                self.is_over = true;
                Some(Fault(format!("the stream cannot be read on: {error}")))
            }
        };
        if held.len == 0 && fault.is_none() {
            self.is_over = true;
            return None;
        }
        let at = self.at;
        let next = Cursor { record: at.record + 1, line: at.line + held.n_lines, offset: at.offset + held.len };
        self.at = next;
        let too_large = || Fault(format!("the record has {} bytes, more than --max-record", held.len));
        let bytes = match fault {
            Some(fault) => Err(fault),
            None if held.len > held.most => Err(too_large()),
            None => Ok(held.bytes),
        };
        Some(Frame { at, next, bytes, header: None, is_header: false })
    }
}

/// A line is a record.
struct Lines {
    scanner: Scanner,
}

impl Iterator for Lines {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if self.scanner.is_over() {
            return None;
        }
        let mut held = self.scanner.held();
        let read = self.scanner.line(&mut held);
        self.scanner.frame(held, read, None)
    }
}

/// The stream is a record.
struct Whole {
    scanner: Scanner,
}

impl Iterator for Whole {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        // An empty text is a text.
        if self.scanner.is_over() || self.scanner.at.record > 0 {
            return None;
        }
        let mut held = self.scanner.held();
        let read = self.scanner.exactly(u64::MAX, &mut held).map(|_| ());
        if held.len == 0 && read.is_ok() {
            let next = Cursor { record: 1, ..self.scanner.at };
            let at = std::mem::replace(&mut self.scanner.at, next);
            return Some(Frame { at, next, bytes: Ok(Vec::new()), header: None, is_header: false });
        }
        self.scanner.frame(held, read, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shape: Shape, input: &'static str, max: u64, expected: &[Result<&str, &str>]) {
        let found: Vec<Frame> = frames(Box::new(input.as_bytes()), shape, max, Cursor::START).collect();
        let told: Vec<Result<String, String>> = found
            .iter()
            .map(|frame| frame.bytes.clone().map(|b| String::from_utf8(b).unwrap()).map_err(|fault| fault.0))
            .collect();
        let expected: Vec<_> = expected.iter().map(|e| e.map(str::to_string).map_err(str::to_string)).collect();
        assert_eq!(told, expected);
        // From the beginning of any of them on, the others are the same.
        for (n, frame) in found.iter().enumerate() {
            let rest: Vec<Cursor> =
                frames(Box::new(input.as_bytes()), shape, max, frame.next).map(|frame| frame.next).collect();
            assert_eq!(rest, found[n + 1..].iter().map(|frame| frame.next).collect::<Vec<_>>(), "after {n}");
        }
    }

    #[test]
    fn lines_are_records_and_long_ones_are_passed_over() {
        check(Shape::Jsonl, "a\n\nb", 9, &[Ok("a\n"), Ok("\n"), Ok("b")]);
        check(Shape::Jsonl, "", 9, &[]);
        check(Shape::Jsonl, "0123456789\na\n", 5, &[Err("the record has 11 bytes, more than --max-record"), Ok("a\n")]);
    }

    #[test]
    fn a_text_is_one_record() {
        check(Shape::Text, "a\nb\n", 9, &[Ok("a\nb\n")]);
        check(Shape::Text, "", 9, &[Ok("")]);
        check(Shape::Text, "0123456789", 9, &[Err("the record has 10 bytes, more than --max-record")]);
    }

    #[test]
    fn csv_records_may_have_line_ends() {
        check(
            Shape::Csv,
            "a,b\n\"1\n\"\"2\",x\r\n3\"\",y",
            99,
            &[Ok("a,b\n"), Ok("\"1\n\"\"2\",x\r\n"), Ok("3\"\",y")],
        );
        check(Shape::Csv, "a\n\"b\n", 99, &[Ok("a\n"), Err("a quotation mark is opened and not closed")]);
    }

    #[test]
    fn warc_records_are_found_by_their_length() {
        let good = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 3\r\n\r\nx\ny\r\n\r\n";
        let broken = "WARC/1.0\r\nContent-Length: many\r\n\r\njunk\r\n\r\n";
        let input: &'static str = format!("{good}{broken}{good}WARC/1.0\r\nContent-Length: 9\r\n\r\nx").leak();
        check(
            Shape::Warc,
            input,
            999,
            &[
                Ok(good),
                Err("the record has no Content-Length that can be read"),
                Ok(good),
                Err("the record is cut short: 8 bytes are missing"),
            ],
        );
        check(Shape::Warc, "no archive\n", 99, &[Err("no WARC record begins here")]);
    }
}
