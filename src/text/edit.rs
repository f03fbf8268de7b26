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

    /// As [`apply`](EditScript::apply), in the memory of `text` where no edit makes it longer.
    ///
    /// # Errors
    ///
    /// As `apply`.
    pub fn apply_to(&self, text: String) -> Result<String> {
        if self.edits.iter().any(|edit| edit.after.len() > edit.before.len()) {
            return self.apply(&text);
        }
        let misfit = |span| unfit(span, "the text has something else there", "use the text these edits were made for");
        let mut bytes = text.into_bytes();
        let (mut from, mut to) = (0, 0);
        for edit in &self.edits {
            // What is written never overtakes what is read: so far nothing has become longer.
            if bytes.get(edit.span.start..edit.span.end) != Some(edit.before.as_bytes()) {
                return Err(misfit(edit.span));
            }
            bytes.copy_within(from..edit.span.start, to);
            to += edit.span.start - from;
            bytes[to..to + edit.after.len()].copy_from_slice(edit.after.as_bytes());
            to += edit.after.len();
            from = edit.span.end;
        }
        bytes.copy_within(from.., to);
        bytes.truncate(to + bytes.len() - from);
        String::from_utf8(bytes).map_err(|_| misfit(Span::new(0, 0)))
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

    /// This script and then `later` as one script, where `later` is over the text that this one gives.
    ///
    /// Edits that do not meet are kept as they are. Those that meet become one edit; where their causes differ, it names
    /// all the rules, joined by `+`, and an edit that `later` takes back altogether is gone.
    ///
    /// ```
    /// use despin::text::edit::{Cause, Edit, EditScript};
    /// use despin::text::span::Span;
    /// let edit = |start: usize, before: &str, after: &str, rule| Edit {
    ///     span: Span::new(start, start + before.len()),
    ///     before: before.into(),
    ///     after: after.into(),
    ///     cause: Cause::rule(rule),
    /// };
    /// let first = EditScript::new(vec![edit(0, "gridlocked", "stuck", "dictionary")])?;
    /// let later = EditScript::new(vec![edit(0, "s", "S", "casing"), edit(6, "at", "in", "dictionary")])?;
    /// let both = first.then(&later);
    /// assert_eq!(both.apply("gridlocked at home")?, "Stuck in home");
    /// assert_eq!(both.edits()[0].cause.rule, "dictionary+casing");
    /// assert_eq!(both.edits()[1].span, Span::new(11, 13));
    /// # Ok::<(), despin::Error>(())
    /// ```
    ///
    /// A `later` over another text gives a script that is of no use; most often it fits no text.
    pub fn then(&self, later: &EditScript) -> EditScript {
        if later.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return later.clone();
        }
        let (first, second) = (placed(&self.edits, |_, after| after), placed(&later.edits, |before, _| before));
        let mut edits = Vec::with_capacity(first.len() + second.len());
        // What this script has added to the length up to the cluster: takes a place between the texts back.
        let mut shift = 0isize;
        let (mut i, mut j) = (0, 0);
        while i < first.len() || j < second.len() {
            let (from_i, from_j) = (i, j);
            match (first.get(i), second.get(j)) {
                (Some(a), Some(b)) if a.meets(b) => {
                    (i, j) = (i + 1, j + 1);
                    loop {
                        if first.get(i).is_some_and(|a| a.meets(&second[j - 1])) {
                            i += 1;
                        } else if second.get(j).is_some_and(|b| first[i - 1].meets(b)) {
                            j += 1;
                        } else {
                            break;
                        }
                    }
                }
                (Some(a), Some(b)) if a.place.end > b.place.start => j += 1,
                (None, _) => j += 1,
                _ => i += 1,
            }
            let (a, b) = (&first[from_i..i], &second[from_j..j]);
            edits.extend(merge(a, b, shift));
            shift += a.iter().map(|a| a.edit.after.len() as isize - a.edit.before.len() as isize).sum::<isize>();
        }
        EditScript { edits }
    }
}

/// An edit and its place in the text between two scripts.
struct Placed<'a> {
    edit: &'a Edit,
    place: Span,
}

