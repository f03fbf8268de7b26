//! A journal undoes a run byte for byte, and one that is broken, forged or of another file does no harm.

use std::collections::BTreeMap;

use despin::ErrorKind;
use despin::journal::{Grounds, Journal, Pass, Record, Rival};
use despin::text::edit::{Cause, Edit, EditScript};
use despin::text::source::Source;
use despin::text::span::Span;
use proptest::prelude::*;
use serde_json::Value;

fn edit(text: &str, start: usize, before: &str, after: &str, rule: &'static str) -> Edit {
    let span = Span::new(start, start + before.len());
    assert_eq!(span.of(text), before);
    Edit { span, before: before.into(), after: after.into(), cause: Cause::rule(rule) }
}

const BEFORE: &[u8] = b"The caf\xe9  is gigantic.\n";

/// The run that `docs/journal.md` shows.
fn example() -> (Journal, Vec<u8>) {
    let source = Source::decode(BEFORE);
    let clean = Pass::new("clean", EditScript::new(vec![edit(&source.text, 10, " ", "", "space")]).unwrap());
    let text = clean.script().unwrap().apply(&source.text).unwrap();
    let mut word = edit(&text, 13, "gigantic", "big", "dictionary");
    word.cause.place = Some("autoblog.tsv:41".into());
    let parts = [("language model".to_string(), 3.214_000_4), ("channel".to_string(), -0.75)];
    let rivals =
        vec![Rival { after: "gigantic".into(), probability: 0.06 }, Rival { after: "huge".into(), probability: 0.02 }];
    let grounds = Some(Grounds { probability: 0.92, parts: BTreeMap::from(parts), rivals });
    let restore = Pass { stage: "restore".into(), edits: vec![Record { edit: word, grounds }] };
    Journal::record(BEFORE, &source.layout, vec![clean, restore]).unwrap()
}

#[test]
fn undoes_and_does_again() {
    let (journal, after) = example();
    assert_eq!(after, b"The caf\xe9 is big.\n");
    assert_eq!(journal.n_edits(), 2);
    let journal = Journal::from_json("j", &journal.to_json()).unwrap();
    assert_eq!(journal.undo(&after).unwrap(), BEFORE);
    assert_eq!(journal.redo(BEFORE).unwrap(), after);
}

#[test]
fn the_example_in_the_docs_is_what_is_written() {
    let docs = include_str!("../docs/journal.md");
    let (_, rest) = docs.split_once("```json\n").unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    let mut journal = example().0;
    journal.tool = "despin 0.1.0".into();
    assert_eq!(shown, journal.to_json());
}

#[test]
fn is_written_the_same_after_reading() {
    let (mut journal, after) = example();
    let json = journal.to_json();
    assert_eq!(Journal::from_json("j", &json).unwrap().to_json(), json);
    // Also with numbers that JSON does not have or that have more decimals than are written.
    let bytes = b"ab".to_vec();
    for number in [f64::NAN, f64::NEG_INFINITY, 1.0 / 3.0, -0.0, 1e-9, 123_456_789.123_456_7] {
        let grounds =
            Some(Grounds { probability: number, parts: BTreeMap::from([("x".into(), number)]), rivals: vec![] });
        let pass = Pass { stage: "restore".into(), edits: vec![Record { edit: edit("ab", 0, "a", "", "x"), grounds }] };
        journal = Journal::record(&bytes, &Source::decode(&bytes).layout, vec![pass]).unwrap().0;
        let json = journal.to_json();
        assert_eq!(Journal::from_json("j", &json).unwrap().to_json(), json);
    }
    assert_ne!(journal.undo(b"b").unwrap(), after);
}

#[test]
fn a_run_without_edits_is_a_journal_too() {
    let bytes = b"na\xefve \xff";
    let (journal, after) =
        Journal::record(bytes, &Source::decode(bytes).layout, vec![Pass::new("clean", EditScript::default())]).unwrap();
    assert_eq!(after, bytes);
    assert!(journal.passes().is_empty());
    assert_eq!(journal.undo(&after).unwrap(), bytes);
}

#[test]
fn refuses_edits_of_another_text() {
    let bytes = b"ab";
    let pass = Pass::new("clean", EditScript::new(vec![edit("xy", 0, "x", "y", "x")]).unwrap());
    assert!(Journal::record(bytes, &Source::decode(bytes).layout, vec![pass]).is_err());
}

