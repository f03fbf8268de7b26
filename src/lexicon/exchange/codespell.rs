//! Codespell's dictionaries: `wrong->right`, `wrong->right, right,` and `wrong->right, right, reason`.
//!
//! Source: codespell's README, "Dictionary format". What follows the last comma is a reason, so a list of several ends in
//! one. Keys are looked up in lower case; there are no comments.

use crate::lexicon::entry::Class;
use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::{PROVENANCE, Written, by_spun};
use crate::lexicon::format::DictionaryFile;

/// Reads a line a wrong word.
pub(super) fn read(text: &str, sink: &mut Sink) {
    for (line, raw) in (1..).zip(text.lines()) {
        if sink.is_comment(raw) {
            continue;
        }
        let Some((spun, data)) = raw.split_once("->") else {
            sink.fault(line, "no `->`", "write wrong->right");
            continue;
        };
        let (originals, reason) = data.rsplit_once(',').unwrap_or((data, ""));
        if originals.trim().is_empty() {
            sink.fault(line, "nothing after `->`", "write what is right there");
            continue;
        }
        for original in originals.split(',').filter(|original| !original.trim().is_empty()) {
            let (spun, original) = (spun.trim(), original.trim());
            sink.pair(line, Said { spun, original, note: reason.trim(), ..Said::default() });
        }
    }
}

/// Writes a line a wrong word.
pub(super) fn write(file: &DictionaryFile, written: &mut Written) {
    written.lose_header(file, &PROVENANCE);
    for (spun, originals) in by_spun(file, written) {
        let mut kept = Vec::new();
        for (original, entry) in originals {
            if entry.class == Class::Name && spun.to_lowercase() != spun {
                written.leave_out(entry, "codespell does not tell capitals");
            } else if spun.starts_with('#') {
                written.leave_out(entry, "a line that begins with `#` is read as a comment");
            } else if spun.contains("->") || original.contains("->") || original.contains(',') {
                written.leave_out(entry, "`->` and commas part codespell's columns");
            } else {
                kept.push((original, entry));
            }
        }
        let Some(reason) = kept.first().map(|(_, entry)| entry.note.as_str()) else { continue };
        let is_shared = !reason.contains(',') && kept.iter().all(|(_, entry)| entry.note == reason);
        if !is_shared {
            written.lost.insert("note");
        }
        let reason = if is_shared { reason } else { "" };
        let list = kept.iter().map(|(original, _)| original.as_str()).collect::<Vec<_>>().join(", ");
        written.text += &match (kept.len(), reason) {
            (1, "") => format!("{spun}->{list}\n"),
            (_, "") => format!("{spun}->{list},\n"),
            (_, reason) => format!("{spun}->{list}, {reason}\n"),
        };
    }
}
