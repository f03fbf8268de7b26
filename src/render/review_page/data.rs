//! What the review page knows of its texts: pieces of text and changes, so that the page itself counts no bytes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::detect::verdict::Label;
use crate::report::{Report, grounds};
use crate::restore::proposal::{Applicability, Proposal};
use crate::review::Decision;
use crate::review::record::{Record, Scope};
use crate::text::offsets::OffsetMap;
use crate::text::source::{Encoding, Layout};
use crate::text::span::Span;

/// Edits of cleaning that the page lists; a text with more has been through something that no list explains.
const MOST_CLEANING: usize = 500;
/// Bytes from which a paragraph is cut into blocks, after a sentence if it has any. The browser lays out a block at a time.
const LONG_BLOCK: usize = 4_096;

/// All that the page is given.
#[derive(Serialize)]
pub struct Data<'a> {
    format: &'static str,
    version: u32,
    tool: &'static str,
    files: Vec<File<'a>>,
    /// Wordings that are replaced, and what by, letter for letter; changes name them by index.
    pairs: Vec<(&'a str, &'a str)>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    sha256: &'a str,
    verdict: &'static str,
    probability: f64,
    rate: f64,
    profile: Option<&'a str>,
    encoding: Encoding,
    bom: bool,
    /// Of a code page, characters and their bytes in hexadecimal; the page can write Unicode itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<BTreeMap<char, String>>,
    blocks: Vec<Block<'a>>,
    changes: Vec<Item<'a>>,
    cleaning: Vec<Cleaned<'a>>,
    n_cleaning: usize,
}

/// A stretch of the cleaned text, as a rule a line and the blank lines after it.
#[derive(Serialize)]
struct Block<'a> {
    line: usize,
    pieces: Vec<Piece<'a>>,
}

/// A piece of the cleaned text.
#[derive(Serialize)]
#[serde(untagged)]
enum Piece<'a> {
    /// Text that nobody proposes to change.
    Text(&'a str),
    /// The change with this index.
    Change(usize),
    /// Bytes that their text does not bring back, in hexadecimal, and that text where it is not U+FFFD.
    Raw {
        raw: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<&'a str>,
    },
}

/// A proposed change. What a decision line says of it is here as that line has it.
#[derive(Serialize)]
struct Item<'a> {
    start: usize,
    end: usize,
    before: &'a str,
    /// `before` in pieces, where it has raw bytes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<Piece<'a>>,
    after: &'a str,
    prefix: String,
    suffix: String,
    /// A string, so that the page writes the very digits that despin writes.
    probability: String,
    pair: usize,
    line: usize,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    applicability: Applicability,
    parts: BTreeMap<String, f64>,
    rivals: Vec<(&'a str, f64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// What cleaning did in one place.
#[derive(Serialize)]
struct Cleaned<'a> {
    line: usize,
    before: &'a str,
    after: &'a str,
    rule: &'a str,
}

impl<'a> Data<'a> {
    /// The data of `files`, each a name and its report.
    pub fn new(files: &[(&'a str, &'a Report)]) -> Data<'a> {
        let mut pairs = Pairs::default();
        let files = files.iter().map(|(name, report)| file(name, report, &mut pairs)).collect();
        let tool = concat!("despin ", env!("CARGO_PKG_VERSION"));
        Data { format: "despin-review", version: 1, tool, files, pairs: pairs.list }
    }
}

/// Pairs in the order in which they were met.
#[derive(Default)]
struct Pairs<'a> {
    list: Vec<(&'a str, &'a str)>,
    index: BTreeMap<(&'a str, &'a str), usize>,
}

impl<'a> Pairs<'a> {
    fn index(&mut self, before: &'a str, after: &'a str) -> usize {
        *self.index.entry((before, after)).or_insert_with_key(|&pair| {
            self.list.push(pair);
            self.list.len() - 1
        })
    }
}

