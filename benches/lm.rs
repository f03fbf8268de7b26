//! How long the built-in language model takes for what a decoder asks of it.
//!
//! `cargo bench --bench lm`

use despin::lm::{LanguageModel, NgramModel, State, WordId};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Words per sample.
const N: usize = 4096;

/// States after pairs of words as the model itself would write them, and words to score after each: some probable, some
/// drawn from all.
fn questions(model: &NgramModel) -> Vec<(State, WordId)> {
    let mut seed = 1u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) * below) >> 31
    };
    let mut state = model.begin();
    let mut all = Vec::with_capacity(N);
    while all.len() < N {
        // Squared, so that frequent words, which have small numbers, come often.
        let mut frequent = |below: u64| (draw(below) * draw(below) / below) as WordId;
        let next = (0..8).map(|_| frequent(60_000)).max_by(|&a, &b| {
            let context = model.context(state);
            context.ln_prob(a).total_cmp(&context.ln_prob(b))
        });
        all.push((state, frequent(2_000)));
        state = model.score(state, next.expect("eight were drawn")).1;
    }
    all
}

#[divan::bench]
fn score_one_after_each_state(bencher: Bencher) {
    let model = NgramModel::english().unwrap();
    let questions = questions(&model);
    bencher
        .counter(ItemsCount::new(N))
        .bench_local(|| questions.iter().map(|&(state, word)| model.score(black_box(state), word).0).sum::<f32>());
}

#[divan::bench]
fn score_64_after_each_context(bencher: Bencher) {
    let model = NgramModel::english().unwrap();
    let questions = questions(&model);
    bencher.counter(ItemsCount::new(N)).bench_local(|| {
        let mut sum = 0.0;
        for group in questions.chunks_exact(64) {
            let context = model.context(black_box(group[0].0));
            sum += group.iter().map(|&(_, word)| context.score(word).0).sum::<f32>();
        }
        sum
    });
}

#[divan::bench]
fn ln_prob_64_after_each_context(bencher: Bencher) {
    let model = NgramModel::english().unwrap();
    let questions = questions(&model);
    bencher.counter(ItemsCount::new(N)).bench_local(|| {
        let mut sum = 0.0;
        for group in questions.chunks_exact(64) {
            let context = model.context(black_box(group[0].0));
            sum += group.iter().map(|&(_, word)| context.ln_prob(word)).sum::<f32>();
        }
        sum
    });
}

#[divan::bench]
fn look_up_words(bencher: Bencher) {
    let model = NgramModel::english().unwrap();
    let words: Vec<&str> = questions(&model).iter().map(|&(_, word)| model.word(word)).collect();
    bencher
        .counter(ItemsCount::new(N))
        .bench_local(|| words.iter().map(|word| u64::from(model.id(black_box(word)))).sum::<u64>());
}

#[divan::bench]
fn open_built_in() -> NgramModel {
    NgramModel::english().unwrap()
}
