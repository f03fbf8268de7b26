//! Language models against a plain reading of the ARPA model that they were built from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, Cursor, Write};
use std::path::{Path, PathBuf};

use despin::lm::arpa::ArpaReader;
use despin::lm::build::{DEFAULT_STEP, Options, Pruning, build, pack, pruned};
use despin::lm::trie::{LN_NEVER, Trie};
use despin::lm::{LanguageModel, NgramModel, State, UniformModel};
use proptest::prelude::*;

/// Four sentences' worth of n-grams: `paints red doors` backs off twice, `green doors` has no bigram, `doors` no
/// continuation, and nothing was seen after `quietly`.
const SMALL: &str = "\\data\\
ngram 1=9
ngram 2=8
ngram 3=5

\\1-grams:
-6.0\t<unk>\t0
0\t<s>\t-0.9
-1.2\t</s>\t0
-1.1\tshe\t-0.4
-1.7\tpaints\t-0.35
-1.5\tred\t-0.2
-1.6\tgreen\t-0.15
-1.4\tdoors\t-0.3
-2.9\tquietly\t0

\\2-grams:
-0.3\t<s> she\t-0.25
-0.5\tshe paints\t-0.45
-0.7\tpaints red\t-0.1
-0.8\tpaints green\t-0.05
-0.6\tred doors\t0
-0.4\tdoors </s>\t0
-1.3\tdoors she\t-0.6
-2.1\tshe </s>\t0

\\3-grams:
-0.2\t<s> she paints
-0.35\tshe paints red
-0.55\tshe paints green
-0.15\tpaints red doors
-0.9\tdoors she paints

\\end\\
";

/// The plain reading: every n-gram in one map, and the definition of backing off written down as it is.
struct Reference {
    ngrams: HashMap<Vec<String>, (f32, f32)>,
    order: usize,
}

impl Reference {
    fn of(arpa: &str) -> Self {
        let mut reader = reader(arpa);
        let order = reader.counts().len();
        let mut ngrams = HashMap::new();
        while let Some(ngram) = reader.next_ngram().unwrap() {
            let words: Vec<String> = ngram.words().map(String::from).collect();
            let ln_prob = if words == ["<s>"] { LN_NEVER } else { ngram.ln_prob };
            ngrams.insert(words, (ln_prob, ngram.ln_backoff));
        }
        Reference { ngrams, order }
    }

    /// ln P(word | history), and the length of the n-gram that it rests on.
    fn score(&self, history: &[&str], word: &str) -> (f32, usize) {
        let known =
            |w: &str| if self.ngrams.contains_key(&vec![w.to_string()]) { w.to_string() } else { "<unk>".into() };
        let from = history.len().saturating_sub(self.order - 1);
        let mut ngram: Vec<String> = history[from..].iter().map(|w| known(w)).chain([known(word)]).collect();
        let mut ln_backoff = 0.0;
        loop {
            if let Some(&(ln_prob, _)) = self.ngrams.get(&ngram) {
                return (ln_backoff + ln_prob, ngram.len());
            }
            ln_backoff += self.ngrams.get(&ngram[..ngram.len() - 1]).map_or(0.0, |&(_, backoff)| backoff);
            ngram.remove(0);
        }
    }
}

fn reader(arpa: &str) -> ArpaReader {
    let lines: Box<dyn BufRead> = Box::new(Cursor::new(arpa.as_bytes().to_vec()));
    ArpaReader::new(lines, "test.arpa").unwrap()
}

fn model_of(arpa: &str, step: f32) -> NgramModel {
    NgramModel::from_vec(pack(&Trie::read(reader(arpa)).unwrap(), step), "test.lm").unwrap()
}

/// How far a score that rests on an n-gram of this length may be from the exact one: the largest error of a probability
/// of that length, and of every back-off weight that may have been added; 1e-4 for adding in f32.
fn bound(model: &NgramModel, order_used: usize) -> f32 {
    let header = model.header();
    header.prob_error[order_used - 1] + header.backoff_error[order_used - 1..].iter().sum::<f32>() + 1e-4
}

