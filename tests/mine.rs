//! What mining makes of a pair: neighbours apart, context where it is needed, no empty side, forms folded, names kept.

use despin::mine::fit::Pair;
use despin::mine::known::Known;
use despin::mine::miner::Miner;
use despin::mine::propose::{Genuine, Proposal, propose, wordings};

/// Genuine text in which `duty` is common, and every word is one.
struct English;

impl Genuine for English {
    fn per_million(&self, wording: &str) -> f64 {
        if wording == "duty" { 40.0 } else { 0.1 }
    }

    fn word(&self, word: &str) -> Option<f64> {
        ["assaulte", "attacke"].iter().all(|no| *no != word).then_some(1.0)
    }
}

fn proposals(pairs: &[(&str, &str)]) -> Vec<Proposal> {
    let pair = |&(original, spun): &(&str, &str)| Pair { original: original.to_string(), spun: spun.to_string() };
    let mut miner = Miner::default();
    miner.add(&pairs.iter().map(pair).collect::<Vec<_>>(), &Known::default());
    propose(&miner, &English)
}

fn mined(pairs: &[(&str, &str)]) -> Vec<String> {
    let told = |p: &Proposal| {
        let class =
            if p.entry.class.name() == "phrase" { String::new() } else { format!(" ({})", p.entry.class.name()) };
        format!("{} -> {}{class}", p.entry.original, p.entry.spun)
    };
    // What nobody saw, and what waits for a person, have tests of their own.
    let is_told = |p: &&Proposal| p.evidence.count > 0 && p.evidence.reason != "ordinary English, seen in one text";
    let mut found: Vec<String> = proposals(pairs).iter().filter(is_told).map(told).collect();
    found.sort();
    found
}

#[test]
fn neighbours_are_entries_of_their_own() {
    let found =
        mined(&[("The rare attack just over the river began.", "The uncommon assault simply over the river began.")]);
    assert_eq!(found, ["attack -> assault", "just -> simply", "rare -> uncommon"]);
}

#[test]
fn ordinary_english_gets_its_context() {
    let found = mined(&[("The harbour board took responsibility for it.", "The harbour board took duty for it.")]);
    assert_eq!(found, ["took responsibility -> took duty"]);
}

#[test]
fn no_side_is_empty() {
    let found = mined(&[("The old ferry was very slow that day.", "The old ferry was slow that day.")]);
    assert_eq!(found, ["was very slow -> was slow"]);
}

#[test]
fn forms_in_step_are_one_entry() {
    let pairs = [
        ("They attacked the ferry at the old pier.", "They assaulted the ferry at the old pier."),
        ("One more attack on the ferry was seen there.", "One more assault on the ferry was seen there."),
    ];
    assert_eq!(mined(&pairs), ["attack -> assault (verb)"]);
    let found = proposals(&pairs);
    let evidence = &found[0].evidence;
    assert_eq!((evidence.count, evidence.places, evidence.forms), (2, 2, 2));
    assert_eq!(evidence.example, "One more [assault|attack] on the ferry was seen there.");
}

#[test]
fn names_keep_their_capitals() {
    let pairs = [
        ("The men of the Free Harbour Legion came back.", "The men of the Liberated Harbour Legion came back."),
        ("A song of the Free Harbour Legion was sung.", "A song of the Liberated Harbour Legion was sung."),
    ];
    assert_eq!(mined(&pairs), ["Free -> Liberated (name)"]);
    // In a headline every word has one.
    let headline = [("Old Ferry Of Norland Sinks Again", "Previous Ferry Of Norland Sinks Again")];
    assert_eq!(mined(&headline), ["old -> previous"]);
}

#[test]
fn what_is_in_doubt_is_for_a_person() {
    let found = proposals(&[("The harbour board took responsibility for it.", "The harbour board took duty for it.")]);
    let told: Vec<String> = found
        .iter()
        .map(|p| {
            format!("{} -> {}: {}, {}", p.entry.original, p.entry.spun, p.evidence.state.name(), p.evidence.reason)
        })
        .collect();
    let expected = [
        "took responsibility -> took duty: add, seen once",
        "responsibility -> duty: ambiguous, ordinary English, seen in one text",
        "took duty -> took responsibility: ambiguous, the other way round of one that was seen",
        "duty -> responsibility: ambiguous, the other way round of one that was seen",
    ];
    assert_eq!(told, expected);
}

#[test]
fn every_base_rate_that_is_asked_for_is_among_the_wordings() {
    struct Listed(std::collections::BTreeSet<String>);
    impl Genuine for Listed {
        fn per_million(&self, wording: &str) -> f64 {
            assert!(self.0.contains(wording), "{wording}");
            100.0
        }
        fn word(&self, _: &str) -> Option<f64> {
            Some(1.0)
        }
    }
    let mut miner = Miner::default();
    let original = "The harbour board took responsibility for it on the old and very slow ferry.".to_string();
    let spun = "The harbour board took duty for it on the old and slow ferry.".to_string();
    miner.add(&[Pair { original, spun }], &Known::default());
    let listed = Listed(wordings(&miner));
    assert!(listed.0.contains("took duty") && listed.0.contains("duty for"));
    assert!(!propose(&miner, &listed).is_empty());
}