fn file<'a>(name: &'a str, report: &'a Report, pairs: &mut Pairs<'a>) -> File<'a> {
    let verdict = &report.verdict;
    let layout = report.layout.carried(&OffsetMap::of(&report.cleaning), &report.cleaning);
    let text = report.cleaned.as_str();
    let mut lines = Lines::new(text);
    let items = report.proposals.iter().zip(&report.decisions);
    let sha256 = report.journal.before.sha256.as_str();
    let changes = items.map(|(p, decision)| {
        let line = lines.at(p.edit.span.start);
        item((sha256, text), (p, decision), &layout, line, pairs)
    });
    let changes: Vec<Item> = changes.collect();
    let spans: Vec<Span> = report.proposals.iter().map(|proposal| proposal.edit.span).collect();
    let mut lines = Lines::new(&report.source);
    let cleaning = report.cleaning.edits().iter().take(MOST_CLEANING).map(|edit| Cleaned {
        line: lines.at(edit.span.start),
        before: &edit.before,
        after: &edit.after,
        rule: &edit.cause.rule,
    });
    File {
        name,
        sha256,
        verdict: match verdict.label {
            Label::Spun => "spun",
            Label::Suspect => "suspect",
            Label::Genuine => "genuine",
        },
        probability: verdict.probability,
        rate: verdict.rate,
        profile: verdict.profile.as_deref(),
        encoding: layout.encoding,
        bom: layout.has_bom,
        codes: codes(report, layout.encoding),
        blocks: blocks(text, &spans, &layout),
        changes,
        cleaning: cleaning.collect(),
        n_cleaning: report.cleaning.edits().len(),
    }
}

/// The characters that the page may have to write in `encoding`, where that is a code page: all of them, but in those of several
/// bytes a character only what stands in the text and its changes, and the signs that a person types.
fn codes(report: &Report, encoding: Encoding) -> Option<BTreeMap<char, String>> {
    let Encoding::CodePage(page) = encoding else { return None };
    let typed = ('\u{a0}'..='\u{ff}').chain('\u{2010}'..='\u{203a}').chain(['€', '™']);
    let proposed = report.proposals.iter().flat_map(|p| p.edit.after.chars());
    let codes = page.codes(report.cleaned.chars().chain(proposed).chain(typed));
    Some(codes.into_iter().map(|(c, bytes)| (c, digits(&bytes))).collect())
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn item<'a>(
    (sha256, text): (&str, &'a str),
    (proposal, decision): (&'a Proposal, &'a Decision),
    layout: &Layout,
    line: usize,
    pairs: &mut Pairs<'a>,
) -> Item<'a> {
    let edit = &proposal.edit;
    let has_raw = layout.raw.iter().any(|raw| edit.span.start <= raw.at && raw.at < edit.span.end);
    let mut pieces = Vec::new();
    if has_raw {
        put(text, edit.span, layout, &mut pieces);
    }
    let grounds = grounds(proposal);
    // The page puts its lines together of what a line of despin has.
    let record = Record::new(sha256, text, proposal, decision, Scope::Here);
    let probability = serde_json::to_string(&record.probability).expect("a number is JSON");
    Item {
        start: edit.span.start,
        end: edit.span.end,
        before: &edit.before,
        pieces,
        after: &edit.after,
        prefix: record.prefix,
        suffix: record.suffix,
        probability,
        pair: pairs.index(&edit.before, &edit.after),
        line,
        rule: &edit.cause.rule,
        place: edit.cause.place.as_deref(),
        applicability: proposal.applicability,
        parts: grounds.parts.into_iter().filter(|(_, nats)| *nats != 0.0).collect(),
        rivals: proposal.rivals.iter().map(|rival| (rival.after.as_str(), rival.probability)).collect(),
        decision: match decision {
            Decision::Accept => Some("accept"),
            Decision::Reject => Some("reject"),
            Decision::Rewrite(_) => Some("rewrite"),
            // Nothing tells what was skipped from what nobody has looked at.
            Decision::Skip => None,
        },
        text: match decision {
            Decision::Rewrite(text) => Some(text),
            _ => None,
        },
    }
}

/// `text` in blocks, none of which begins or ends inside one of `changes`.
fn blocks<'a>(text: &'a str, changes: &[Span], layout: &Layout) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut lines = Lines::new(text);
    let mut rest = changes.iter().copied().enumerate().peekable();
    let mut start = 0;
    while start < text.len() {
        let mut end = block_end(text, start);
        let mut pieces = Vec::new();
        let mut at = start;
        while let Some((idx, span)) = rest.next_if(|(_, span)| span.start < end || end == text.len()) {
            put(text, Span::new(at, span.start), layout, &mut pieces);
            pieces.push(Piece::Change(idx));
            at = span.end;
            if at > end {
                end = if at < text.len() { block_end(text, at) } else { at };
            }
        }
        put(text, Span::new(at, end), layout, &mut pieces);
        blocks.push(Block { line: lines.at(start), pieces });
        start = end;
    }
    blocks
}