impl Placed<'_> {
    /// True where this edit of the first script and `later` of the second cannot stand beside each other as two edits.
    fn meets(&self, later: &Placed) -> bool {
        let (a, b) = (self.place, later.place);
        match (a.is_empty(), b.is_empty()) {
            (false, false) => a.overlaps(b),
            (true, false) => b.start < a.start && a.start < b.end,
            // Two insertions at one place of the first text would be refused.
            (false, true) if self.edit.span.is_empty() => a.start <= b.start && b.start <= a.end,
            (false, true) => a.start < b.start && b.start < a.end,
            // Before or after what is deleted: a guess, so it is one replacement.
            (true, true) => a == b,
        }
    }
}

/// `edits` with their places in the text where they are `pick`ed from `before` or `after`, without those that do nothing.
fn placed(edits: &[Edit], pick: fn(usize, usize) -> usize) -> Vec<Placed<'_>> {
    let mut shift = 0isize;
    let mut out = Vec::with_capacity(edits.len());
    for edit in edits {
        let start = edit.span.start.saturating_add_signed(shift);
        let n_bytes = pick(edit.before.len(), edit.after.len());
        if !(edit.before.is_empty() && edit.after.is_empty()) {
            out.push(Placed { edit, place: Span::new(start, start + n_bytes) });
        }
        shift += n_bytes as isize - edit.before.len() as isize;
    }
    out
}

/// The one edit over the first text that does what `first` and `later`, which meet, do one after the other.
fn merge(first: &[Placed], later: &[Placed], shift: isize) -> Option<Edit> {
    if let ([only], []) = (first, later) {
        return Some(only.edit.clone());
    }
    let all = || first.iter().chain(later);
    let start = all().map(|p| p.place.start).min()?;
    let end = all().map(|p| p.place.end).max()?;
    // What stands between the scripts: what the first put there, and round that what the second takes away.
    let mut between = String::new();
    let (mut a, mut b) = (first.iter().peekable(), later.iter().peekable());
    while start + between.len() < end {
        let at = start + between.len();
        while a.next_if(|p| p.place.end <= at).is_some() {}
        while b.next_if(|p| p.place.end <= at).is_some() {}
        let next = a.peek().map_or(end, |p| p.place.start);
        let piece = match (a.peek(), b.peek()) {
            (Some(p), _) if next <= at => p.edit.after.get(at - p.place.start..),
            (_, Some(p)) => p.edit.before.get(at.saturating_sub(p.place.start)..next.min(p.place.end) - p.place.start),
            _ => None,
        };
        match piece {
            Some(piece) if !piece.is_empty() => between.push_str(piece),
            _ => break,
        }
    }
    let put = |parts: &[Placed], side: fn(&Edit) -> &str| {
        let mut out = String::new();
        let mut at = start;
        for part in parts {
            out.push_str(between.get(at - start..part.place.start - start).unwrap_or_default());
            out.push_str(side(part.edit));
            at = part.place.end;
        }
        out.push_str(between.get(at - start..).unwrap_or_default());
        out
    };
    let before = put(first, |e| &e.before);
    let after = put(later, |e| &e.after);
    if before == after {
        return None;
    }
    let start = start.saturating_add_signed(-shift);
    let cause = joined(all().map(|p| &p.edit.cause));
    Some(Edit { span: Span::new(start, start + before.len()), before, after, cause })
}

/// One cause that names the rules of all, each once.
fn joined<'a>(causes: impl Iterator<Item = &'a Cause>) -> Cause {
    let mut out: Option<Cause> = None;
    for cause in causes {
        match &mut out {
            None => out = Some(cause.clone()),
            Some(out) => {
                for rule in cause.rule.split('+').filter(|rule| !rule.is_empty()) {
                    if !out.rule.split('+').any(|known| known == rule) {
                        out.rule = Cow::Owned(format!("{}+{rule}", out.rule));
                    }
                }
                if cause.place.is_some() {
                    out.place.clone_from(&cause.place);
                }
            }
        }
    }
    out.unwrap_or(Cause { rule: Cow::Borrowed("none"), place: None })
}

