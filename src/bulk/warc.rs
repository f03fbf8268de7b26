//! Web archives: WARC as ISO 28500 has it, and WET, its form for the text of pages.

use std::io;
use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use crate::bulk::frame::{Fault, Frame, Held, Scanner};
use crate::page::Html;

/// A head of more bytes than this is none.
const LONGEST_HEAD: u64 = 256 * 1024;

/// A record taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Its head, without the empty line behind it.
    pub head: &'a str,
    /// What it holds.
    pub block: &'a [u8],
}

impl<'a> Parts<'a> {
    /// The parts of `record`.
    ///
    /// # Errors
    ///
    /// Where its head is not UTF-8.
    pub fn of(record: &'a [u8]) -> Result<Parts<'a>, Fault> {
        let (head, rest) = split_head(record).ok_or("the record has no end of its head")?;
        let head = std::str::from_utf8(head).map_err(|_| "the head of the record is not UTF-8")?;
        // The reader found the record by its length, and checked what stands behind it.
        let n = length(head).and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= rest.len());
        Ok(Parts { head, block: &rest[..n.ok_or("the record is shorter than it says")?] })
    }

    /// What the head says under `name`.
    pub fn field(&self, name: &str) -> Option<&'a str> {
        field(self.head, name)
    }

    /// The text that the record holds, and how it is read; none where it holds something else, such as a request or a picture.
    ///
    /// # Errors
    ///
    /// Where it is packed in a way that cannot be unpacked, or unpacks to more than `most` bytes.
    pub fn text(&self, most: u64) -> Result<Option<(Vec<u8>, Html)>, Fault> {
        let is_http = self.field("Content-Type").is_some_and(|kind| kind.trim_start().starts_with("application/http"));
        match self.field("WARC-Type").unwrap_or("") {
            "response" if is_http => self.page(most),
            "conversion" | "resource" => {
                Ok(reading(self.field("Content-Type").unwrap_or("text/plain")).map(|html| (self.block.to_vec(), html)))
            }
            _ => Ok(None),
        }
    }

    /// What a server sent.
    fn page(&self, most: u64) -> Result<Option<(Vec<u8>, Html)>, Fault> {
        let (head, body) = split_head(self.block).ok_or("the answer has no end of its head")?;
        let head = String::from_utf8_lossy(head);
        let Some(html) = reading(field(&head, "Content-Type").unwrap_or("")) else { return Ok(None) };
        let names = |name: &str, value: &str| field(&head, name).is_some_and(|v| v.eq_ignore_ascii_case(value));
        // Archives for whom the body was unpacked leave the head as it came, so what does not read as packed is not.
        let body = match names("Transfer-Encoding", "chunked") {
            true => unchunked(body).unwrap_or_else(|| body.to_vec()),
            false => body.to_vec(),
        };
        let is_gzip = body.starts_with(&[0x1f, 0x8b]);
        let unpacked = match field(&head, "Content-Encoding").map(str::to_ascii_lowercase).as_deref() {
            Some("gzip" | "x-gzip") if is_gzip => unpack(GzDecoder::new(&body[..]), most)?,
            Some("deflate") if body.first() == Some(&0x78) => unpack(ZlibDecoder::new(&body[..]), most)?,
            Some("br" | "zstd") if std::str::from_utf8(&body).is_err() => {
                return Err(Fault::from("the page is packed in a way that is not read here"));
            }
            _ => body,
        };
        Ok(Some((unpacked, html)))
    }
}

/// How a text of this kind is read; none where it is no text.
fn reading(content_type: &str) -> Option<Html> {
    let kind = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "text/html" | "application/xhtml+xml" => Some(Html::Always),
        "text/plain" => Some(Html::Never),
        _ => None,
    }
}

fn unpack(packed: impl Read, most: u64) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let read = packed.take(most + 1).read_to_end(&mut out);
    read.map_err(|error| Fault(format!("the page cannot be unpacked: {error}")))?;
    if out.len() as u64 > most {
        return Err(Fault::from("the page unpacks to more bytes than any page has"));
    }
    Ok(out)
}

