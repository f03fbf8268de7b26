//! Makes pairs to measure with: `spin N [RATE] < LINES` spins N texts of twelve lines each with the built-in dictionary.
//!
//! Each head is drawn once a text: whether it is replaced, with probability RATE (1 where none is given), and by what, by the weights. Writes JSON Lines with `id`, `original` and `spun`; the same lines give the same pairs.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use despin::lexicon::builtin;
use despin::text::tokenize::tokenize;
use despin::text::unit::units;

/// Lines of one text.
const LINES: usize = 12;
/// Units that a head has at most.
const LONGEST: usize = 4;

/// What each head becomes, and with which probability.
type Heads<'a> = BTreeMap<&'a str, Vec<(&'a str, f32)>>;

/// Splitmix64 (Steele, Lea and Flood 2014), as a number from 0 to 1.
fn draw(state: &mut u64) -> f32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32
}

fn spun(line: &str, heads: &Heads, rate: f32, drawn: &mut BTreeMap<String, String>, state: &mut u64) -> String {
    let units = units(line, &tokenize(line));
    let words: Vec<&str> = units.iter().map(|unit| unit.folded.as_str()).collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let found = (1..=LONGEST.min(words.len() - at)).rev().find_map(|n| {
            let head = words[at..at + n].join(" ");
            let targets = heads.get(head.as_str())?;
            let wording = drawn.entry(head.clone()).or_insert_with(|| {
                if rate < 1.0 && draw(state) >= rate {
                    return head;
                }
                let mut left = draw(state);
                let hit = targets.iter().find(|(_, weight)| {
                    left -= weight;
                    left < 0.0
                });
                hit.map_or(head, |(spun, _)| spun.to_string())
            });
            Some((n, wording.clone()))
        });
        let (n, wording) = found.unwrap_or_else(|| (1, words[at].to_string()));
        out.push(wording);
        at += n;
    }
    out.join(" ")
}

fn main() {
    let n_texts: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).expect("spin N [RATE] < LINES");
    let rate: f32 = std::env::args().nth(2).map_or(1.0, |rate| rate.parse().expect("spin N [RATE] < LINES"));
    let lexicon = builtin::lexicon().expect("it is built in");
    let mut heads: Heads = BTreeMap::new();
    for target in lexicon.all_targets().filter(|target| lexicon.family(target.entry) == "autoblog") {
        let (original, spun) = (lexicon.get(target.original).text, lexicon.get(target.spun).text);
        if !original.is_empty() && !spun.is_empty() {
            heads.entry(original).or_default().push((spun, target.weight));
        }
    }
    let mut lines = std::io::stdin().lock().lines().map(|line| line.expect("the corpus is UTF-8"));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut state = 1;
    for id in 0..n_texts {
        let (mut original, mut new, mut drawn) = (String::new(), String::new(), BTreeMap::new());
        for line in lines.by_ref().take(LINES) {
            let line = line.replace("<num>", "seven");
            original += &(line.clone() + ".\n");
            new += &(spun(&line, &heads, rate, &mut drawn, &mut state) + ".\n");
        }
        let pair = serde_json::json!({"id": id.to_string(), "original": original, "spun": new});
        writeln!(out, "{pair}").expect("the output is read");
    }
}