fn unfit(span: Span, fault: &str, mend: &str) -> Error {
    Error::new(ErrorKind::Edits, format!("edit at bytes {}..{}", span.start, span.end), fault, mend)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    /// `first` and then `later` give `expected`, over the first text.
    fn check_then(first: Vec<Edit>, later: Vec<Edit>, expected: &[(usize, &str, &str)]) {
        let both = EditScript::new(first).unwrap().then(&EditScript::new(later).unwrap());
        let edits: Vec<_> = both.edits().iter().map(|e| (e.span.start, &*e.before, &*e.after)).collect();
        assert_eq!(edits, expected);
        assert!(EditScript::new(both.into_edits()).is_ok());
    }

    #[test]
    fn scripts_are_composed() {
        // Apart, and side by side.
        check_then(vec![edit(0, "ab", "x")], vec![edit(3, "e", "z")], &[(0, "ab", "x"), (4, "e", "z")]);
        check_then(vec![edit(0, "a", "")], vec![edit(0, "b", "z")], &[(0, "a", ""), (1, "b", "z")]);
        check_then(vec![edit(0, "a", "x")], vec![edit(1, "", "z")], &[(0, "a", "x"), (1, "", "z")]);
        // One within the other, both ways, and chained.
        check_then(vec![edit(1, "b", "xyz")], vec![edit(2, "y", "-")], &[(1, "b", "x-z")]);
        check_then(vec![edit(1, "b", "xyz")], vec![edit(0, "axyzc", "-")], &[(0, "abc", "-")]);
        check_then(vec![edit(0, "a", "xx"), edit(2, "c", "yy")], vec![edit(1, "xby", "-")], &[(0, "abc", "x-y")]);
        // At one place.
        check_then(vec![edit(1, "", "x")], vec![edit(1, "", "y")], &[(1, "", "yx")]);
        check_then(vec![edit(1, "", "x")], vec![edit(2, "", "y")], &[(1, "", "xy")]);
        check_then(vec![edit(1, "b", "")], vec![edit(1, "", "y")], &[(1, "b", "y")]);
        // Taken back.
        check_then(vec![edit(1, "b", "x"), edit(4, "e", "f")], vec![edit(1, "x", "b")], &[(4, "e", "f")]);
    }

    #[test]
    fn a_later_script_over_another_text_harms_nothing() {
        let first = EditScript::new(vec![edit(1, "b", "é")]).unwrap();
        let later = EditScript::new(vec![edit(0, "abcdefg", ""), edit(9, "x", "")]).unwrap();
        assert!(first.then(&later).apply("abc").is_err());
        // Inside the `é`: no text between the two could have an edit there.
        let _ = first.then(&EditScript::new(vec![edit(2, "x", "")]).unwrap());
    }

    /// Disjoint edits over `text`, of every kind: `picks` are steps from place to place and what is put there.
    fn script(text: &str, picks: &[(usize, usize, String)]) -> EditScript {
        let mut places: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
        places.push(text.len());
        let mut at = 0;
        let mut edits = Vec::new();
        for (skip, take, after) in picks {
            let (start, end) = (at + skip, at + skip + take);
            if end >= places.len() {
                break;
            }
            let one = edit(places[start], &text[places[start]..places[end]], after);
            at = end;
            edits.push(Edit { cause: Cause { rule: format!("r{take}").into(), place: None }, ..one });
            // Two insertions at one place are refused.
            if EditScript::new(edits.clone()).is_err() {
                edits.pop();
            }
        }
        EditScript::new(edits).unwrap()
    }

    fn picks() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
        prop::collection::vec((0usize..3, 0usize..4, "[a-zé]{0,3}"), 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn then_is_one_after_the_other(text in "[A-Zß]{0,24}", a in picks(), b in picks(), c in picks()) {
            let a = script(&text, &a);
            let second = a.apply(&text).unwrap();
            prop_assert_eq!(&a.apply_to(text.clone()).unwrap(), &second);
            let b = script(&second, &b);
            let third = b.apply(&second).unwrap();
            let c = script(&third, &c);
            let ab = a.then(&b);
            prop_assert_eq!(ab.apply(&text).unwrap(), third.clone());
            prop_assert!(EditScript::new(ab.edits().to_vec()).is_ok());
            prop_assert_eq!(ab.invert().apply(&third).unwrap(), text.clone());
            prop_assert_eq!(ab.then(&c).apply(&text).unwrap(), c.apply(&third).unwrap());
            prop_assert_eq!(a.then(&a.invert()).apply(&text).unwrap(), text);
        }
    }

    #[test]
    fn refuses_another_text() {
        let script = EditScript::new(vec![edit(0, "a", "b")]).unwrap();
        assert!(script.apply("x").is_err());
        assert!(script.apply("").is_err());
        assert!(script.apply_to("x".to_string()).is_err() && script.apply_to(String::new()).is_err());
        let inside = EditScript::new(vec![edit(1, "\u{a9}", "")]).unwrap();
        assert!(inside.apply_to("é".to_string()).is_err());
    }
}