/// The message with which a journal that has `from` replaced by `to` is refused, when read or when used.
fn check_refused(from: &str, to: &str, expected: &str) {
    let (journal, after) = example();
    let json = journal.to_json();
    assert!(json.contains(from), "{from}");
    let error =
        Journal::from_json("a.despin.json", &json.replacen(from, to, 1)).and_then(|j| j.undo(&after)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert_eq!(error.to_string(), expected);
}

#[test]
fn says_what_is_wrong_with_a_journal() {
    let give = "give the file that despin wrote";
    let broken =
        "a.despin.json: its parts do not fit together, so it cannot be undone; give the file as despin wrote it";
    check_refused(
        "{",
        "",
        &format!("a.despin.json:2: not a journal: invalid type: string \"format\", expected a journal; {give}"),
    );
    check_refused("\"despin-journal\"", "\"x\"", &format!("a.despin.json: its format is not `despin-journal`; {give}"));
    check_refused(
        "\"version\": 1",
        "\"version\": 2",
        "a.despin.json: it is of version 2, and this despin reads up to 1; use the despin that wrote it, or a newer one",
    );
    check_refused("\"version\": 1", "\"version\": 0", &format!("a.despin.json: there is no version 0; {give}"));
    check_refused(
        "\"start\": 10",
        "\"start\": 12",
        "a.despin.json: pass 1 cannot be: edit at bytes 12..11: the span is not as long as its text; give the span of \
         `before`; give the file as despin wrote it",
    );
    check_refused(
        "\"end\": 11",
        "\"end\": 18446744073709551615",
        "a.despin.json: pass 1 cannot be: an edit lies behind the end of any text; give the file as despin wrote it",
    );
    check_refused("\"after\": \"big\"", "\"after\": \"bog\"", broken);
    check_refused("\"before\": \"gigantic\"", "\"before\": \"gigantlc\"", broken);
    check_refused("windows-1252", "utf-16le", broken);
}

#[test]
fn says_what_is_wrong_with_a_file() {
    let (journal, after) = example();
    let error = journal.undo(b"Another file.").unwrap_err();
    assert_eq!(
        error.to_string(),
        "new journal: the file is not the one that this journal is of: its digest is another; give the file as the run \
         left it, or the journal that belongs to it"
    );
    let error = journal.undo(BEFORE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "new journal: the file is as it was before the run already; there is nothing to undo"
    );
    assert!(journal.redo(&after).is_err());
}

/// Edits over `text` from arbitrary numbers.
fn script(text: &str, picks: &[(usize, usize, String)]) -> EditScript {
    let mut places: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
    places.push(text.len());
    let mut at = 0;
    let mut script = EditScript::default();
    for (skip, take, after) in picks {
        let (Some(start), Some(end)) = (places.get(at + skip), places.get(at + skip + take)) else {
            break;
        };
        at += skip + take;
        let mut edits = script.edits().to_vec();
        edits.push(edit(text, *start, &text[*start..*end], after, "test"));
        script = EditScript::new(edits).unwrap_or(script);
    }
    script
}

fn picks() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    prop::collection::vec((0usize..4, 0usize..4, "[a-zé’č\u{fffd}]{0,3}"), 0..8)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let units = |order: fn(u16) -> [u8; 2], bom: Vec<u8>| {
        prop::collection::vec(prop_oneof![any::<u16>(), 0x20u16..0x7f, 0xd7f0u16..0xe010], 0..24)
            .prop_map(move |units| [bom.clone(), units.into_iter().flat_map(order).collect()].concat())
    };
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..48),
        ".{0,24}".prop_map(String::into_bytes),
        ("[a-zé ]{0,12}", prop::collection::vec(0x80u8.., 0..4), "[a-zé ]{0,12}").prop_map(|(a, b, c)| [
            a.as_bytes(),
            &b,
            c.as_bytes()
        ]
        .concat()),
        units(u16::to_le_bytes, vec![0xff, 0xfe]),
        units(u16::to_be_bytes, vec![0xfe, 0xff]),
        units(u16::to_le_bytes, vec![]),
    ]
}

/// A run of two passes over `bytes`.
fn run(bytes: &[u8], picks: &[Vec<(usize, usize, String)>; 2]) -> (Journal, Vec<u8>) {
    let source = Source::decode(bytes);
    let first = script(&source.text, &picks[0]);
    let second = script(&first.apply(&source.text).unwrap(), &picks[1]);
    Journal::record(bytes, &source.layout, vec![Pass::new("clean", first), Pass::new("restore", second)]).unwrap()
}

