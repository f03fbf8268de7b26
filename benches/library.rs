//! What each stage costs, in bytes a second: `cargo bench --bench library`.
//!
//! The article is our own fixtures: some 5 KB of them, spun or as they were. Cleaning rule by rule is in `benches/clean.rs`, dictionaries and the language
//! model by themselves in `benches/lexicon.rs` and `benches/lm.rs`.

use despin::channel::candidate::lattice;
use despin::channel::decode::{Options, decode};
use despin::channel::graph::Graph;
use despin::channel::reader::Reader;
use despin::clean::clean;
use despin::detect::gate::Gate;
use despin::diff::diff;
use despin::document::Document;
use despin::lexicon::builtin;
use despin::lexicon::dictionary::Lexicon;
use despin::lm::{BilinearModel, NgramModel};
use despin::mine::fit::Pair;
use despin::mine::known::Known;
use despin::mine::miner::Miner;
use despin::pipeline::Despinner;
use despin::text::source::Source;
use despin::text::tokenize::tokenize;
use despin::text::unit::units;
use divan::Bencher;
use divan::counter::BytesCount;

#[path = "article.rs"]
mod article;

fn main() {
    divan::main();
}

/// Runs `work` on the spun article.
fn on_spun<T>(bencher: Bencher, mut work: impl FnMut(&str) -> T) {
    let text = article::spun();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| work(&text));
}

/// Runs `work` on the genuine one.
fn on_genuine<T>(bencher: Bencher, mut work: impl FnMut(&str) -> T) {
    let text = article::genuine();
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| work(&text));
}

#[divan::bench(sample_count = 20)]
fn a_load_dictionaries() -> Lexicon {
    Lexicon::new(builtin::files().expect("built in"))
}

#[divan::bench]
fn b_decode_bytes(bencher: Bencher) {
    on_genuine(bencher, |text| Source::decode(text.as_bytes()));
}

#[divan::bench]
fn c_clean(bencher: Bencher) {
    on_genuine(bencher, |text| clean(text, &Default::default()));
}

#[divan::bench]
fn d_tokenise(bencher: Bencher) {
    on_genuine(bencher, tokenize);
}

#[divan::bench]
fn e_cut_into_units(bencher: Bencher) {
    on_genuine(bencher, |text| units(text, &tokenize(text)));
}

#[divan::bench]
fn f_look_at_genuine(bencher: Bencher) {
    let model = NgramModel::english().expect("built in");
    let gate = Gate::new(Reader::new(builtin::lexicon().expect("built in"), &model, None));
    on_genuine(bencher, |text| gate.look(text));
}

#[divan::bench]
fn g_look_at_spun(bencher: Bencher) {
    let model = NgramModel::english().expect("built in");
    let gate = Gate::new(Reader::new(builtin::lexicon().expect("built in"), &model, None));
    on_spun(bencher, |text| gate.look(text));
}

#[divan::bench]
fn h_build_lattice_and_graph(bencher: Bencher) {
    let model = NgramModel::english().expect("built in");
    let reader = Reader::new(builtin::lexicon().expect("built in"), &model, None);
    let Options { lm_scale, beam, .. } = Options::default();
    on_spun(bencher, |text| {
        let document = Document::new(text.to_string(), &[]);
        let (lattice, _) = lattice(&document, &reader);
        let weights = vec![0.0; lattice.arcs.len()];
        Graph::new(&lattice, &model, &weights, lm_scale, beam)
    });
}

#[divan::bench]
fn i_read_through_the_channel(bencher: Bencher) {
    let model = NgramModel::english().expect("built in");
    let context = BilinearModel::english().expect("built in");
    let reader = Reader::new(builtin::lexicon().expect("built in"), &model, Some(&context));
    on_spun(bencher, |text| {
        let document = Document::new(text.to_string(), &[]);
        decode(&document, &reader, &Options::default())
    });
}

#[divan::bench]
fn j_detect_genuine(bencher: Bencher) {
    let despinner = Despinner::builtin().expect("built in");
    on_genuine(bencher, |text| despinner.detect(text.as_bytes()));
}

#[divan::bench]
fn k_restore_genuine(bencher: Bencher) {
    let despinner = Despinner::builtin().expect("built in");
    on_genuine(bencher, |text| despinner.run(text.as_bytes()));
}

#[divan::bench]
fn l_restore_spun(bencher: Bencher) {
    let despinner = Despinner::builtin().expect("built in");
    on_spun(bencher, |text| despinner.run(text.as_bytes()));
}

#[divan::bench]
fn m_write_journal(bencher: Bencher) {
    let report = Despinner::builtin().expect("built in").run(article::spun().as_bytes());
    on_spun(bencher, |_| report.journal.to_json());
}

#[divan::bench]
fn n_undo(bencher: Bencher) {
    let report = Despinner::builtin().expect("built in").run(article::spun().as_bytes());
    on_spun(bencher, |_| report.journal.undo(&report.restored_bytes));
}

#[divan::bench]
fn o_diff(bencher: Bencher) {
    let original = article::genuine();
    on_spun(bencher, |text| diff(text, &original, None));
}

#[divan::bench]
fn p_mine(bencher: Bencher) {
    let known = Known::of(builtin::lexicon().expect("built in"));
    let original = article::genuine();
    on_spun(bencher, |text| {
        let mut miner = Miner::default();
        miner.add(&[Pair { original: original.clone(), spun: text.to_string() }], &known);
        miner
    });
}
