//! Makes pairs to measure with: `spin N [RATE] < LINES` spins N texts of twelve lines each with the built-in dictionary.
//!
//! Each head is drawn once a text: whether it is replaced, with probability RATE (1 where none is given), and by what, by the weights. Writes JSON Lines with `id`, `original` and `spun`; the same lines give the same pairs.

use std::io::{BufRead, Write};

use despin::lexicon::builtin;
use despin::lexicon::spin::{Random, Spinner};

/// Lines of one text.
const LINES: usize = 12;

fn main() {
    let n_texts: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).expect("spin N [RATE] < LINES");
    let rate: f32 = std::env::args().nth(2).map_or(1.0, |rate| rate.parse().expect("spin N [RATE] < LINES"));
    let spinner = Spinner::new(builtin::lexicon().expect("it is built in"), |family| family == "autoblog");
    let mut lines = std::io::stdin().lock().lines().map(|line| line.expect("the corpus is UTF-8"));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut random = Random(1);
    for id in 0..n_texts {
        let (mut original, mut new, mut draws) = (String::new(), String::new(), spinner.text(rate, random));
        for line in lines.by_ref().take(LINES) {
            let line = line.replace("<num>", "seven");
            original += &(line.clone() + ".\n");
            new += &(draws.spun(&line) + ".\n");
        }
        random = draws.random();
        let pair = serde_json::json!({"id": id.to_string(), "original": original, "spun": new});
        writeln!(out, "{pair}").expect("the output is read");
    }
}
