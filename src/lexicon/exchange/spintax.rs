//! Spintax: `{a|b {c|d}}` in running text, and lists with one set a line, `a|b|c`, with braces or without.
//!
//! A set is closed on the line where it begins. A backslash takes a sign's meaning away: `\{`, `\|`, `\}`, `\\`. Each of a
//! set's n wordings is drawn with probability 1/n, which is the weight of its pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::str::Chars;

use crate::lexicon::entry::Entry;
use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::{Heads, PROVENANCE, Written, lose_columns, spelled_out};
use crate::lexicon::format::{DictionaryFile, Fault, NONE};

/// The most wordings of one set; the weight of more would be written as 0.
const MOST_WORDINGS: usize = 1000;
/// How deep sets may be nested.
const DEEPEST: usize = 16;
/// Weights are written in thousandths.
const WEIGHT_STEPS: f32 = 1000.0;

enum Piece {
    Text(String),
    Set(Vec<Vec<Piece>>),
}

/// Reads the sets of each line.
pub(super) fn read(text: &str, sink: &mut Sink) {
    for (line, raw) in (1..).zip(text.lines()) {
        if sink.is_comment(raw) {
            continue;
        }
        // A line without braces is one set, or, without a bar, text that was never spun.
        let mut is_escaped = false;
        let has_braces = raw.chars().any(|c| {
            let is_brace = matches!(c, '{' | '}') && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_brace
        });
        let braced = if has_braces { raw.to_string() } else { format!("{{{raw}}}") };
        match pieces(&mut braced.chars().peekable(), 0).and_then(|pieces| sets(&pieces)) {
            Ok(sets) => sets.iter().for_each(|set| read_set(line, set, sink)),
            Err((fault, mend)) => sink.fault(line, fault, mend),
        }
    }
}

