//! Repairs mojibake: UTF-8 that somebody read by a code page, once or several times over.
//!
//! `’` is three bytes in UTF-8, and read as Windows-1252 they are `â€™`. A stretch of such characters gives itself away: turned
//! back into bytes of the page it is UTF-8 again, which correct text hardly ever is. Hardly ever is not enough: `IRMÃ”` is
//! Portuguese, and its last two characters are UTF-8, too. So each stretch is judged on its own, by how implausible its
//! neighbours are before and after ([`score`]), and repaired where that falls. A stretch for which it stays equal is
//! repaired only where the same page is proven by others in the text. Nothing else is touched, so that correct and
//! damaged words may stand side by side.
//!
//! Bytes that got lost on the way are put back where only one could have been there: `â€` is `”` without its last byte.

mod lossy;
mod page;
mod score;

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;
use page::N_PAGES;

pub(super) const NAME: &str = "mojibake";

/// A text that was misread more often than this is past help.
const MOST_LAYERS: u32 = 5;

/// Characters that are judged in one piece. Words are shorter; a longer stretch is judged in several pieces.
const MOST_CHARS: usize = 96;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut proven = [false; N_PAGES];
    let mut edits = scan(text, &mut proven);
    if proven.contains(&true) {
        // What the first reading proved may help stretches before the place of the proof.
        edits = scan(text, &mut proven);
    }
    edits
}

/// Goes through `text` once; notes pages that a repair proves.
fn scan(text: &str, proven: &mut [bool; N_PAGES]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    let mut run = Vec::new();
    while let Some(start) = next_high(text, at) {
        run.clear();
        let mut end = start;
        for c in text[start..].chars().take_while(|c| !c.is_ascii()).take(MOST_CHARS) {
            run.push(c);
            end += c.len_utf8();
        }
        at = end;
        if !run.iter().any(|&c| page::is_lead(c)) && !lossy::may_be(&run) {
            continue;
        }
        let before = text[..start].chars().next_back();
        let place = Place { before, rest: &text[end..] };
        in_run(text, start, &run, &place, proven, &mut edits);
        // A lossy repair may have taken a space behind the run.
        at = at.max(edits.last().map_or(0, |edit| edit.span.end));
    }
    edits
}

/// The next byte at or behind `at` that is not ASCII.
fn next_high(text: &str, at: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[at..];
    // Eight at a time: most text is ASCII.
    let mut skipped = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("chunks of eight"));
        if word & 0x8080_8080_8080_8080 != 0 {
            break;
        }
        skipped += 8;
    }
    bytes[skipped..].iter().position(|b| *b >= 0x80).map(|i| at + skipped + i)
}

/// What stands round a run.
struct Place<'a> {
    before: Option<char>,
    rest: &'a str,
}

/// A stretch of a run and what it was.
#[derive(Debug)]
struct Repair {
    /// Characters of the run.
    start: usize,
    end: usize,
    after: Vec<char>,
    page: usize,
    /// By how much it makes the text more plausible.
    gain: i32,
    implausibility: u32,
}

fn in_run(text: &str, start: usize, run: &[char], place: &Place, proven: &mut [bool; N_PAGES], edits: &mut Vec<Edit>) {
    let offset = |n: usize| start + run[..n].iter().map(|c| c.len_utf8()).sum::<usize>();
    let after = place.rest.chars().next();
    let mut done = 0;
    let mut push = |from: usize, to: usize, n_more: usize, after: String| {
        edits.push(edit(text, Span::new(offset(from), offset(to) + n_more), after, NAME));
    };
    for repair in repairs(run, place.before, after, 0, proven) {
        lossy::between(run, done, repair.start, place, proven, &mut push);
        push(repair.start, repair.end, 0, repair.after.into_iter().collect());
        done = repair.end;
    }
    lossy::between(run, done, run.len(), place, proven, &mut push);
}

