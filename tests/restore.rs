//! What restoring makes of single phrases: deletions, names, articles, line breaks.

use despin::channel::candidate::lattice;
use despin::channel::lattice::Reading;
use despin::channel::reader::Reader;
use despin::detect::evidence::Evidence;
use despin::detect::verdict::Label;
use despin::document::Document;
use despin::lexicon::builtin;
use despin::lexicon::dictionary::Lexicon;
use despin::lexicon::entry::Class;
use despin::lexicon::format::parse;
use despin::lm::{NgramModel, UniformModel};
use despin::pipeline::{Despinner, Options};
use despin::restore::atom::atom;

/// Forced, with a dictionary of a few words, so that every entry fires.
fn restored(text: &str) -> String {
    let entries = "verily\t<none>\tphrase\t0.9\nin truth\t<none>\tphrase\t0.9\nexact\t<none>\tphrase\t0.9\n\
                   zorblax\tcat\tnoun\t0.9\nelderly\told\tadj\t0.9\nclose to\tnear\tphrase\t0.9\n";
    let lexicon = Lexicon::new(vec![parse("mine.tsv", entries).unwrap()]);
    let model = NgramModel::english().unwrap();
    let options = Options { clean: None, is_forced: true, ..Options::default() };
    let report = Despinner::new(&lexicon, &model).with(options).run(text.as_bytes());
    assert_eq!(report.journal.undo(&report.restored_bytes).unwrap(), text.as_bytes());
    report.restored
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(restored(text), *expected, "{text:?}");
    }
}

#[test]
fn deletions_leave_no_gap_and_pass_their_capital_on() {
    check(&[
        ("The man verily left home.", "The man left home."),
        ("In truth the man left home.", "The man left home."),
        ("Two  verily  men left home.", "Two  men left home."),
        ("The man verily verily left home.", "The man left home."),
    ]);
}

#[test]
fn deletions_do_not_tear_signs_apart() {
    for text in
        ["He left, verily, at noon.", "He said (verily) that.", "Verily, he left.", "One.\nVerily\ntwo.", "verily"]
    {
        assert_eq!(restored(text), text);
    }
}

#[test]
fn any_run_of_deletions_can_be_undone() {
    for text in
        ["verily verily", "Verily verily verily verily.", "in truth verily exact exact man", "exact zorblax exact"]
    {
        restored(text);
    }
}

#[test]
fn articles_follow_what_comes_to_stand_after_them() {
    check(&[
        ("He saw an elderly zorblax at home.", "He saw an old cat at home."),
        ("He is an exact boy.", "He is a boy."),
        ("It was a elephant of the zorblax.", "It was an elephant of the cat."),
    ]);
}

#[test]
fn a_line_break_inside_a_phrase_stays() {
    check(&[("He lives close\nto the border of the zorblax.", "He lives near\nthe border of the cat.")]);
}

#[test]
fn names_come_out_in_their_own_capitals() {
    let lexicon = builtin::lexicon().unwrap();
    let model = UniformModel::new(1000);
    let reader = Reader::new(lexicon, &model, None);
    let (mut n_names, mut lost) = (0, Vec::new());
    let names = (0..lexicon.n_entries() as u32).map(|id| lexicon.entry(id)).filter(|e| e.class == Class::Name);
    for entry in names {
        let document = Document::new(entry.spun.to_string(), &[]);
        let (lattice, _) = lattice(&document, &reader);
        // A pair that another file has in lower case counts as that one.
        let readings = lattice.arcs.iter().filter(|arc| matches!(arc.reading, Reading::Dictionary { .. }));
        let mut made = readings.map(|arc| {
            let mut text = document.text().to_string();
            if let Some(atom) = atom(&document, lexicon, arc) {
                let span = document.units_span(atom.start as usize, atom.end as usize);
                text.replace_range(span.start..span.end, &atom.after);
            }
            text
        });
        if !made.any(|text| text == entry.original) {
            lost.push(format!("{} for {}", entry.spun, entry.original));
        }
        n_names += 1;
    }
    assert!(lost.is_empty(), "{} of {n_names} names: {lost:#?}", lost.len());
    assert!(n_names > 1000);
}

#[test]
fn long_texts_are_read_in_parts() {
    let fixture = |path: &str| {
        std::fs::read_to_string(format!("{}/fixtures/{path}/input.txt", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let (genuine, spun) = (fixture("genuine/harbour_article"), fixture("restore/harbour_article"));
    let half = |text: &str| text.repeat((600 << 10) / text.len());
    let first = half(&genuine);
    let long = first.clone() + &half(&spun);
    let report = Despinner::builtin().unwrap().run(long.as_bytes());
    assert_eq!((report.verdict.label, report.verdict.profile.as_deref()), (Label::Spun, Some("autoblog")));
    assert!((0.2..0.8).contains(&report.verdict.rate), "{}", report.verdict.rate);
    // What is genuine stays, though the text as a whole is spun; and everything is where it is said to be.
    let surely_first = first.len() * 9 / 10;
    assert_eq!(report.restored.as_bytes()[..surely_first], first.as_bytes()[..surely_first]);
    assert!(report.restoring.edits().len() > 1000);
    let substitutions: Vec<_> = report.verdict.evidence.iter().filter(|e| e.signal == "substitution").collect();
    let is_in_place = |e: &&Evidence| e.reason.contains(&format!("“{}”", e.span.of(&report.cleaned)));
    assert!(substitutions.len() > 1000 && substitutions.iter().all(is_in_place));
    assert_eq!(report.journal.undo(&report.restored_bytes).unwrap(), long.as_bytes());
}