fn state_after(model: &NgramModel, history: &[&str]) -> State {
    history.iter().fold(model.empty(), |state, word| model.score(state, model.id(word)).1)
}

fn check(model: &NgramModel, reference: &Reference, history: &[&str], word: &str) {
    let (expected, order_used) = reference.score(history, word);
    let state = state_after(model, history);
    let id = model.id(word);
    let (found, _) = model.score(state, id);
    assert!((found - expected).abs() <= bound(model, order_used), "{history:?} {word}: {found} for {expected}");
    assert_eq!(model.order_used(state, id), order_used, "{history:?} {word}");
    assert_eq!(model.context(state).ln_prob(id), found, "{history:?} {word}");
}

#[test]
fn every_history_of_a_small_model_scores_as_written() {
    let reference = Reference::of(SMALL);
    let model = model_of(SMALL, DEFAULT_STEP);
    let words = ["<unk>", "<s>", "</s>", "she", "paints", "red", "green", "doors", "quietly", "unheard"];
    for word in words {
        check(&model, &reference, &[], word);
        for v in words {
            check(&model, &reference, &[v], word);
            for u in words {
                check(&model, &reference, &[u, v], word);
                check(&model, &reference, &["she", u, v], word);
            }
        }
    }
    // Few values have a code each.
    assert_eq!((model.header().prob_error, model.header().backoff_error), ([0.0; 5], [0.0; 4]));
}

#[test]
fn words_are_found_by_name() {
    let model = model_of(SMALL, DEFAULT_STEP);
    assert_eq!((model.n_words(), model.order()), (9, 3));
    for id in 0..9 {
        assert_eq!(model.id(model.word(id)), id);
        assert_eq!(model.is_known(model.word(id)), model.word(id) != "<unk>");
    }
    assert_eq!(model.word(model.end_id()), "</s>");
    assert_eq!(model.word(model.id("unheard")), "<unk>");
    assert!(!model.is_known("unheard") && !model.is_known(""));
    assert_eq!(model.word(99), "<unk>");
}

#[test]
fn histories_that_score_alike_share_a_state() {
    let model = model_of(SMALL, DEFAULT_STEP);
    let after = |history: &[&str]| state_after(&model, history);
    // `green doors` is no bigram, and of `red doors` nothing is remembered but `doors`.
    assert_eq!(after(&["green", "doors"]), after(&["red", "doors"]));
    assert_eq!(after(&["green", "doors"]).n_words(), 1);
    assert_eq!(after(&["she", "quietly"]), model.empty());
    assert_eq!(after(&["unheard"]), model.empty());
    assert_ne!(after(&["<s>", "she"]), after(&["she"]));
    assert_eq!(after(&["<s>"]), model.begin());
}

#[test]
fn every_truncation_is_an_error() {
    let file: &'static [u8] = pack(&Trie::read(reader(SMALL)).unwrap(), DEFAULT_STEP).leak();
    assert!(NgramModel::from_static(file).is_ok());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.lm");
    for len in 0..file.len() {
        let error = NgramModel::from_static(&file[..len]).err().unwrap_or_else(|| panic!("{len} bytes are taken"));
        assert_eq!(error.kind(), despin::ErrorKind::LanguageModel);
        if len % 97 == 0 {
            std::fs::write(&path, &file[..len]).unwrap();
            let message = NgramModel::open(&path).err().expect("cut short").to_string();
            assert!(message.starts_with(path.to_str().unwrap()), "{message}");
        }
    }
    let longer = [file, b"x"].concat();
    assert!(NgramModel::from_vec(longer, "x").is_err());
}

/// Asks a model everything that it can be asked.
fn exercise(model: &NgramModel) {
    let words = ["<s>", "she", "paints", "red", "doors", "</s>", "unheard"];
    let mut state = model.begin();
    for word in words.iter().chain(&words) {
        for other in words {
            let _ = model.context(state).ln_prob(model.id(other));
        }
        let _ = (model.word(model.id(word)), model.is_known(word), model.order_used(state, model.id(word)));
        state = model.score(state, model.id(word)).1;
    }
    let _ = model.score(state, u32::MAX);
    let _ = model.word(u32::MAX);
}

