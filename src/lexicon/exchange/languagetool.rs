//! LanguageTool's replace.txt: `wrong|wrong=right|right`, a message after a tab, comments after `#`.
//!
//! Source: AbstractSimpleReplaceRule2 of LanguageTool, which splits a line at `=` and both sides at `|`.

use crate::lexicon::entry::Class;
use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::{PROVENANCE, Written, by_spun};
use crate::lexicon::format::DictionaryFile;

/// Reads a line a rule.
pub(super) fn read(text: &str, sink: &mut Sink) {
    for (line, raw) in (1..).zip(text.lines()) {
        if sink.is_comment(raw) {
            continue;
        }
        let rule = raw.split('#').next().unwrap_or_default().trim();
        let (rule, message) = rule.split_once('\t').unwrap_or((rule, ""));
        let Some((wrong, right)) = rule.split_once('=').filter(|(_, right)| !right.contains('=')) else {
            sink.fault(line, "not one `=`", "write wrong=right");
            continue;
        };
        for spun in wrong.split('|') {
            for original in right.split('|') {
                let (spun, original, note) = (spun.trim(), original.trim(), message.trim());
                sink.pair(line, Said { spun, original, note, ..Said::default() });
            }
        }
    }
}

/// Writes a comment a header line, and a line a wrong wording.
pub(super) fn write(file: &DictionaryFile, written: &mut Written) {
    for key in PROVENANCE {
        if let Some(value) = file.says(key) {
            written.text += &format!("# {key}: {value}\n");
        }
    }
    for (spun, originals) in by_spun(file, written) {
        let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
        for (original, entry) in &originals {
            let is_mark = |text: &str| text.contains(['|', '=', '#']);
            if is_mark(&spun) || is_mark(original) {
                written.leave_out(entry, "`|`, `=` and `#` are signs of LanguageTool's lists");
                continue;
            }
            if entry.class == Class::Name && spun.to_lowercase() != spun {
                written.leave_out(entry, "LanguageTool does not tell capitals in this list");
                continue;
            }
            // One line for all that have one message.
            match rules.iter_mut().find(|(note, _)| *note == entry.note) {
                Some((_, rights)) => rights.push(original),
                None => rules.push((&entry.note, vec![original])),
            }
        }
        if rules.len() > 1 {
            // A later line for the same wording takes the place of an earlier one.
            written.lost.insert("note");
            rules = vec![("", rules.into_iter().flat_map(|(_, rights)| rights).collect())];
        }
        for (note, rights) in rules {
            let is_plain = !note.contains('#');
            if !is_plain {
                written.lost.insert("note");
            }
            let tab = if note.is_empty() || !is_plain { String::new() } else { format!("\t{note}") };
            written.text += &format!("{spun}={}{tab}\n", rights.join("|"));
        }
    }
}
