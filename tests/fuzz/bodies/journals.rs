//! Ways back, and decisions that are carried out again: damaged, forged or made up.

use despin::bulk::task::{Known, Task};
use despin::clean;
use despin::journal::{Journal, sha256};
use despin::page::Html;
use despin::pipeline;
use despin::review::{Ledger, Replay};
use serde_json::{Value, json};

use super::{halves, lossy, picked, with_despinner};

/// A damaged journal, and a damaged file, give back the very bytes or nothing.
///
/// The first byte says how often there is damage; three bytes for each say where and what. The text is behind them.
pub fn undo(bytes: &[u8]) {
    let (pick, mut bytes) = picked(bytes);
    let mut damage = Vec::new();
    for _ in 0..1 + pick % 4 {
        let Some((one, rest)) = bytes.split_first_chunk::<3>() else { break };
        (damage, bytes) = ([damage, vec![*one]].concat(), rest);
    }
    let (journal, after) = if pick & 0x80 == 0 {
        let task = Task::Clean { options: clean::Options::default(), html: Html::Sniffed, encoding: None };
        let outcome = task.run(bytes, Known::default());
        (outcome.journal.unwrap(), outcome.bytes)
    } else {
        let report = with_despinner(|despinner| {
            despinner.options = pipeline::Options { is_forced: true, ..pipeline::Options::default() };
            despinner.run(bytes)
        });
        (report.journal, report.restored_bytes)
    };
    let is_line = pick & 0x40 == 0;
    let mut json = if is_line { journal.to_json_line() } else { journal.to_json() }.into_bytes();
    damage.iter().for_each(|one| harm(&mut json, *one));
    if let Ok(found) = Journal::from_json("journal", &lossy(&json)) {
        if let Ok(undone) = found.undo(&after) {
            assert_eq!(undone, bytes);
        }
        if let Ok(done) = found.redo(bytes) {
            assert_eq!(done, after);
        }
    }
    let mut other = after.clone();
    damage.iter().for_each(|one| harm(&mut other, *one));
    match journal.undo(&other) {
        Ok(undone) => assert_eq!((undone.as_slice(), other), (bytes, after)),
        Err(_) => assert_ne!(other, after),
    }
}

/// Changes, takes out or writes twice what stands at a place of `bytes`.
fn harm(bytes: &mut Vec<u8>, [high, low, what]: [u8; 3]) {
    if bytes.is_empty() {
        return bytes.push(what);
    }
    let at = (usize::from(high) << 8 | usize::from(low)) * 7 % bytes.len();
    let end = (at + 1 + usize::from(what % 16)).min(bytes.len());
    match what {
        0..=31 => drop(bytes.drain(at..end)),
        32..=126 => bytes[at] = what,
        _ => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

/// Whatever is read as a journal is written and read again as the same, and gives bytes of the right digest or none.
///
/// The journal stands before the first NUL, the file behind it; the journal is tried with the file's own digests, too.
pub fn journal(bytes: &[u8]) {
    let (json, file) = halves(bytes);
    let json = lossy(json);
    check_journal(&json, file);
    if let Ok(mut forged) = serde_json::from_str::<Value>(&json) {
        for side in ["before", "after"] {
            if let Some(Value::Object(side)) = forged.get_mut(side) {
                side.insert("sha256".to_string(), json!(sha256(file)));
                side.insert("len_bytes".to_string(), json!(file.len()));
            }
        }
        check_journal(&forged.to_string(), file);
    }
}

fn check_journal(json: &str, file: &[u8]) {
    let journal = match Journal::from_json("j", json) {
        Ok(journal) => journal,
        Err(error) => return assert!(!error.to_string().contains('\n'), "one line: {error}"),
    };
    let written = journal.to_json();
    let again = Journal::from_json("j", &written).expect("what was read is written so that it can be read");
    assert_eq!(again.to_json(), written);
    let line = journal.to_json_line();
    assert!(!line.contains('\n'));
    assert_eq!(Journal::from_json("j", &line).unwrap().to_json(), written);
    for (done, from, to) in
        [(journal.undo(file), &journal.after, &journal.before), (journal.redo(file), &journal.before, &journal.after)]
    {
        if let Ok(done) = done {
            assert!(from.is_of(file) && to.is_of(&done));
        }
    }
    assert!(journal.without_grounds().n_edits() == again.n_edits());
}

/// The text that is decided about where none is given.
const TEXT: &str = "The metropolis saw an assault on the nation’s biggest ship. “It was gigantic,” he mentioned. \
                    The assault began at dawn, and the assault was over at noon.\n";

/// Any decisions are refused with one line each or carried out, and what they make is taken back by its journal.
///
/// The decisions stand before the first NUL, the text behind it.
pub fn replay(bytes: &[u8]) {
    let (decisions, text) = halves(bytes);
    let text = if text.is_empty() { TEXT.as_bytes() } else { text };
    let ledger = match Ledger::read("d.jsonl", &lossy(decisions)) {
        Ok(ledger) => ledger,
        Err(error) => return assert!(!error.to_string().contains('\n'), "one line: {error}"),
    };
    let n_records = ledger.records.len();
    let mut replay = Replay::new(ledger);
    let report = with_despinner(|despinner| {
        despinner.options = pipeline::Options::default();
        despinner.review(text, &mut replay)
    });
    assert_eq!(report.journal.undo(&report.restored_bytes).unwrap(), text);
    assert_eq!(report.decisions.len(), report.proposals.len());
    let refusals = replay.refusals();
    assert!(refusals.len() <= n_records);
    assert!(refusals.iter().all(|refusal| !refusal.to_string().is_empty()));
    // What a run changed can be decided again by its journal, with the same end.
    let kept = Ledger::of_journal("j", &report.journal);
    let again = with_despinner(|despinner| despinner.review(text, &mut Replay::new(kept)));
    assert_eq!(again.restored, report.restored);
}
