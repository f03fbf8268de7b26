//! Models of language: files with every checksum mended, and their sources.

use std::io::Cursor;

use despin::lm::arpa::ArpaReader;
use despin::lm::build::{DEFAULT_STEP, Pruning, pack, pruned};
use despin::lm::checksum::xxh64;
use despin::lm::format::HEADER_LEN;
use despin::lm::trie::Trie;
use despin::lm::{BilinearModel, LanguageModel, NgramModel, State};

use super::picked;

/// A model's file is refused, or answers every question with a number.
///
/// The first byte picks the kind, and whether its length and checksums are made to fit.
pub fn lm(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    let is_mended = pick & 1 == 0;
    let bytes = bytes.to_vec();
    if pick & 2 == 0 {
        let bytes = if is_mended { mended(bytes) } else { bytes };
        if let Ok(model) = NgramModel::from_vec(bytes, "m.lm") {
            ask(&model);
        }
    } else if let Ok(model) = BilinearModel::from_vec(if is_mended { mended_bilinear(bytes) } else { bytes }, "m.vlbl")
    {
        let words: Vec<_> = ["harbour", "the", "a", ""].iter().map(|word| model.id(word)).chain(0..4).collect();
        for &word in words.iter().chain([&u32::MAX]) {
            // Any number may come of made-up vectors; what is not looked at is a mistake.
            model.ln_prob(word, &words, &words[1..]);
            model.ln_prob(word, &[], &[u32::MAX]);
        }
    }
}

/// A file of n-grams whose length and checksums are those that its header should say.
fn mended(mut file: Vec<u8>) -> Vec<u8> {
    if file.len() >= HEADER_LEN {
        let (len, body) = (file.len() as u64, xxh64(&file[HEADER_LEN..]));
        file[16..24].copy_from_slice(&len.to_le_bytes());
        file[24..32].copy_from_slice(&body.to_le_bytes());
        let head = xxh64(&file[..HEADER_LEN - 8]);
        file[HEADER_LEN - 8..HEADER_LEN].copy_from_slice(&head.to_le_bytes());
    }
    file
}

/// The same of a context model.
fn mended_bilinear(mut file: Vec<u8>) -> Vec<u8> {
    const HEADER_LEN: usize = 32;
    if file.len() >= HEADER_LEN {
        let body = xxh64(&file[HEADER_LEN..]);
        file[HEADER_LEN - 8..HEADER_LEN].copy_from_slice(&body.to_le_bytes());
    }
    file
}

/// Asks `model` for words that it has and words that it has not, after all that it knows.
fn ask(model: &NgramModel) {
    let n_words = model.n_words() as u32;
    let ids: Vec<u32> = (0..n_words.min(12)).chain([n_words, u32::MAX]).collect();
    let mut states = vec![State::EMPTY, model.begin()];
    for &id in &ids {
        let word = model.word(id).to_string();
        // A damaged table may know a word by another's number, but by none that there is not.
        assert!(model.id(&word) < n_words && model.is_known(&word) == (model.id(&word) != 0));
        let state = states[states.len() - 1];
        for state in [state, states[id as usize % states.len()]] {
            let (ln_prob, after) = model.score(state, id);
            assert!(!ln_prob.is_nan());
            assert_eq!(model.context(state).ln_prob(id).to_bits(), ln_prob.to_bits());
            assert!((1..=model.order()).contains(&model.order_used(state, id)));
            states.push(after);
        }
    }
}

/// A model in the ARPA format is refused with a line of it, or packed into a file that gives its numbers, as near as that
/// file says.
///
/// The first byte picks how the numbers are rounded and what is left out.
pub fn arpa(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    let reader = ArpaReader::new(Box::new(Cursor::new(bytes.to_vec())), "m.arpa");
    let Ok(trie) = reader.and_then(Trie::read) else { return };
    let step = [DEFAULT_STEP, 0.0, 1.0, 0.5][pick % 4];
    let whole = check_packed(&trie, step);
    let pruning = match pick & 12 {
        0 => Pruning::None,
        4 => Pruning::Thresholds(vec![1e-3]),
        8 => Pruning::Thresholds(vec![1.0, 1e-9]),
        _ => Pruning::ToSize(whole as u64 / 2),
    };
    let smaller = pruned(trie, &pruning);
    assert!(check_packed(&smaller, step) <= whole);
}

/// How many bytes the file of `trie` has.
fn check_packed(trie: &Trie, step: f32) -> usize {
    let file = pack(trie, step);
    let len = file.len();
    let model = NgramModel::from_vec(file, "m.lm").expect("what is packed is a model");
    assert_eq!((model.n_words(), model.order()), (trie.words.len(), trie.order()));
    let error = model.header().prob_error[0];
    for (id, word) in trie.words.iter().enumerate() {
        assert_eq!((model.id(word), model.word(id as u32)), (id as u32, word.as_str()));
        let (expected, found) = (trie.levels[0].ln_prob[id], model.score(State::EMPTY, id as u32).0);
        assert!((expected - found).abs() <= error, "{word}: {expected} became {found}, and {error} is allowed");
    }
    ask(&model);
    len
}
