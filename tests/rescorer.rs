//! The neural model itself, where the environment's DESPIN_RESCORER names its file (docs/rescorer.md).
#![cfg(feature = "rescorer")]

use std::fs;
use std::path::PathBuf;

use despin::lm::neural::NeuralModel;
use despin::lm::sequence::{Question, SequenceModel};
use despin::pipeline::Despinner;
use despin::{Error, ErrorKind};

/// The model's file; none where the environment names none, which is said.
fn file(test: &str) -> Option<PathBuf> {
    let file = std::env::var_os("DESPIN_RESCORER").map(PathBuf::from);
    if file.is_none() {
        eprintln!("skipped: {test}; DESPIN_RESCORER names no model (docs/rescorer.md)");
    }
    file
}

fn question(text: &str, before: &str, continuations: &[&str]) -> Question {
    assert!(text.starts_with(before));
    Question { at: before.len(), continuations: continuations.iter().map(|c| c.to_string()).collect() }
}

const TEXT: &str = "The capital of France is Paris. The quick brown fox jumps over the lazy dog in 2024, \"he said.\"";

/// ln P of the same wordings in nats, worked out in numpy from the weights that gguf-py unpacks, with the tokens of Hugging
/// Face's tokenizers.
#[test]
fn gives_the_numbers_of_another_implementation() {
    let Some(file) = file("gives_the_numbers_of_another_implementation") else { return };
    let model = NeuralModel::open(&file).unwrap();
    let questions = [
        question(
            TEXT,
            "The capital of France is Paris. The quick brown fox",
            &[" jumps over the lazy dog", " leaps over the lazy dog", " it’s in 2024 don't"],
        ),
        question(TEXT, "The capital of France is", &[" Paris.", " London.", " the city of Lyon, I think"]),
        question(TEXT, "The capital", &[" of", ""]),
        question(TEXT, "", &["The capital of France", "Xyzzy 12"]),
    ];
    let expected: [&[f64]; 4] =
        [&[-5.8118, -15.5022, -48.9134], &[-0.5212, -6.0832, -33.2226], &[-0.2472, 0.0], &[-16.5789, -31.6589]];
    let found = model.ln_probs(TEXT, &questions);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 0.01, "{found} {expected}");
        }
    }
}

#[test]
fn any_text_has_numbers_and_the_same_each_time() {
    let Some(file) = file("any_text_has_numbers_and_the_same_each_time") else { return };
    let model = NeuralModel::open(&file).unwrap();
    let long = "é\u{0}\u{fffd}🜚 12 \n\t ".repeat(30) + &"x".repeat(1000);
    for text in ["", " ", &long] {
        let at = [0, text.len(), text.len() / 2, text.len() + 9];
        let continuations = vec![" a".to_string(), String::new(), "🜚\u{1}".to_string(), " and so on".repeat(9)];
        let questions = at.map(|at| Question { at, continuations: continuations.clone() });
        let found = model.ln_probs(text, &questions);
        assert!(found.iter().flatten().all(|p| p.is_finite() && *p <= 0.0), "{found:?}");
        assert_eq!(found, model.ln_probs(text, &questions));
    }
    assert!(model.ln_probs(TEXT, &[]).is_empty());
}

#[test]
fn restores_more_of_an_article() {
    let Some(file) = file("restores_more_of_an_article") else { return };
    let model = NeuralModel::open(&file).unwrap();
    let article = include_bytes!("../fixtures/restore/harbour_article/input.txt");
    let despinner = Despinner::builtin().unwrap().with_rescorer(&model);
    let report = despinner.run(article);
    // A trigram leaves `depart`, which nothing near it speaks against.
    assert!(report.restored.contains("I think many of us will leave if"), "{}", report.restored);
    assert_eq!(report.journal.undo(&report.restored_bytes).unwrap(), article);
}

fn fault(bytes: &[u8]) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.gguf");
    fs::write(&path, bytes).unwrap();
    NeuralModel::open(&path).unwrap_err()
}

#[test]
fn a_file_that_is_no_model_is_an_error() {
    for bytes in [
        &b""[..],
        b"GGUF",
        b"PK\x03\x04 a wheel that was not unpacked",
        b"GGUF\x03\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let error = fault(bytes);
        assert!(error.to_string().contains("docs/rescorer.md"), "{error}");
    }
    let missing = NeuralModel::open("no/such/model.gguf".as_ref()).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.to_string().contains("no/such/model.gguf"), "{missing}");
}

#[test]
fn a_model_that_is_cut_short_is_an_error() {
    let Some(file) = file("a_model_that_is_cut_short_is_an_error") else { return };
    let bytes = fs::read(&file).unwrap();
    for len in [20, 1000, 100_000, 1_000_000, bytes.len() / 2, bytes.len() - 40_000] {
        let error = fault(&bytes[..len]);
        assert_eq!(error.kind(), ErrorKind::LanguageModel, "{len}: {error}");
    }
}
