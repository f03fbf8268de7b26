//! Changes to a text as values: one edit, and a script of edits that can be applied and taken back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::text::span::Span;

/// Why a text was changed: the name of a rule, and where that rule can be looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cause {
    /// The rule's name, as `despin` lists it: `dictionary`, `article`, `zero-width`.
    pub rule: Cow<'static, str>,
    /// The dictionary line that asked for it, as `FILE:LINE`, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Cause {
    /// A rule that is built in.
    pub fn rule(name: &'static str) -> Self {
        Cause { rule: Cow::Borrowed(name), place: None }
    }
}

/// One change: at `span` stood `before`, and `after` takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Where, in bytes of the text that is changed.
    pub span: Span,
    /// What stands there.
    pub before: String,
    /// What takes its place.
    pub after: String,
    /// Why.
    pub cause: Cause,
}

/// Edits over one text: in order of place, and disjoint.
///
/// Two insertions at one place are refused (their order would be a guess); an insertion may stand at
/// the end of another edit.
///
/// ```
/// use despin::text::edit::{Cause, Edit, EditScript};
/// use despin::text::span::Span;
/// let text = "an uncommon assault";
/// let edit = |start: usize, before: &str, after: &str| Edit {
///     span: Span::new(start, start + before.len()),
///     before: before.into(),
///     after: after.into(),
///     cause: Cause::rule("dictionary"),
/// };
/// let script = EditScript::new(vec![edit(0, "an", "a"), edit(3, "uncommon", "rare"), edit(12, "assault", "attack")])?;
/// let restored = script.apply(text)?;
/// assert_eq!(restored, "a rare attack");
/// assert_eq!(script.invert().apply(&restored)?, text);
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EditScript {
    // In order of place and disjoint: checked by `new`.
    edits: Vec<Edit>,
}

impl EditScript {
    /// A script of `edits`, put in order of place.
    ///
    /// # Errors
    ///
    /// Where two edits overlap or are insertions at one place, or an edit's span is not as long as its `before`.
    pub fn new(mut edits: Vec<Edit>) -> Result<Self> {
        edits.sort_by_key(|e| (e.span.start, e.span.end));
        for edit in &edits {
            if edit.span.end < edit.span.start || edit.span.end - edit.span.start != edit.before.len() {
                return Err(unfit(edit.span, "the span is not as long as its text", "give the span of `before`"));
            }
        }
        for pair in edits.windows(2) {
            let (a, b) = (pair[0].span, pair[1].span);
            if a.end > b.start || (a.is_empty() && b.is_empty() && a == b) {
                return Err(unfit(b, "two edits share a place", "merge them into one"));
            }
        }
        Ok(EditScript { edits })
    }

    /// The edits, in order of place.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// True where nothing changes.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits themselves.
    pub fn into_edits(self) -> Vec<Edit> {
        self.edits
    }

    /// `text` with every edit made.
    ///
    /// # Errors
    ///
    /// Where `text` does not have an edit's `before` at its span.
    pub fn apply(&self, text: &str) -> Result<String> {
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        let mut at = 0;
        for edit in &self.edits {
            if text.get(edit.span.start..edit.span.end) != Some(edit.before.as_str()) {
                return Err(unfit(
                    edit.span,
                    "the text has something else there",
                    "use the text these edits were made for",
                ));
            }
            out.push_str(&text[at..edit.span.start]);
            out.push_str(&edit.after);
            at = edit.span.end;
        }
        out.push_str(&text[at..]);
        Ok(out)
    }

    /// The script that takes every edit back, over the text that `apply` gave.
    pub fn invert(&self) -> EditScript {
        let mut shift = 0isize;
        let mut edits = Vec::with_capacity(self.edits.len());
        for edit in &self.edits {
            let start = edit.span.start.checked_add_signed(shift).expect("edits are in order of place");
            edits.push(Edit {
                span: Span::new(start, start + edit.after.len()),
                before: edit.after.clone(),
                after: edit.before.clone(),
                cause: edit.cause.clone(),
            });
            shift += edit.after.len() as isize - edit.before.len() as isize;
        }
        // Two deletions that touch (`[0..1 -> ""]`, `[1..2 -> ""]`) invert to insertions at one place: one edit then.
        let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
        for edit in edits {
            match merged.last_mut() {
                Some(last) if last.span.end == edit.span.start && (last.span.is_empty() || edit.span.is_empty()) => {
                    last.span.end = edit.span.end;
                    last.before.push_str(&edit.before);
                    last.after.push_str(&edit.after);
                }
                _ => merged.push(edit),
            }
        }
        EditScript { edits: merged }
    }
}

fn unfit(span: Span, fault: &str, mend: &str) -> Error {
    Error::new(ErrorKind::Edits, format!("edit at bytes {}..{}", span.start, span.end), fault, mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, before: &str, after: &str) -> Edit {
        Edit {
            span: Span::new(start, start + before.len()),
            before: before.into(),
            after: after.into(),
            cause: Cause::rule("test"),
        }
    }

    #[test]
    fn refuses_overlap_and_two_insertions_at_one_place() {
        assert!(EditScript::new(vec![edit(0, "ab", "x"), edit(1, "b", "y")]).is_err());
        assert!(EditScript::new(vec![edit(1, "", "x"), edit(1, "", "y")]).is_err());
        assert!(EditScript::new(vec![edit(0, "a", "x"), edit(1, "", "y")]).is_ok());
    }

    #[test]
    fn touching_deletions_are_taken_back() {
        let script = EditScript::new(vec![edit(0, "a", ""), edit(1, "b", ""), edit(2, "c", "x")]).unwrap();
        let after = script.apply("abcd").unwrap();
        assert_eq!(after, "xd");
        assert_eq!(script.invert().apply(&after).unwrap(), "abcd");
    }

    #[test]
    fn refuses_another_text() {
        let script = EditScript::new(vec![edit(0, "a", "b")]).unwrap();
        assert!(script.apply("x").is_err());
        assert!(script.apply("").is_err());
    }
}