/// The pieces up to the end, or at a depth above 0 up to what ends an alternative, which is left to read.
fn pieces(chars: &mut Peekable<Chars>, depth: usize) -> Result<Vec<Piece>, Fault> {
    let fault = |fault: &str, mend: &str| Err((fault.to_string(), mend.to_string()));
    let mut pieces = Vec::new();
    let mut text = String::new();
    loop {
        match chars.peek() {
            Some('|' | '}') if depth > 0 => break,
            None if depth > 0 => return fault("a set that is not closed", "write } at its end, on the same line"),
            Some('}') => return fault("a } without its {", "write { where the set begins, or \\} for the sign"),
            None => break,
            Some('{') if depth == DEEPEST => {
                return fault("sets nested too deep", "take the inner ones apart");
            }
            Some('{') => {
                chars.next();
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                let mut alternatives = vec![self::pieces(chars, depth + 1)?];
                while chars.next() == Some('|') {
                    alternatives.push(self::pieces(chars, depth + 1)?);
                }
                pieces.push(Piece::Set(alternatives));
            }
            Some('\\') => {
                chars.next();
                text.extend(chars.next());
            }
            Some(_) => text.extend(chars.next()),
        }
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

/// The wordings of each set in `pieces`, the inner ones first. What stands round sets is no part of them.
fn sets(pieces: &[Piece]) -> Result<Vec<Vec<String>>, Fault> {
    let mut sets = Vec::new();
    for piece in pieces {
        if let Piece::Set(alternatives) = piece {
            set(alternatives, &mut sets)?;
        }
    }
    Ok(sets)
}

/// All wordings of the set of `alternatives`, which goes to `sets` with those inside it.
fn set(alternatives: &[Vec<Piece>], sets: &mut Vec<Vec<String>>) -> Result<Vec<String>, Fault> {
    let too_many =
        || (format!("a set of more than {MOST_WORDINGS} wordings"), "part it into sets of its own".to_string());
    let mut wordings = Vec::new();
    for pieces in alternatives {
        let mut heads = vec![String::new()];
        for piece in pieces {
            let tails = match piece {
                Piece::Text(text) => vec![text.clone()],
                Piece::Set(inner) => set(inner, sets)?,
            };
            if heads.len() * tails.len() > MOST_WORDINGS {
                return Err(too_many());
            }
            heads = heads.iter().flat_map(|head| tails.iter().map(move |tail| [&**head, tail].concat())).collect();
        }
        wordings.extend(heads);
    }
    if wordings.len() > MOST_WORDINGS {
        return Err(too_many());
    }
    sets.push(wordings.clone());
    Ok(wordings)
}

/// The pairs of one set.
fn read_set(line: u32, set: &[String], sink: &mut Sink) {
    let mut wordings: Vec<String> = Vec::new();
    for wording in set {
        let plain = wording.split_whitespace().collect::<Vec<_>>().join(" ");
        if !wordings.contains(&plain) {
            wordings.push(plain);
        }
    }
    let weight = sink.options.weight.unwrap_or(1.0 / wordings.len() as f32);
    let weight = ((weight * WEIGHT_STEPS).round() / WEIGHT_STEPS).to_string();
    let n_heads = if sink.options.heads == Heads::First { 1 } else { wordings.len() };
    for original in &wordings[..n_heads.min(wordings.len())] {
        for spun in wordings.iter().filter(|spun| *spun != original) {
            if spun.is_empty() {
                let fault = format!("that {original:?} is taken out");
                sink.leave_out(line, fault, "an entry needs words to be found by; add some of those beside it");
                continue;
            }
            let original = if original.is_empty() { NONE } else { original };
            sink.pair(line, Said { spun, original, weight: &weight, ..Said::default() });
        }
    }
}

/// Writes a set a line.
pub(super) fn write(file: &DictionaryFile, heads: Heads, written: &mut Written) {
    written.lose_header(file, &PROVENANCE);
    lose_columns(file, written);
    if file.entries.iter().any(|entry| !entry.note.is_empty()) {
        written.lost.insert("note");
    }
    let pairs = spelled_out(file, true, written);
    let sets = match heads {
        Heads::First => by_head(&pairs, written),
        Heads::All => cliques(&pairs, written),
    };
    for set in sets {
        let escape = |wording: &String| {
            wording
                .chars()
                .flat_map(|c| [matches!(c, '{' | '|' | '}' | '\\').then_some('\\'), Some(c)])
                .flatten()
                .collect()
        };
        let wordings: Vec<String> = set.iter().map(escape).collect();
        written.text += &format!("{{{}}}\n", wordings.join("|"));
    }
}

/// How many wordings a set has whose pairs weigh this, where it says that at all.
fn set_len(entry: &Entry) -> Option<usize> {
    let n = (1.0 / entry.weight).round();
    let is_exact = ((1.0 / n * WEIGHT_STEPS).round() / WEIGHT_STEPS - entry.weight).abs() < 1e-6;
    (is_exact && n >= 2.0).then_some(n as usize)
}

type Pair<'a> = (String, String, &'a Entry);

/// Sets that begin with their original.
fn by_head(pairs: &[Pair], written: &mut Written) -> Vec<Vec<String>> {
    let mut groups: BTreeMap<(&str, Option<usize>), Vec<&str>> = BTreeMap::new();
    for (spun, original, entry) in pairs {
        groups.entry((original, set_len(entry))).or_default().push(spun);
    }
    let mut sets = Vec::new();
    for ((original, len), spun) in groups {
        let n_spun = len.map(|len| len - 1).filter(|n| spun.len() % n == 0);
        if n_spun.is_none() {
            written.lost.insert("weight");
        }
        for chunk in spun.chunks(n_spun.unwrap_or(spun.len())) {
            sets.push(std::iter::once(original).chain(chunk.iter().copied()).map(str::to_string).collect());
        }
    }
    sets
}

/// Sets in which each wording stands for each; pairs that are in none are left out.
fn cliques(pairs: &[Pair], written: &mut Written) -> Vec<Vec<String>> {
    let mut left: BTreeSet<(&str, &str)> = pairs.iter().map(|(spun, original, _)| (&**spun, &**original)).collect();
    let words: BTreeSet<&str> = left.iter().flat_map(|&(a, b)| [a, b]).collect();
    let mut sets = Vec::new();
    for (spun, original, entry) in pairs {
        let both = |a, b, left: &BTreeSet<_>| left.contains(&(a, b)) && left.contains(&(b, a));
        if !left.contains(&(&**spun, &**original)) {
            continue;
        }
        let len = set_len(entry);
        let mut set: Vec<&str> = Vec::new();
        if both(spun.as_str(), original.as_str(), &left) {
            set.extend([spun.as_str(), original.as_str()]);
            for &word in &words {
                let is_full = len.is_some_and(|len| set.len() >= len);
                if !is_full && !set.contains(&word) && set.iter().all(|&member| both(word, member, &left)) {
                    set.push(word);
                }
            }
        }
        if set.is_empty() {
            left.remove(&(spun.as_str(), original.as_str()));
            written.leave_out(entry, "no set has both ways");
            continue;
        }
        if len != Some(set.len()) {
            written.lost.insert("weight");
        }
        for (i, &a) in set.iter().enumerate() {
            for &b in set.iter().skip(i + 1) {
                left.remove(&(a, b));
                left.remove(&(b, a));
            }
        }
        set.sort_unstable();
        sets.push(set.into_iter().map(str::to_string).collect());
    }
    sets
}