/// A body that was sent in chunks; none where it was not.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    loop {
        let end = body.iter().position(|&b| b == b'\n')?;
        let size = std::str::from_utf8(&body[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body = &body[end + 1..];
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?;
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n"))?;
    }
}

/// A head, and what stands behind the empty line after it.
fn split_head(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut from = 0;
    loop {
        let end = from + bytes[from..].iter().position(|&b| b == b'\n')?;
        match &bytes[end + 1..] {
            [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => return Some((&bytes[..end + 1], rest)),
            _ => from = end + 1,
        }
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut values = head.lines().filter_map(|line| line.split_once(':'));
    values.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn length(head: &str) -> Option<u64> {
    field(head, "Content-Length").and_then(|n| n.parse().ok())
}

/// The head of a record that holds a text of `len` bytes: `parts`' own, with `changes` to its fields (none takes one away).
pub fn head(parts: &Parts, len: usize, changes: &[(&str, Option<&str>)]) -> String {
    let is_changed = |line: &str| {
        let name = line.split(':').next().unwrap_or("").trim();
        name.eq_ignore_ascii_case("Content-Length") || changes.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    };
    let mut lines = parts.head.lines();
    let mut out = format!("{}\r\n", lines.next().unwrap_or("WARC/1.0"));
    for line in lines.filter(|line| !line.is_empty() && !is_changed(line)) {
        out.push_str(line);
        out.push_str("\r\n");
    }
    for (name, value) in changes {
        if let Some(value) = value {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    out.push_str(&format!("Content-Length: {len}\r\n\r\n"));
    out
}

/// The records of a stream.
pub(super) struct Records {
    scanner: Scanner,
    // A line that was read, and begins the next record.
    pending: Option<Held>,
}

impl Records {
    pub(super) fn new(scanner: Scanner) -> Records {
        Records { scanner, pending: None }
    }

    /// The next line; an empty one at the end of the stream.
    fn line(&mut self) -> io::Result<Held> {
        if let Some(line) = self.pending.take() {
            return Ok(line);
        }
        let mut line = Held::line();
        self.scanner.line(&mut line).map(|()| line)
    }

    /// Reads a record, and says what is wrong with it.
    fn record(&mut self, held: &mut Held) -> io::Result<Option<Fault>> {
        let mut head = Vec::new();
        loop {
            let line = self.line()?;
            if line.len() == 0 {
                let fault = if head.is_empty() { NO_RECORD } else { "the record is cut short in its head" };
                return Ok((held.len() > 0).then(|| Fault::from(fault)));
            }
            held.push_line(&line);
            let bytes = &line.bytes;
            if head.is_empty() {
                if bytes.trim_ascii().is_empty() {
                    continue;
                }
                if !bytes.starts_with(BEGINNING) {
                    return self.pass_over(held, NO_RECORD);
                }
            } else if matches!(bytes.as_slice(), b"\r\n" | b"\n") {
                break;
            }
            head.extend_from_slice(bytes);
            if held.len() > LONGEST_HEAD {
                return self.pass_over(held, "the head of the record has no end");
            }
        }
        let Some(n) = length(&String::from_utf8_lossy(&head)) else {
            return self.pass_over(held, "the record has no Content-Length that can be read");
        };
        let n_missing = self.scanner.exactly(n, held)?;
        if n_missing > 0 {
            let bytes = if n_missing == 1 { "byte is" } else { "bytes are" };
            return Ok(Some(Fault(format!("the record is cut short: {n_missing} {bytes} missing"))));
        }
        // Two line ends belong to the record; a writer that leaves one out, or adds one, does no harm.
        while let (1.., false) = self.scanner.piece(line_end, Some(held))? {}
        Ok(None)
    }

    /// Reads on to the line where the next record begins; what is passed over has `fault`.
    fn pass_over(&mut self, held: &mut Held, fault: &str) -> io::Result<Option<Fault>> {
        loop {
            let line = self.line()?;
            if line.bytes.starts_with(BEGINNING) {
                self.pending = Some(line);
            } else if line.len() > 0 {
                held.push_line(&line);
                continue;
            }
            return Ok(Some(Fault::from(fault)));
        }
    }
}

impl Iterator for Records {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if self.scanner.is_over() {
            return None;
        }
        let mut held = self.scanner.held();
        match self.record(&mut held) {
            Ok(fault) => self.scanner.frame(held, Ok(()), fault),
            Err(error) => self.scanner.frame(held, Err(error), None),
        }
    }
}

const BEGINNING: &[u8] = b"WARC/1.";
const NO_RECORD: &str = "no WARC record begins here";

/// One byte of a line end, or nothing.
fn line_end(piece: &[u8]) -> (usize, bool) {
    if matches!(piece, [b'\r' | b'\n', ..]) { (1, false) } else { (0, true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(record: &str) -> Result<Option<String>, String> {
        let found = Parts::of(record.as_bytes()).and_then(|parts| parts.text(1000));
        found.map(|found| found.map(|(text, _)| String::from_utf8(text).unwrap())).map_err(|fault| fault.0)
    }

    fn response(head: &str, body: &[u8]) -> Vec<u8> {
        let block = [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes(), body].concat();
        let head = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n";
        [format!("{head}Content-Length: {}\r\n\r\n", block.len()).as_bytes(), &block, b"\r\n\r\n"].concat()
    }

    #[test]
    fn texts_are_told_from_the_rest() {
        let record = |kind: &str, content: &str| {
            format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {content}\r\nContent-Length: 2\r\n\r\nHi\r\n\r\n")
        };
        assert_eq!(text(&record("conversion", "text/plain")), Ok(Some("Hi".into())));
        assert_eq!(text(&record("resource", "image/png")), Ok(None));
        assert_eq!(text(&record("warcinfo", "text/plain")), Ok(None));
    }

    #[test]
    fn pages_are_unpacked() {
        let gzip = crate::bulk::compress::frame(b"<p>Hi", crate::bulk::shape::Compression::Gzip).unwrap();
        let cases: [(&str, Vec<u8>); 4] = [
            ("Content-Type: text/html", b"<p>Hi".to_vec()),
            (
                "content-type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked",
                b"3\r\n<p>\r\n2;x\r\nHi\r\n0\r\n\r\n".to_vec(),
            ),
            // Said to be in chunks, and is not.
            ("Content-Type: text/html\r\nTransfer-Encoding: chunked", b"<p>Hi".to_vec()),
            ("Content-Type: text/html\r\nContent-Encoding: gzip", gzip),
        ];
        for (head, body) in cases {
            let record = response(head, &body);
            let found = Parts::of(&record).and_then(|parts| parts.text(1000)).unwrap();
            assert_eq!(found, Some((b"<p>Hi".to_vec(), Html::Always)), "{head}");
        }
        let large = crate::bulk::compress::frame(&[b'a'; 2000], crate::bulk::shape::Compression::Gzip).unwrap();
        let record = response("Content-Type: text/html\r\nContent-Encoding: gzip", &large);
        assert!(Parts::of(&record).unwrap().text(1000).is_err());
    }

    #[test]
    fn a_head_is_written_anew() {
        let record =
            b"WARC/1.1\r\nWARC-Type: conversion\r\nWARC-Block-Digest: sha1:X\r\nContent-Length: 2\r\n\r\nHi\r\n\r\n";
        let parts = Parts::of(record).unwrap();
        let found = head(&parts, 5, &[("WARC-Block-Digest", None), ("X-Despin", Some("{}"))]);
        assert_eq!(found, "WARC/1.1\r\nWARC-Type: conversion\r\nX-Despin: {}\r\nContent-Length: 5\r\n\r\n");
    }
}
