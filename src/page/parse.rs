//! The tree of a page, in time and memory that are in proportion to its length.
//!
//! The parser that HTML's standard asks for looks through the open elements at many a tag, and makes formatting that was left open
//! anew in each paragraph: 100 KB of `<div>` take a second, 1 MB takes fifteen, and 1 MB of `<p>` behind 900 kinds of `<b>` makes a
//! hundred million elements. So a page is read piece by piece, and given up where it nests too deep or grows too fast.

use std::cell::Cell;

use dom_query::{Document, NodeId};
use html5ever::interface::Tracer;
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};

/// Bytes that are read between two looks.
const PIECE: usize = 4096;
/// Elements that may be open, or wait to be made anew, at one time. Pages of the web have dozens.
///
/// Source: Blink, the engine of most browsers, draws no element that is deeper than 512.
const MOST_OPEN: usize = 512;
/// Elements and texts beyond one for each byte that a page may have: what is short may well be made much of.
const MOST_MORE: usize = 10_000;

/// The tree of `html`; none where it nests deeper, or becomes more, than any page that is read by people.
pub(super) fn parse(html: &str) -> Option<Document> {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Document::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut at = 0;
    while at < html.len() {
        let end = html.ceil_char_boundary((at + PIECE).min(html.len()));
        parser.process(html[at..end].into());
        at = end;
        let builder = &parser.tokenizer.sink;
        let open = Open::default();
        builder.trace_handles(&open);
        if open.n.get() > MOST_OPEN || builder.sink.tree.len() > at + MOST_MORE {
            return None;
        }
    }
    Some(parser.finish())
}

/// Counts what a parser holds: open elements, and formatting that is to be made anew.
#[derive(Default)]
struct Open {
    n: Cell<usize>,
}

impl Tracer for Open {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.n.set(self.n.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_the_tree_that_the_whole_makes() {
        let row =
            "<p>Two <b>bold & <i>odd</b> words</i> &amp;&eacute;\r\n<table><tr><td>é<td>日本<p>x</table><!-- a -->";
        for n in [1, 40, 200] {
            let html = format!("<html><body>{}", row.repeat(n));
            assert_eq!(parse(&html).unwrap().html(), Document::from(html).html(), "{n} rows");
        }
        assert_eq!(parse("").unwrap().html(), Document::from("").html());
    }

    #[test]
    fn no_page_takes_the_square_of_its_length() {
        let kinds = |n: usize| (0..n).map(|n| format!("<b a={n}>")).collect::<String>();
        for (piece, is_page) in [
            ("<div>".to_string(), false),
            ("<li><dt>".to_string(), false),
            ("<table><td><b>".to_string(), false),
            ("<svg><td>".to_string(), false),
            (kinds(50_000), false),
            // Each paragraph would have all of them.
            (format!("{}{}", kinds(300), "<p>".repeat(100_000)), false),
            ("<p><b><i><a href=x>".to_string(), true),
            ("<tr><td>a<td>b".to_string(), true),
            ("<p>a".to_string(), true),
            ("<div></div>".to_string(), true),
            ("text ".to_string(), true),
        ] {
            let html = format!("<html><body><table>{}", piece.repeat(400_000 / piece.len() + 1));
            assert_eq!(parse(&html).is_some(), is_page, "{}", &piece[..piece.len().min(40)]);
        }
    }
}
