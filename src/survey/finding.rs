//! What despin found in one text, as its record tells it.

use serde::Serialize;

use crate::detect::verdict::Label;
use crate::journal::Journal;
use crate::text::edit::Edit;

/// What was found in a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finding {
    /// How it was judged, where it was.
    pub judged: Option<Judged>,
    /// True where it was changed.
    pub is_changed: bool,
    /// What restoring changed, in order of place; nothing where no journal tells it.
    pub edits: Vec<Edit>,
    /// The text after these edits; empty where it is not there.
    pub text: String,
}

/// How a text was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What it is taken for.
    pub label: Label,
    /// How probably it was spun, 0 to 1.
    pub probability: f64,
    /// The estimated rate, 0 to 1.
    pub rate: f64,
    /// The family that explains it best.
    pub profile: Option<String>,
}

/// A piece of an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// Text that is as it was.
    Same(String),
    /// Text that was left out here.
    Cut,
    /// A change.
    Changed {
        /// What stood there.
        before: String,
        /// What stands there now.
        after: String,
    },
}

/// Changes that an example shows at most.
const MOST_CHANGES: usize = 12;
/// Bytes of unchanged text beside a change, about.
const CONTEXT: usize = 80;
/// Longer words are cut, in signs.
const LONGEST_WORD: usize = 30;

impl Finding {
    /// The edits that the last pass of `journal` made, where that was one of restoring.
    pub fn edits_of(journal: &Journal) -> Vec<Edit> {
        let last = journal.passes().last().filter(|pass| pass.stage != "clean" && pass.stage != "extract");
        last.map(|pass| pass.edits.iter().map(|record| record.edit.clone()).collect()).unwrap_or_default()
    }

    /// The first changes with what stands around them; none where the text is not what the edits left.
    pub fn excerpt(&self) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut end = 0;
        // How much further on a place lies than before the edits.
        let mut shift = 0isize;
        for (i, edit) in self.edits.iter().take(MOST_CHANGES).enumerate() {
            let start = edit.span.start.checked_add_signed(shift)?;
            let between = self.text.get(end..start)?;
            same(between, i > 0, true, &mut pieces);
            end = start + edit.after.len();
            if self.text.get(start..end)? != edit.after {
                return None;
            }
            pieces.push(Piece::Changed { before: edit.before.clone(), after: edit.after.clone() });
            shift += edit.after.len() as isize - edit.before.len() as isize;
        }
        let next = self.edits.get(MOST_CHANGES).and_then(|edit| edit.span.start.checked_add_signed(shift));
        same(self.text.get(end..next.unwrap_or(self.text.len()))?, true, false, &mut pieces);
        Some(pieces)
    }
}

/// Puts `text` down, which stands behind a change, before one, or both; only what is near one.
fn same(text: &str, is_behind: bool, is_before: bool, pieces: &mut Vec<Piece>) {
    let sides = usize::from(is_behind) + usize::from(is_before);
    if text.len() <= CONTEXT * sides {
        if !text.is_empty() {
            pieces.push(Piece::Same(text.to_string()));
        }
        return;
    }
    // Between words, where there are some.
    let is_end = |at: usize| text[at..].starts_with(char::is_whitespace);
    let is_start = |at: usize| text[..at].ends_with(char::is_whitespace);
    if is_behind {
        let mut places = (CONTEXT..text.len()).filter(|&at| text.is_char_boundary(at)).take(LONGEST_WORD);
        let first = places.clone().next().unwrap_or(text.len());
        let end = places.find(|&at| is_end(at)).unwrap_or(first);
        pieces.push(Piece::Same(text[..end].to_string()));
    }
    pieces.push(Piece::Cut);
    if is_before {
        let places = (0..=text.len() - CONTEXT).rev().filter(|&at| text.is_char_boundary(at));
        let mut places = places.take(LONGEST_WORD);
        let first = places.clone().next().unwrap_or(0);
        let start = places.find(|&at| is_start(at)).unwrap_or(first);
        pieces.push(Piece::Same(text[start..].to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::Cause;
    use crate::text::span::Span;

    fn edit(at: usize, before: &str, after: &str) -> Edit {
        let span = Span::new(at, at + before.len());
        Edit { span, before: before.into(), after: after.into(), cause: Cause::rule("dictionary") }
    }

    fn finding(text: &str, edits: Vec<Edit>) -> Finding {
        Finding { edits, text: text.to_string(), ..Finding::default() }
    }

    #[test]
    fn excerpts_show_changes_where_they_are() {
        let found = finding("It was a war, he said.", vec![edit(9, "struggle", "war"), edit(22, "mentioned", "said")]);
        let changed = |before: &str, after: &str| Piece::Changed { before: before.into(), after: after.into() };
        let same = |text: &str| Piece::Same(text.into());
        let expected =
            vec![same("It was a "), changed("struggle", "war"), same(", he "), changed("mentioned", "said"), same(".")];
        assert_eq!(found.excerpt(), Some(expected));
    }

    #[test]
    fn long_gaps_are_cut() {
        let text = format!("{}war{}", "é".repeat(200), "é".repeat(200));
        let pieces = finding(&text, vec![edit(400, "struggle", "war")]).excerpt().unwrap();
        assert!(matches!(&pieces[..], [Piece::Cut, Piece::Same(_), Piece::Changed { .. }, Piece::Same(_), Piece::Cut]));
    }

    #[test]
    fn gaps_are_cut_between_words() {
        let text = format!("{}war {}", "wordy ".repeat(40), "wordy ".repeat(40));
        let pieces = finding(&text, vec![edit(240, "struggle", "war")]).excerpt().unwrap();
        let shown: Vec<&str> =
            pieces.iter().filter_map(|p| if let Piece::Same(t) = p { Some(t.trim()) } else { None }).collect();
        assert!(shown.len() == 2 && shown.iter().all(|t| t.split(' ').all(|word| word == "wordy")), "{shown:?}");
    }

    #[test]
    fn edits_of_another_text_give_no_excerpt() {
        assert_eq!(finding("It was a peace.", vec![edit(9, "struggle", "war")]).excerpt(), None);
        assert_eq!(finding("It", vec![edit(9, "struggle", "war")]).excerpt(), None);
        assert_eq!(finding("aé", vec![edit(2, "struggle", "")]).excerpt(), None);
    }
}