#[test]
fn a_state_of_another_model_does_no_harm() {
    let (small, english) = (model_of(SMALL, DEFAULT_STEP), NgramModel::english().unwrap());
    let state = state_after(&english, &["the", "prime", "minister"]);
    assert!(small.score(state, 3).0.is_finite());
    assert!(model_of(UNIGRAMS, DEFAULT_STEP).score(state, 3).0.is_finite());
}

const UNIGRAMS: &str = "\\data\\\nngram 1=4\n\n\\1-grams:\n-3 <unk>\n-99 <s>\n-1 </s>\n-0.5 word\n\n\\end\\\n";

#[test]
fn order_one_is_a_model_too() {
    let model = model_of(UNIGRAMS, DEFAULT_STEP);
    let (ln_prob, state) = model.score(model.begin(), model.id("word"));
    assert_eq!((ln_prob, state), ((-0.5 * std::f64::consts::LN_10) as f32, State::EMPTY));
}

#[test]
fn uniform_model_knows_nothing() {
    let model: &dyn LanguageModel = &UniformModel::new(1000);
    assert_eq!(model.score(model.begin(), model.id("x")), (-(1000f32).ln(), model.empty()));
    assert_eq!(model.context(model.empty()).ln_prob(model.end_id()), -(1000f32).ln());
    assert_eq!((model.order(), model.is_known("x")), (1, true));
}

#[test]
fn more_words_than_sixteen_bits() {
    let n = 70_000;
    let mut arpa = format!("\\data\\\nngram 1={}\nngram 2={n}\n\n\\1-grams:\n-7 <unk>\n0 <s> -1\n-1 </s>\n", n + 3);
    for i in 0..n {
        arpa += &format!("-{}.{i:06} w{i} -0.5\n", 1 + i % 5);
    }
    arpa += "\\2-grams:\n";
    for i in 0..n {
        // Half of them after one word, so that one context has very many children.
        let context = if i % 2 == 0 { "w7".to_string() } else { format!("w{}", i / 2) };
        arpa += &format!("-0.{i:06} {context} w{i}\n");
    }
    arpa += "\\end\\\n";
    let (reference, model) = (Reference::of(&arpa), model_of(&arpa, DEFAULT_STEP));
    assert_eq!(model.header().id_bytes, 4);
    for i in (0..n).step_by(13) {
        let (a, b) = (format!("w{i}"), format!("w{}", i / 2));
        check(&model, &reference, &["w7"], &a);
        check(&model, &reference, &[&b], &a);
        check(&model, &reference, &[&a], &b);
    }
}

