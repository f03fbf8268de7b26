//! A word diff in two columns: the first text on the left, the second on the right, sentence beside sentence.

use crate::render::Renderer;
use crate::render::flow::{Ink, Line};
use crate::render::page::{NARROWEST, NUMBER, Page, Side, flow_of, page};
use crate::render::view::{Block, Look, Mark};
use crate::report::Comparison;

/// A word diff in two columns.
#[derive(Debug, Clone, Copy, Default)]
pub struct SideBySide<'a>(pub Look<'a>);

/// Columns that are no text: number and space, and the bar between the columns with a space on both sides.
const FRAME: usize = NUMBER + 1 + 3;

impl Renderer for SideBySide<'_> {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        page(self.0, comparison, rows)
    }
}

fn rows<'a>(page: &mut Page<'a>, block: &Block, marks: &[Mark<'a>], number: &str) {
    let column = page.look.width.saturating_sub(FRAME) / 2;
    let column = column.max(NARROWEST);
    let left = flow_of(page, block, marks, Side::Before).lines(column);
    let right = flow_of(page, block, marks, Side::After).lines(column);
    // What is equal on both sides is beside itself only where both have as many lines; a sentence is short enough to see.
    let mut sides = (left.into_iter(), right.into_iter());
    let mut n = 0;
    loop {
        let (left, right) = (sides.0.next(), sides.1.next());
        if left.is_none() && right.is_none() {
            break;
        }
        let number = if n == 0 { number } else { "" };
        let mut line = Line::default();
        line.put(Ink::Aside, &format!("{number:>NUMBER$} "), NUMBER.max(number.len()) + 1);
        let edge = line.width;
        line.join(&left.unwrap_or_default());
        line.pad(edge + column);
        line.put(Ink::Aside, " │", 2);
        line.put(Ink::Plain, " ", 1);
        line.join(&right.unwrap_or_default());
        page.line(&line);
        n += 1;
    }
}
