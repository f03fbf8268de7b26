//! The word diff of the crate `similar` by itself, to measure `despin diff` against: `similar_words A B`.
//!
//! Prints words that are gone as `[-word-]` and words that came as `{+word+}`.

use std::io::{BufWriter, Write};

use similar::{ChangeTag, TextDiff};

fn main() -> std::io::Result<()> {
    let mut paths = std::env::args().skip(1);
    let mut read = || std::fs::read_to_string(paths.next().expect("similar_words A B"));
    let (before, after) = (read()?, read()?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for change in TextDiff::from_words(before.as_str(), after.as_str()).iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => write!(out, "{}", change.value())?,
            ChangeTag::Delete => write!(out, "[-{}-]", change.value())?,
            ChangeTag::Insert => write!(out, "{{+{}+}}", change.value())?,
        }
    }
    out.flush()
}