/// The stretches of `run` that are to be repaired, in order.
fn repairs(
    run: &[char],
    before: Option<char>,
    after: Option<char>,
    depth: u32,
    proven: &mut [bool; N_PAGES],
) -> Vec<Repair> {
    let mut out = Vec::new();
    // A stretch that a page explains and that was left is not looked at again from a later place.
    let mut refused = [0; N_PAGES];
    let mut at = 0;
    while at < run.len() {
        let left = if at == 0 { before } else { Some(run[at - 1]) };
        let mut best: Option<Repair> = None;
        if let Some(bytes) = page::bytes(run[at]).filter(|_| page::is_lead(run[at])) {
            for page in 0..N_PAGES {
                if refused[page] > at || !matches!(bytes[page], 0xc2..=0xf4) {
                    continue;
                }
                let Some((end, decoded)) = decode(&run[at..], page) else { continue };
                let end = at + end;
                let right = run.get(end).copied().or(after);
                let found = judge(&run[at..end], decoded, left, right, depth, proven);
                let (after, implausibility, gain) = found;
                // Two Greek signs in a formula, `Ξ±`, are one letter read by the Greek page: one is no proof.
                let is_formula = page == page::GREEK
                    && depth == 0
                    && !proven[page]
                    && matches!(after[..], ['\u{370}'..='\u{3ff}'])
                    && !left.is_some_and(char::is_alphabetic);
                let is_right = (gain > 0 && !is_formula)
                    || (gain == 0 && depth == 0 && proven[page] && is_weak_right(left, &after));
                if !is_right {
                    refused[page] = end;
                } else if best.as_ref().is_none_or(|b| (gain, end) > (b.gain, b.end)) {
                    best = Some(Repair { start: at, end, after, page, gain, implausibility });
                }
            }
        }
        match best {
            Some(repair) => {
                if depth == 0 && repair.gain > 0 && repair.implausibility == 0 {
                    proven[repair.page] = true;
                }
                at = repair.end;
                out.push(repair);
            }
            None => at += 1,
        }
    }
    out
}

/// True where a repair that gains nothing may be made on the strength of others: between what is no capital letter.
fn is_weak_right(left: Option<char>, after: &[char]) -> bool {
    let is_common = |c: &char| matches!(c, '\u{a0}'..='\u{17f}' | '\u{386}'..='\u{3ce}' | '\u{400}'..='\u{45f}');
    !left.is_some_and(char::is_uppercase) && after.iter().all(is_common)
}

/// What `decoded`, and what can be repaired in it, makes of `stretch`: the text, its implausibility, and the gain.
fn judge(
    stretch: &[char],
    decoded: Vec<char>,
    left: Option<char>,
    right: Option<char>,
    depth: u32,
    proven: &mut [bool; N_PAGES],
) -> (Vec<char>, u32, i32) {
    let mut text = decoded;
    if depth + 1 < MOST_LAYERS {
        let inner = repairs(&text, left, right, depth + 1, proven);
        if !inner.is_empty() {
            let mut out = Vec::with_capacity(text.len());
            let mut done = 0;
            for repair in inner {
                out.extend_from_slice(&text[done..repair.start]);
                out.extend(repair.after);
                done = repair.end;
            }
            out.extend_from_slice(&text[done..]);
            text = out;
        }
    }
    let implausibility = score::implausibility(&text, left, right);
    let gain = score::implausibility(stretch, left, right) as i32 - implausibility as i32;
    (text, implausibility, gain)
}

/// How many characters of `run` are UTF-8 in `page` from its start, and what they say. `None` where it is none.
fn decode(run: &[char], page: usize) -> Option<(usize, Vec<char>)> {
    let byte = |i: usize| run.get(i).and_then(|&c| page::bytes(c)).map_or(0, |bytes| bytes[page]);
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let len = match byte(at) {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => break,
        };
        let mut bytes = [0; 4];
        for (i, slot) in bytes[..len].iter_mut().enumerate() {
            *slot = byte(at + i);
        }
        let decoded = std::str::from_utf8(&bytes[..len]).ok().and_then(|s| s.chars().next());
        match decoded.filter(|&c| score::is_possible(c)) {
            Some(c) => out.push(c),
            None => break,
        }
        at += len;
    }
    (at > 0).then_some((at, out))
}