#[test]
fn broken_models_are_named() {
    let check = |from: &str, to: &str, expected: &str| {
        let error = Trie::read(reader(&SMALL.replacen(from, to, 1))).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(
        "she paints\t",
        "she sings\t",
        "test.arpa: `sings` in `she sings` is not among the 1-grams; give each word a 1-gram",
    );
    check("paints green\t", "paints red\t", "test.arpa: the n-gram `paints red` stands twice; give each n-gram once");
    check("\tquietly\t", "\tdoors\t", "test.arpa: the 1-gram `doors` stands twice; give each word once");
    check(
        "doors she\t",
        "doors red\t",
        "test.arpa: `doors she` is missing, the context of `doors she paints`; give every n-gram's first words as an n-gram too",
    )
}

#[test]
fn after_pruning_every_context_sums_up_to_one() {
    let mut full = Trie::read(reader(SMALL)).unwrap();
    // The words of SMALL do not sum up to 1 by themselves.
    let total: f32 = full.levels[0].ln_prob.iter().map(|p| p.exp()).sum();
    full.levels[0].ln_prob.iter_mut().filter(|p| **p > LN_NEVER).for_each(|p| *p -= total.ln());
    let sizes = |trie: &Trie| trie.levels.iter().map(|level| level.len()).collect::<Vec<_>>();
    let mut seen = vec![sizes(&full)];
    for threshold in [1e-6, 1e-3, 1e-2, 3e-2, 1.0] {
        let smaller = pruned(full.clone(), &Pruning::Thresholds(vec![threshold]));
        seen.push(sizes(&smaller));
        let model = NgramModel::from_vec(pack(&smaller, 0.0), "test.lm").unwrap();
        for u in 0..9 {
            for v in 0..9 {
                let history = [model.word(u), model.word(v)];
                let context = model.context(state_after(&model, &history));
                let sum: f32 = (0..9).map(|id| context.ln_prob(id).exp()).sum();
                assert!((sum - 1.0).abs() < 1e-3, "{threshold} {history:?}: {sum}");
            }
        }
    }
    assert!(seen.is_sorted_by(|a, b| a >= b), "{seen:?}");
    assert_eq!(seen.last(), Some(&vec![9, 0, 0]));
}

/// ARPA text of a random model: n-grams of each order by drawing a context that is there and any word.
fn arpa_of(order: usize, draws: &[(u16, u16, u16, u16)]) -> String {
    let n_words = 12 + draws.len() % 20;
    let mut levels: Vec<BTreeMap<Vec<usize>, (u16, u16)>> = vec![BTreeMap::new(); order];
    for word in 0..n_words {
        let (_, _, p, b) = draws[word % draws.len()];
        levels[0].insert(vec![word], (p, b));
    }
    for (i, &(context, word, p, b)) in draws.iter().enumerate() {
        let level = 1 + i % order.max(2).saturating_sub(1);
        if level < order && !levels[level - 1].is_empty() {
            let contexts = &levels[level - 1];
            let mut ngram = contexts.keys().nth(usize::from(context) % contexts.len()).unwrap().clone();
            ngram.push(usize::from(word) % n_words);
            levels[level].insert(ngram, (p, b));
        }
    }
    let name = |w: &usize| match w {
        0 => "<unk>".to_string(),
        1 => "<s>".to_string(),
        2 => "</s>".to_string(),
        w => format!("w{w}"),
    };
    let mut text = "\\data\\\n".to_string();
    for (i, level) in levels.iter().enumerate() {
        text += &format!("ngram {}={}\n", i + 1, level.len());
    }
    for (i, level) in levels.iter().enumerate() {
        text += &format!("\\{}-grams:\n", i + 1);
        for (ngram, (p, b)) in level {
            let words = ngram.iter().map(name).collect::<Vec<_>>().join(" ");
            text += &format!("{} {words} {}\n", -f64::from(*p) / 8000.0, f64::from(*b) / 30000.0 - 1.0);
        }
    }
    text + "\\end\\\n"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn random_models_score_as_written(
        order in 1usize..=5,
        draws in prop::collection::vec(any::<(u16, u16, u16, u16)>(), 1..600),
        text in prop::collection::vec(0usize..34, 1..40),
        step in 0.0f32..0.5,
    ) {
        let arpa = arpa_of(order, &draws);
        let (reference, model) = (Reference::of(&arpa), model_of(&arpa, step));
        let words: Vec<String> = text.iter().map(|w| format!("w{w}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for end in 0..words.len() {
            check(&model, &reference, &words[..end], words[end]);
        }
    }

    #[test]
    fn pruned_models_hold_together(
        order in 2usize..=5,
        draws in prop::collection::vec(any::<(u16, u16, u16, u16)>(), 1..400),
        exponent in -9.0f64..0.0,
    ) {
        let trie = Trie::read(reader(&arpa_of(order, &draws))).unwrap();
        let smaller = pruned(trie.clone(), &Pruning::Thresholds(vec![10f64.powf(exponent)]));
        for (level, smaller) in trie.levels.iter().zip(&smaller.levels) {
            prop_assert!(smaller.len() <= level.len());
        }
        let model = NgramModel::from_vec(pack(&smaller, 0.1), "test.lm").unwrap();
        exercise(&model);
    }

    #[test]
    fn flipped_bytes_are_noticed(flips in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..8)) {
        let mut file = pack(&Trie::read(reader(SMALL)).unwrap(), DEFAULT_STEP);
        let before = file.clone();
        for (at, flip) in &flips {
            let at = at.index(file.len());
            file[at] ^= flip;
        }
        prop_assume!(file != before);
        prop_assert!(NgramModel::from_vec(file.clone(), "x").is_err());
        // What is part of the program is not summed up at each start: there, nothing worse than wrong numbers.
        if let Ok(model) = NgramModel::from_static(file.leak()) {
            exercise(&model);
        }
    }

    #[test]
    fn arpa_reader_takes_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
        let mut text = SMALL.as_bytes().to_vec();
        let from = at.index(text.len());
        let to = (from + bytes.len() / 2).min(text.len());
        text.splice(from..to, bytes);
        if let Ok(reader) = ArpaReader::new(Box::new(Cursor::new(text)), "x") {
            let _ = Trie::read(reader);
        }
    }
}

