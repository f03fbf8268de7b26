//! What mining makes of a pair: neighbours apart, context where it is needed, no empty side.

use despin::mine::fit::Pair;
use despin::mine::miner::Miner;
use despin::mine::propose::propose;

fn mined(original: &str, spun: &str) -> Vec<String> {
    let mut miner = Miner::default();
    miner.add(&[Pair { original: original.to_string(), spun: spun.to_string() }], |_, _| None);
    let base_rate = |wording: &str| if wording == "duty" { 40.0 } else { 0.1 };
    let mut found: Vec<String> = propose(&miner, base_rate)
        .iter()
        .map(|proposal| format!("{} -> {}", proposal.entry.original, proposal.entry.spun))
        .collect();
    found.sort();
    found
}

#[test]
fn neighbours_are_entries_of_their_own() {
    let found =
        mined("The rare attack just over the river began.", "The uncommon assault simply over the river began.");
    assert_eq!(found, ["attack -> assault", "just -> simply", "rare -> uncommon"]);
}

#[test]
fn ordinary_english_gets_its_context() {
    let found = mined("The harbour board took responsibility for it.", "The harbour board took duty for it.");
    assert_eq!(found, ["took responsibility -> took duty"]);
}

#[test]
fn no_side_is_empty() {
    let found = mined("The old ferry was very slow that day.", "The old ferry was slow that day.");
    assert_eq!(found, ["was very slow -> was slow"]);
}
