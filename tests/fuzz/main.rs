//! Every promise about any bytes, tried on what broke it once, on what searches by coverage found to reach furthest, on what the
//! fixtures can be turned into, and on inputs made of each target's own words.
//!
//! The same functions are driven by coverage in `fuzz/`; `scripts/fuzz.sh` runs them there. `PROPTEST_CASES` sets how many inputs
//! each target gets here.

mod bodies;
mod seeds;

use std::path::PathBuf;
use std::{fmt, fs};

use bodies::TARGETS;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use seeds::{kept, regressions, seeds, words};

/// An input, shown as it would be written in a test.
#[derive(Clone)]
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// Inputs longer than this are cut: what breaks on a long one as a rule breaks on a short one.
const MOST_BYTES: usize = 700;

/// A change of an input.
#[derive(Debug, Clone)]
enum Change {
    Put(Index, u8),
    Drop(Index, usize),
    Twice(Index, usize),
    Word(Index, Index),
    Splice(Index, Index),
}

impl Change {
    fn made(&self, bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[Vec<u8>]) {
        if bytes.is_empty() {
            bytes.push(0);
        }
        let len = bytes.len();
        match self {
            Change::Put(at, byte) => bytes[at.index(len)] = *byte,
            Change::Drop(at, n) => drop(bytes.drain(at.index(len)..(at.index(len) + n).min(len))),
            Change::Twice(at, n) => {
                let piece = bytes[at.index(len)..(at.index(len) + n).min(len)].to_vec();
                bytes.splice(at.index(len)..at.index(len), piece);
            }
            Change::Word(at, word) => drop(bytes.splice(at.index(len)..at.index(len), word.get(words).clone())),
            Change::Splice(at, other) => {
                let other = other.get(others);
                bytes.truncate(at.index(len));
                bytes.extend(&other[at.index(other.len().max(1))..]);
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        2 => (at(), 1usize..40).prop_map(|(at, n)| Change::Drop(at, n)),
        1 => (at(), 1usize..40).prop_map(|(at, n)| Change::Twice(at, n)),
        3 => (at(), at()).prop_map(|(at, word)| Change::Word(at, word)),
        1 => (at(), at()).prop_map(|(at, other)| Change::Splice(at, other)),
    ]
}

/// Inputs for `target`: any bytes, changed seeds, and its words in any order with some bytes between.
fn inputs(target: &str) -> impl Strategy<Value = Input> + use<> {
    let (seeds, words) = (seeds(target), words(target));
    let (others, more) = (seeds.clone(), words.clone());
    let changed = (any::<Index>(), prop::collection::vec(change(), 0..8)).prop_map(move |(seed, changes)| {
        let mut bytes = seed.get(&seeds).clone();
        bytes.truncate(MOST_BYTES);
        changes.iter().for_each(|change| change.made(&mut bytes, &others, &more));
        bytes
    });
    let word = prop_oneof![
        8 => any::<Index>().prop_map(move |word| word.get(&words).clone()),
        1 => prop::collection::vec(any::<u8>(), 0..3),
        1 => Just(b" ".to_vec()),
    ];
    let put_together = (any::<u8>(), prop::collection::vec(word, 0..40))
        .prop_map(|(pick, words)| [vec![pick], words.concat()].concat());
    let any_bytes = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![2 => any_bytes, 5 => changed, 4 => put_together].prop_map(Input)
}

/// Runs the target of this name: what was kept of it, its seeds as they are, and made inputs.
fn check(name: &str) {
    let (_, body) = TARGETS.into_iter().find(|(known, _)| *known == name).unwrap();
    regressions(name).iter().for_each(|input| body(input));
    kept(name).iter().for_each(|input| body(input));
    let seeds = seeds(name);
    assert!(!seeds.is_empty(), "{name} has no fixtures");
    seeds.iter().for_each(|input| body(input));
    // The same inputs each time, so that a failure is one of the change that is tested.
    let config = ProptestConfig { failure_persistence: None, max_shrink_iters: 4000, ..ProptestConfig::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let run = runner.run(&inputs(name), |Input(bytes)| {
        body(&bytes);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}\nkeep the input in tests/fuzz/regressions/{name}/ once the fault is mended");
    }
}

/// Every target has seeds and words. Where `DESPIN_FUZZ_SEEDS` names a folder they are written there, for `scripts/fuzz.sh`: an input a
/// file in a folder for each target, and its words as a dictionary of libFuzzer.
#[test]
fn every_target_has_seeds_and_words() {
    let folder = std::env::var_os("DESPIN_FUZZ_SEEDS").map(PathBuf::from);
    for (name, _) in TARGETS {
        let (seeds, words) = (seeds(name), words(name));
        assert!(!seeds.is_empty() && !words.is_empty(), "{name}");
        let Some(folder) = &folder else { continue };
        let inputs = folder.join(name);
        fs::create_dir_all(&inputs).unwrap();
        for (nth, input) in seeds.iter().chain(&regressions(name)).chain(&kept(name)).enumerate() {
            fs::write(inputs.join(format!("seed-{nth}")), input).unwrap();
        }
        let word = |word: &Vec<u8>| word.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
        let lines = words.iter().filter(|word| !word.is_empty()).map(|bytes| format!("\"{}\"\n", word(bytes)));
        fs::write(folder.join(format!("{name}.words")), lines.collect::<String>()).unwrap();
    }
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn every_target_is_tried_here_and_by_coverage() {
            let tried = [$(stringify!($name)),*];
            assert_eq!(TARGETS.map(|(name, _)| name), tried);
            // Packages of the crate do not have it.
            let Ok(manifest) = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/Cargo.toml")) else { return };
            for name in tried {
                assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "fuzz/Cargo.toml has no {name}");
            }
        }
    };
}

tests!(decode tokenise clean detect restore undo journal dictionary lists lm arpa records page replay);