#[test]
fn packed_and_plain_models_build_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, packed) = (folder.path().join("m.arpa"), folder.path().join("m.arpa.zst"));
    std::fs::write(&plain, SMALL).unwrap();
    std::fs::write(&packed, zstd::encode_all(SMALL.as_bytes(), 3).unwrap()).unwrap();
    let options = Options { pruning: Pruning::Thresholds(vec![1e-3]), ..Options::default() };
    let file = build(&plain, &options).unwrap();
    assert_eq!(build(&packed, &options).unwrap(), file);
    let mut cut = std::fs::File::create(&packed).unwrap();
    cut.write_all(&zstd::encode_all(SMALL.as_bytes(), 3).unwrap()[..120]).unwrap();
    assert!(build(&packed, &options).is_err());
    assert!(build(&folder.path().join("absent"), &options).is_err());
    assert!(NgramModel::open(folder.path()).is_err());
}

#[test]
fn prune_to_meets_the_size() {
    let scattered = |i: u64, prime: u64| (i * prime % 65_521) as u16;
    let draw =
        |i| (scattered(i, 7919), scattered(i, 104_729), scattered(i, 15_485_863) / 2 + 9000, scattered(i, 31_337));
    let draws: Vec<_> = (0..3000).map(draw).collect();
    let full = Trie::read(reader(&arpa_of(3, &draws))).unwrap();
    let target = pack(&full, 0.1).len() as u64 * 3 / 4;
    let file = pack(&pruned(full, &Pruning::ToSize(target)), 0.1);
    assert!(file.len() as u64 <= target);
}

#[test]
fn built_in_model_is_whole() {
    let model = NgramModel::english().unwrap();
    model.verify("english").unwrap();
    assert_eq!((model.order(), model.header().id_bytes), (3, 2));
    for word in ["the", "'s", "don't", "<num>", "said", "government"] {
        assert!(model.is_known(word), "{word}");
    }
    let ln_prob = |history: &[&str], word: &str| model.score(state_after(&model, history), model.id(word)).0;
    assert!(ln_prob(&["the", "prime"], "minister") > ln_prob(&["the", "prime"], "preacher") + 3.0);
    // What may follow sums up to 1, but for quantising.
    for history in [vec![], vec!["<s>"], vec!["the", "prime"], vec!["of", "the"]] {
        let context = model.context(state_after(&model, &history));
        let sum: f64 = (0..model.n_words() as u32).map(|id| f64::from(context.ln_prob(id)).exp()).sum();
        assert!((0.85..1.15).contains(&sum), "{history:?}: {sum}");
    }
}

/// Where the data stands that is shared but not part of the package: DESPIN_SHARED, or `shared` beside the package.
///
/// Without it a test says so and passes, except in CI (CI=true), where it must be there.
fn shared(test: &str, file: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let path = std::env::var_os("DESPIN_SHARED").map_or_else(beside, PathBuf::from).join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test}: {} is missing", path.display());
    eprintln!("{test}: not run, since {} is missing; set DESPIN_SHARED", path.display());
    None
}