/// Where the block that goes on at `start` ends: after its line and the blank ones that follow, or sooner where it is very
/// long.
fn block_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let Some(line_end) = rest.find('\n') else { return cut(rest, start, text.len()) };
    let blank = rest[line_end..].bytes().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    cut(rest, start, start + line_end + blank)
}

fn cut(rest: &str, start: usize, end: usize) -> usize {
    if end - start <= LONG_BLOCK {
        return end;
    }
    let long = &rest.as_bytes()[LONG_BLOCK..end - start];
    let sentence = long.windows(2).position(|pair| pair == b". ").map(|at| at + 2);
    let cut = sentence.or_else(|| long.iter().position(|&b| b == b' ').map(|at| at + 1));
    cut.map_or(end, |cut| start + LONG_BLOCK + cut)
}

/// Adds what `text` has at `span` to `pieces`, raw bytes apart.
fn put<'a>(text: &'a str, span: Span, layout: &Layout, pieces: &mut Vec<Piece<'a>>) {
    let mut at = span.start;
    let first = layout.raw.partition_point(|raw| raw.at < span.start);
    let there = layout.raw[first..].iter().take_while(|raw| raw.at < span.end);
    for raw in there.filter(|raw| raw.span().end <= span.end) {
        let place = raw.span();
        if place.start < at || !text[place.start..].starts_with(&*raw.text) {
            continue;
        }
        if at < place.start {
            pieces.push(Piece::Text(&text[at..place.start]));
        }
        let said = (!raw.is_no_character()).then(|| place.of(text));
        pieces.push(Piece::Raw { raw: digits(&raw.bytes), text: said });
        at = place.end;
    }
    if at < span.end {
        pieces.push(Piece::Text(&text[at..span.end]));
    }
}

/// Counts lines while places are asked for in order.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        Lines { text, at: 0, line: 1 }
    }

    /// The line of byte `at`, from 1.
    fn at(&mut self, at: usize) -> usize {
        self.line += self.text.as_bytes()[self.at..at].iter().filter(|&&b| b == b'\n').count();
        self.at = at;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::RawBytes;

    /// The blocks of `text` with `|` between pieces, changes in brackets and raw bytes in braces.
    fn check(text: &str, changes: &[(usize, usize)], raw: &[usize], expected: &[&str]) {
        let spans: Vec<Span> = changes.iter().map(|&(start, end)| Span::new(start, end)).collect();
        let raw = raw.iter().map(|&at| RawBytes::new(at, &[0xff])).collect();
        let layout = Layout { raw, ..Layout::default() };
        let shown = |piece: &Piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Change(idx) => format!("[{}]", spans[*idx].of(text)),
            Piece::Raw { raw, .. } => format!("{{{raw}}}"),
        };
        let blocks = blocks(text, &spans, &layout);
        let found: Vec<String> =
            blocks.iter().map(|b| b.pieces.iter().map(shown).collect::<Vec<_>>().join("|")).collect();
        assert_eq!(found, expected);
        assert_eq!(found.concat().replace(['|', '[', ']'], "").replace("{ff}", "\u{fffd}"), text);
    }

    #[test]
    fn a_block_is_a_line_and_the_blank_ones_after_it() {
        check("One.\n\nTwo it is.\nThree", &[(6, 9)], &[], &["One.\n\n", "[Two]| it is.\n", "Three"]);
        check("", &[], &[], &[]);
    }

    #[test]
    fn no_change_is_cut_by_the_end_of_a_block() {
        check("one\ntwo\nthree", &[(2, 5)], &[], &["on|[e\nt]|wo\n", "three"]);
        check("one\ntwo", &[(3, 4), (7, 7)], &[], &["one|[\n]", "two|[]"]);
    }

    #[test]
    fn bytes_that_are_no_character_stand_apart() {
        check("a\u{fffd}b\u{fffd}", &[(0, 1)], &[1], &["[a]|{ff}|b\u{fffd}"]);
    }

    #[test]
    fn long_lines_are_cut_after_sentences() {
        let lengths = |text: &str| -> Vec<usize> {
            let found = blocks(text, &[], &Layout::default());
            let len =
                |block: &Block| block.pieces.iter().map(|p| if let Piece::Text(t) = p { t.len() } else { 0 }).sum();
            found.iter().map(len).collect()
        };
        assert_eq!(lengths(&"It is so. ".repeat(1000)), [4100, 4100, 1800]);
        assert_eq!(lengths(&"word ".repeat(1000)), [4100, 900]);
        assert_eq!(lengths(&"x".repeat(10_000)), [10_000]);
    }
}
