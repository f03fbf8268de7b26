//! What each stage costs on an article of 5 KB: `cargo bench --bench library`.

use despin::channel::decode::{Options, decode};
use despin::channel::distance::NearSpellings;
use despin::clean::clean;
use despin::document::Document;
use despin::lexicon::builtin;
use despin::lexicon::dictionary::Lexicon;
use despin::lm::{BilinearModel, NgramModel};
use despin::pipeline::Despinner;

#[path = "article.rs"]
mod article;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn load_dictionaries() -> Lexicon {
    Lexicon::new(builtin::files().expect("built in"))
}

#[divan::bench]
fn clean_article(bencher: divan::Bencher) {
    let text = article::spun();
    bencher.bench(|| clean(&text, &Default::default()));
}

#[divan::bench]
fn cut_article(bencher: divan::Bencher) {
    let text = article::spun();
    bencher.bench(|| Document::new(text.clone(), &[]));
}

#[divan::bench]
fn read_article(bencher: divan::Bencher) {
    let document = Document::new(article::spun(), &[]);
    let lexicon = builtin::lexicon().expect("built in");
    let model = NgramModel::english().expect("built in");
    let context = BilinearModel::english().expect("built in");
    let near = NearSpellings::new(lexicon.matcher());
    bencher.bench(|| decode(&document, lexicon, &near, &model, Some(&context), &Options::default()));
}

#[divan::bench]
fn restore_article(bencher: divan::Bencher) {
    let text = article::spun();
    let despinner = Despinner::builtin().expect("built in");
    bencher.bench(|| despinner.run(text.as_bytes()));
}