#[test]
fn real_model_scores_as_its_arpa() {
    let Some(path) = shared("real_model_scores_as_its_arpa", "corpus/news3g.arpa.zst") else { return };
    let options = Options { pruning: Pruning::None, step: 0.1 };
    let model = NgramModel::from_vec(build(&path, &options).unwrap(), "full.lm").unwrap();
    let english = NgramModel::english().unwrap();

    // Every n-gram itself, in the whole model; in the shipped one, those that were kept. On the way, some words and
    // pairs of words are set aside to be asked about in turn, most of which were never seen together.
    let (mut words, mut pairs) = (Vec::new(), Vec::new());
    let (mut n, mut n_kept) = (0u64, 0u64);
    let mut reader = ArpaReader::open(&path).unwrap();
    while let Some(ngram) = reader.next_ngram().unwrap() {
        let [mut state, mut english_state] = [model.empty(), english.empty()];
        let last = ngram.text.rsplit(' ').next().unwrap();
        for word in ngram.words().take(ngram.order - 1) {
            state = model.score(state, model.id(word)).1;
            english_state = english.score(english_state, english.id(word)).1;
        }
        n += 1;
        if last != "<s>" {
            let id = model.id(last);
            let found = model.context(state).ln_prob(id);
            assert!((found - ngram.ln_prob).abs() <= bound(&model, ngram.order), "{}: {found}", ngram.text);
            let id = english.id(last);
            if english.order_used(english_state, id) == ngram.order {
                n_kept += 1;
                let found = english.context(english_state).ln_prob(id);
                assert!((found - ngram.ln_prob).abs() <= bound(&english, ngram.order), "{}: {found}", ngram.text);
            }
        }
        match ngram.order {
            1 if n % 23 == 0 => words.push(ngram.text.to_string()),
            2 if n % 211 == 0 => pairs.push(ngram.text.to_string()),
            _ => {}
        }
    }
    assert_eq!(n, model.header().counts.iter().map(|&n| u64::from(n)).sum::<u64>());
    assert_eq!(n_kept + 1, english.header().counts.iter().map(|&n| u64::from(n)).sum::<u64>());

    // Back-off paths: each pair before some words, half of them words that do follow its last word.
    let words: Vec<&String> = words.iter().filter(|w| !w.starts_with('<')).collect();
    let followers: Vec<&str> = pairs.iter().map(|p| p.split(' ').nth(1).unwrap()).collect();
    let queries: Vec<[&str; 3]> = pairs
        .iter()
        .enumerate()
        .flat_map(|(i, pair)| {
            let (u, v) = pair.split_once(' ').unwrap();
            let any = words[i * 7 % words.len()].as_str();
            [[u, v, any], [u, v, followers[i * 31 % followers.len()]], [any, u, v], [v, any, u]]
        })
        .filter(|query| query[2] != "<s>")
        .collect();
    let wanted: BTreeSet<Vec<&str>> = queries
        .iter()
        .flat_map(|&[u, v, w]| [vec![u], vec![v], vec![w], vec![u, v], vec![v, w], vec![u, v, w]])
        .collect();
    let mut reference = Reference { ngrams: HashMap::new(), order: 3 };
    let mut reader = ArpaReader::open(&path).unwrap();
    while let Some(ngram) = reader.next_ngram().unwrap() {
        let key: Vec<&str> = ngram.words().collect();
        if wanted.contains(&key) {
            let key = key.into_iter().map(String::from).collect();
            reference.ngrams.insert(key, (ngram.ln_prob, ngram.ln_backoff));
        }
    }
    let mut by_order = [0; 4];
    for [u, v, w] in &queries {
        check(&model, &reference, &[u, v], w);
        by_order[reference.score(&[u, v], w).1] += 1;
    }
    // Those that rest on three words were all asked above.
    assert!(by_order[1..3].iter().all(|&n| n > 1000), "queries by the order they rest on: {by_order:?}");
}
