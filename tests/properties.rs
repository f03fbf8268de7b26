//! Whatever a text holds: a run never fails, and can be undone.

use std::sync::LazyLock;

use despin::eval::three_way::{self, Fate};
use despin::journal::Journal;
use despin::lexicon::builtin;
use despin::pipeline::{Despinner, Options};
use despin::render::words::compare;
use despin::render::{Html, Inline, Json, Jsonl, Look, Renderer, Sarif, SideBySide, Unified};
use despin::report::Comparison;
use despin::text::edit::EditScript;
use proptest::prelude::*;

fn forced() -> Despinner<'static> {
    Despinner::builtin().unwrap().with(Options { is_forced: true, ..Options::default() })
}

/// Runs, and takes the run back by its journal as it would be read from a file.
fn comes_back(bytes: &[u8]) -> Result<usize, TestCaseError> {
    let report = forced().run(bytes);
    let journal = Journal::from_json("journal", &report.journal.to_json()).unwrap();
    prop_assert_eq!(journal.undo(&report.restored_bytes).unwrap(), bytes);
    prop_assert_eq!(journal.redo(bytes).unwrap(), report.restored_bytes);
    Ok(report.restoring.edits().len())
}

/// Spun phrases of the dictionary, by class and spelling as they come.
static PHRASES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let files = builtin::files().unwrap();
    files.into_iter().flat_map(|file| file.entries).map(|entry| entry.spun).step_by(7).collect()
});

/// A text of dictionary phrases and common words, with odd ends, cases and signs between them.
fn spun_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => any::<prop::sample::Index>().prop_map(|at| at.get(&PHRASES).clone()),
        6 => prop::sample::select(vec!["the", "a", "an", "of", "in", "was", "he", "they", "not", "to", "and", "on"])
            .prop_map(str::to_string),
        1 => any::<prop::sample::Index>().prop_map(|at| at.get(&PHRASES).to_uppercase()),
        1 => prop::sample::select(vec!["{that a}", "two.8", "https://a.example/b", "\u{200b}", "’s", "–", "\u{fffd}", "mentioned"])
            .prop_map(str::to_string),
    ];
    let gap = prop::sample::select(vec![" ", " ", " ", " ", " ", ". ", ", ", "\n", "\r\n", "  ", "-", ".\n\n", ""]);
    prop::collection::vec((word, gap), 0..60)
        .prop_map(|parts| parts.into_iter().map(|(word, gap)| word + gap).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        comes_back(&bytes)?;
    }

    #[test]
    fn any_text_comes_back(text in "(\\PC|[ \n\t]){0,200}") {
        comes_back(text.as_bytes())?;
    }

    #[test]
    fn spun_texts_come_back(text in spun_text(), head in prop::sample::select(vec!["", "\u{feff}", "Title\r\n"])) {
        comes_back(format!("{head}{text}").as_bytes())?;
    }

    #[test]
    fn all_forms_show_any_run(text in spun_text(), width in 0usize..130) {
        let report = forced().run(text.as_bytes());
        let comparison = Comparison::of_report("x.txt", text.as_bytes(), report);
        let look = Look { width, is_explained: true, ..Look::default() };
        for renderer in [&Unified::default() as &dyn Renderer, &Json, &Jsonl::default(), &Sarif] {
            let shown = renderer.render(&comparison);
            prop_assert!(std::str::from_utf8(&shown).is_ok());
        }
        for renderer in [&Inline(look) as &dyn Renderer, &SideBySide(look), &Html(look)] {
            let shown = String::from_utf8(renderer.render(&comparison)).unwrap();
            prop_assert!(!shown.contains(|c: char| !matches!(c, '\n' | '\t') && c.is_control()), "{:?}", shown);
        }
    }

    #[test]
    fn three_texts_can_be_any(spun in spun_text(), original in spun_text()) {
        let found = three_way::compare(&forced().run(spun.as_bytes()), &original, Some(builtin::lexicon().unwrap()));
        prop_assert!(found.changes.iter().all(|row| row.outcome != Fate::Missed || row.reason.is_some()));
        prop_assert!(!found.to_string().is_empty());
    }

    #[test]
    fn compared_texts_are_changed_into_each_other(a in "(\\PC|[ \n\t]|word |Wort ){0,40}", b in "(\\PC|[ \n\t]|word |Wort ){0,40}") {
        let found = compare("a", a.as_bytes(), "b", b.as_bytes());
        let script = EditScript::new(found.changes.iter().map(|change| change.edit.clone()).collect()).unwrap();
        prop_assert_eq!(script.apply(&found.before).unwrap(), found.after.clone());
        let look = Look { width: 40, n_context: None, ..Look::default() };
        let pages = [&Inline(look) as &dyn Renderer, &SideBySide(look), &Html(look)];
        for renderer in pages.into_iter().chain([&Unified::default() as &dyn Renderer, &Json, &Jsonl::default(), &Sarif]) {
            renderer.render(&found);
        }
    }

    #[test]
    fn spun_texts_come_back_in_other_encodings(text in spun_text(), is_wide in any::<bool>(), tail in any::<u8>()) {
        let mut bytes: Vec<u8> = match is_wide {
            true => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
            false => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0x92)).collect(),
        };
        bytes.push(tail);
        comes_back(&bytes)?;
    }
}

#[test]
fn generated_texts_are_really_edited() {
    let text = "He mentioned that the metropolis was within the nation. ".repeat(8);
    assert!(comes_back(text.as_bytes()).unwrap() > 8);
}

#[test]
fn the_same_bytes_give_the_same_report() {
    let text = include_bytes!("../fixtures/restore/harbour_article/input.txt");
    let reports = [(); 2].map(|()| Despinner::builtin().unwrap().run(text));
    assert!(reports[0] == reports[1]);
}