/// Another value in the place of the `n`th number, string or list of a journal.
fn forge(value: &mut Value, n: &mut usize, with: &Value) {
    match value {
        Value::Array(items) => {
            if *n == 0 && !items.is_empty() {
                let again = items[0].clone();
                items.push(again);
            }
            *n = n.wrapping_sub(1);
            items.iter_mut().for_each(|item| forge(item, n, with));
        }
        Value::Object(fields) => fields.values_mut().for_each(|field| forge(field, n, with)),
        leaf => {
            if *n == 0 {
                *leaf = with.clone();
            }
            *n = n.wrapping_sub(1);
        }
    }
}

/// An edit's place that no text has, or that another edit has.
fn hostile() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1, 1 << 60, 1 << 32, 0, 1, 2, 3])
            .prop_map(Value::from),
        prop::sample::select(vec!["", "é", "utf-8", "utf-16le", "utf-16be", "windows-1252", "ff", "a"])
            .prop_map(Value::from),
        Just(Value::Null),
        Just(Value::from(true)),
        Just(Value::from(-1)),
        Just(Value::from(1e300)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_run_over_any_bytes_is_undone(bytes in bytes(), picks in [picks(), picks()]) {
        let (journal, after) = run(&bytes, &picks);
        let journal = Journal::from_json("j", &journal.to_json()).unwrap();
        prop_assert_eq!(journal.undo(&after).unwrap(), bytes.clone());
        prop_assert_eq!(journal.redo(&bytes).unwrap(), after);
    }

    #[test]
    fn another_file_is_refused(bytes in bytes(), picks in [picks(), picks()], at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let (journal, after) = run(&bytes, &picks);
        let mut other = after.clone();
        if other.is_empty() { other.push(with) } else { let at = at.index(other.len()); other[at] = with }
        match journal.undo(&other) {
            Ok(undone) => {
                prop_assert_eq!(&other, &after);
                prop_assert_eq!(undone, bytes);
            }
            Err(_) => prop_assert!(other != after),
        }
    }

    #[test]
    fn a_damaged_journal_does_no_harm(
        bytes in bytes(),
        picks in [picks(), picks()],
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(0x20u8..0x7f)), 1..3),
    ) {
        let (journal, after) = run(&bytes, &picks);
        let mut json = journal.to_json().into_bytes();
        for (at, with) in damage {
            let at = at.index(json.len());
            match with {
                Some(with) => json[at] = with,
                None => { json.remove(at); }
            }
        }
        if let Ok(journal) = Journal::from_json("j", &String::from_utf8_lossy(&json)) {
            if let Ok(undone) = journal.undo(&after) {
                prop_assert_eq!(undone, bytes.clone());
            }
            if let Ok(done) = journal.redo(&bytes) {
                prop_assert_eq!(done, after);
            }
        }
    }

    #[test]
    fn a_forged_journal_does_no_harm(bytes in bytes(), picks in [picks(), picks()], at in 0usize..60, with in hostile()) {
        let (journal, after) = run(&bytes, &picks);
        let mut value: Value = serde_json::from_str(&journal.to_json()).unwrap();
        forge(&mut value, &mut at.clone(), &with);
        if let Ok(journal) = Journal::from_json("j", &value.to_string()) {
            if let Ok(undone) = journal.undo(&after) {
                prop_assert_eq!(undone, bytes.clone());
            }
            if let Ok(done) = journal.redo(&bytes) {
                prop_assert_eq!(done, after);
            }
        }
    }
}

#[test]
fn a_run_has_a_thousand_passes_and_no_more() {
    let text = "abababab";
    let passes = |n: usize| {
        let pass = |i: usize| {
            let (before, after) = if i.is_multiple_of(2) { ("a", "c") } else { ("c", "a") };
            let edit =
                Edit { span: Span::new(0, 1), before: before.into(), after: after.into(), cause: Cause::rule("space") };
            Pass::new("clean", EditScript::new(vec![edit]).unwrap())
        };
        (0..n).map(pass).collect::<Vec<_>>()
    };
    let record = |n: usize| Journal::record(text.as_bytes(), &Source::decode(text.as_bytes()).layout, passes(n));
    assert!(record(1001).unwrap_err().to_string().contains("more than 1000 passes"));
    let (journal, after) = record(1000).unwrap();
    assert_eq!((journal.version(), journal.n_edits()), (1, 1000));
    let read = Journal::from_json("j", &journal.to_json()).unwrap();
    assert_eq!(read.undo(&after).unwrap(), text.as_bytes());
    let mut more: Value = serde_json::from_str(&journal.to_json()).unwrap();
    let passes = more["passes"].as_array_mut().unwrap();
    passes.push(passes[0].clone());
    assert!(Journal::from_json("j", &more.to_string()).unwrap_err().to_string().contains("more than 1000 passes"));
}
