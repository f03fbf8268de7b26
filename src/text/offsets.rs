//! Carries a place in one text over to the text that an edit script made of it, and back.

use crate::text::edit::EditScript;
use crate::text::span::Span;

/// Which end of a replaced stretch a place inside it is carried to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// To the start of what replaced it.
    Start,
    /// To the end of what replaced it.
    End,
}

/// The places of a text before and after a script, side by side.
///
/// ```
/// use despin::text::edit::{Cause, Edit, EditScript};
/// use despin::text::offsets::{Bias, OffsetMap};
/// use despin::text::span::Span;
/// let edit = Edit {
///     span: Span::new(6, 14),
///     before: "struggle".into(),
///     after: "war".into(),
///     cause: Cause::rule("dictionary"),
/// };
/// let map = OffsetMap::of(&EditScript::new(vec![edit])?);
/// // “over” of “It is a struggle over.” stands five bytes earlier in “It is war over.”
/// assert_eq!(map.forward(15, Bias::Start), 10);
/// assert_eq!(map.span_backward(Span::new(6, 9)), Span::new(6, 14));
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct OffsetMap {
    // (before, after) spans of each edit, in order of place on both sides.
    changes: Vec<(Span, Span)>,
}

impl OffsetMap {
    /// The map of `script`.
    pub fn of(script: &EditScript) -> Self {
        let mut shift = 0isize;
        let changes = script
            .edits()
            .iter()
            .map(|edit| {
                let start = edit.span.start.checked_add_signed(shift).expect("edits are in order of place");
                shift += edit.after.len() as isize - edit.before.len() as isize;
                (edit.span, Span::new(start, start + edit.after.len()))
            })
            .collect();
        OffsetMap { changes }
    }

    /// Where byte `at` of the first text stands in the second.
    pub fn forward(&self, at: usize, bias: Bias) -> usize {
        carry(&self.changes, at, bias, |&(before, after)| (before, after))
    }

    /// Where byte `at` of the second text stood in the first.
    pub fn backward(&self, at: usize, bias: Bias) -> usize {
        carry(&self.changes, at, bias, |&(before, after)| (after, before))
    }

    /// The span of the second text that holds what became of `span`.
    pub fn span_forward(&self, span: Span) -> Span {
        Span::new(self.forward(span.start, Bias::Start), self.forward(span.end, Bias::End))
    }

    /// The span of the first text that what stands at `span` of the second came from.
    pub fn span_backward(&self, span: Span) -> Span {
        Span::new(self.backward(span.start, Bias::Start), self.backward(span.end, Bias::End))
    }
}

fn carry(changes: &[(Span, Span)], at: usize, bias: Bias, sides: impl Fn(&(Span, Span)) -> (Span, Span)) -> usize {
    // The last change that begins at or before the place decides. A place where a change begins is the start of
    // what replaced it (bias Start) or, for an insertion, its end (bias End).
    let n = changes.partition_point(|c| {
        let from = sides(c).0;
        from.start < at || (from.start == at && (from.is_empty() && bias == Bias::End))
    });
    let Some((from, to)) = n.checked_sub(1).map(|i| sides(&changes[i])) else {
        return at;
    };
    if at >= from.end {
        return to.end + (at - from.end);
    }
    match bias {
        Bias::Start => to.start,
        Bias::End => to.end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::{Cause, Edit};

    fn map() -> OffsetMap {
        // "an uncommon assault" -> "a rare attack"
        let edits = [(0, "an", "a"), (3, "uncommon", "rare"), (12, "assault", "attack")]
            .map(|(start, before, after): (usize, &str, &str)| Edit {
                span: Span::new(start, start + before.len()),
                before: before.into(),
                after: after.into(),
                cause: Cause::rule("test"),
            })
            .to_vec();
        OffsetMap::of(&EditScript::new(edits).unwrap())
    }

    #[test]
    fn carries_spans_both_ways() {
        let map = map();
        assert_eq!(map.span_forward(Span::new(3, 11)), Span::new(2, 6));
        assert_eq!(map.span_backward(Span::new(2, 6)), Span::new(3, 11));
        assert_eq!(map.span_forward(Span::new(12, 19)), Span::new(7, 13));
        assert_eq!(map.span_backward(Span::new(7, 13)), Span::new(12, 19));
    }

    #[test]
    fn a_place_inside_a_change_goes_to_its_ends() {
        let map = map();
        assert_eq!(map.forward(6, Bias::Start), 2);
        assert_eq!(map.forward(6, Bias::End), 6);
        assert_eq!(map.forward(19, Bias::End), 13);
    }
}
