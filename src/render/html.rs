//! One static page: the texts with their changes marked, and a table of the changes.
//!
//! The page needs no script and no network. Its Content-Security-Policy forbids everything but its own style, which is named by its
//! digest, so that text that got past the escaping could still do nothing. All text is escaped; what a reader could not see
//! or what would turn the direction of writing is shown by its number, and each piece of text is isolated (`bdi`), so that right-to-left
//! text leaves its surroundings as they are.

use std::fmt::Write;

use crate::diff::Move;
use crate::eval::three_way::{Fate, Row};
use crate::render::flow::signs;
use crate::render::human::counted;
use crate::render::places::Places;
use crate::render::view::{Block, Kind, Look, Mark, Shown, marks, shown};
use crate::render::{Renderer, csp, notes, visible};
use crate::report::Comparison;
use crate::text::span::Span;

/// A static page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Html<'a>(pub Look<'a>);

pub(super) const STYLE: &str = include_str!("html.css");

impl Renderer for Html<'_> {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        self.render_all(std::slice::from_ref(comparison))
    }

    fn render_all(&self, comparisons: &[Comparison]) -> Vec<u8> {
        let title = match comparisons {
            [one] => notes::name(one),
            all => counted(all.len(), "text"),
        };
        let mut out = String::new();
        open(&title, STYLE, &mut out);
        for (n, comparison) in comparisons.iter().enumerate() {
            Section { look: self.0, comparison, prefix: format!("c{}-", n + 1), n_marks: 0, out: &mut out }.write();
        }
        close(&mut out);
        out.into_bytes()
    }
}

/// Begins a page without script.
pub(super) fn open(title: &str, style: &str, out: &mut String) {
    let policy = csp::source(style);
    put(
        out,
        format_args!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src {policy}; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} – despin</title>\n\
             <style>{style}</style>\n</head>\n<body>\n<main>\n",
            escaped(title)
        ),
    );
}

/// Ends it.
pub(super) fn close(out: &mut String) {
    out.push_str("</main>\n</body>\n</html>\n");
}

pub(super) fn put(out: &mut String, arguments: std::fmt::Arguments) {
    out.write_fmt(arguments).expect("a string takes all that is written");
}

/// One comparison of a page.
struct Section<'a, 'o> {
    look: Look<'a>,
    comparison: &'a Comparison,
    /// What ids of this section begin with.
    prefix: String,
    n_marks: usize,
    out: &'o mut String,
}

impl<'a> Section<'a, '_> {
    fn write(&mut self) {
        let comparison = self.comparison;
        let name = escaped(&notes::name(comparison)).to_string();
        put(self.out, format_args!("<section>\n<h1><bdi>{name}</bdi></h1>\n"));
        put(self.out, format_args!("<p class=\"note\">{}</p>\n", escaped(&notes::found(comparison, &self.look))));
        let marks = marks(comparison, self.look.judged);
        for row in shown(comparison, &marks, self.look.n_context) {
            match row {
                Shown::Folded(n, span) => put(
                    self.out,
                    format_args!(
                        "<details class=\"row\"><summary class=\"text\">{} unchanged</summary><p class=\"text\"><bdi>{}</bdi></p></details>\n",
                        counted(n, "sentence"),
                        escaped(span.of(&comparison.before).trim())
                    ),
                ),
                Shown::Block(block) => {
                    put(
                        self.out,
                        format_args!(
                            "<div class=\"row\"><span class=\"number\">{}</span><div class=\"text\">",
                            block.line
                        ),
                    );
                    self.block(&block, &marks[block.marks.clone()]);
                    self.out.push_str("</div></div>\n");
                }
            }
        }
        self.table(&marks);
        self.left();
        self.out.push_str("</section>\n");
    }

    fn plain(&mut self, span: Span) {
        if !span.is_empty() {
            put(self.out, format_args!("<bdi>{}</bdi>", escaped(span.of(&self.comparison.before))));
        }
    }

    fn block(&mut self, block: &Block, marks: &[Mark<'a>]) {
        let mut at = block.before.start;
        for mark in marks {
            self.plain(Span::new(at.min(mark.before.start), mark.before.start));
            at = mark.before.end;
            match mark.kind {
                Kind::Gone(one) => self.gone(one),
                Kind::Come(one) => self.come(one),
                Kind::Changed(_) | Kind::Judged(..) => {
                    self.n_marks += 1;
                    let row = if let Kind::Judged(row, _) = mark.kind { Some(row) } else { None };
                    let (before, after) =
                        (mark.before.of(&self.comparison.before), mark.after.of(&self.comparison.after));
                    change(before, after, row, self.out);
                    let (prefix, n) = (&self.prefix, self.n_marks);
                    put(
                        self.out,
                        format_args!("<a class=\"ref\" href=\"#{prefix}{n}\" aria-label=\"change {n}\">{n}</a>"),
                    );
                }
            }
        }
        // Line ends between rows are the rows' own.
        let at = at.min(block.before.end);
        let rest = Span::new(at, block.before.end).of(&self.comparison.before).trim_end();
        self.plain(Span::new(at, at + rest.len()));
    }

    fn gone(&mut self, one: &Move) {
        let line = Places::of(&self.comparison.after).find(one.after.start).line;
        put(
            self.out,
            format_args!(
                "<span class=\"moved\"><b>moved to line {line}</b><bdi>{}</bdi></span>",
                escaped(one.before.of(&self.comparison.before))
            ),
        );
    }

    fn come(&mut self, one: &Move) {
        let comparison = self.comparison;
        let line = Places::of(&comparison.before).find(one.before.start).line;
        put(self.out, format_args!("<span class=\"moved\"><b>moved from line {line}</b>"));
        let mut at = one.before.start;
        for edit in &one.edits {
            self.plain(Span::new(at, edit.before.start));
            change(edit.before.of(&comparison.before), edit.after.of(&comparison.after), None, self.out);
            at = edit.before.end;
        }
        self.plain(Span::new(at, one.before.end));
        self.out.push_str("</span>");
    }

    /// All changes with what there is to say about them.
    fn table(&mut self, marks: &[Mark]) {
        let comparison = self.comparison;
        if self.n_marks == 0 {
            return;
        }
        self.out.push_str(
            "<h2>Changes</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Changes\"><table>\n<thead><tr><th scope=\"col\">No.</th>\
             <th scope=\"col\">Line</th><th scope=\"col\">Before</th><th scope=\"col\">After</th><th scope=\"col\">Probability</th>\
             <th scope=\"col\">Cause</th><th scope=\"col\">Remarks</th></tr></thead>\n<tbody>\n",
        );
        let mut places = Places::of(&comparison.before);
        let mut n = 0;
        for mark in marks.iter().filter(|mark| !matches!(mark.kind, Kind::Gone(_) | Kind::Come(_))) {
            n += 1;
            let (before, after) = (mark.before.of(&comparison.before), mark.after.of(&comparison.after));
            let line = places.find(mark.before.start).line;
            let change = mark.kind.change();
            let grounds = change.and_then(|change| change.grounds.as_ref());
            let probability = grounds.map(|g| format!("{:.2}", g.probability)).unwrap_or_default();
            let cause = change.map(|change| {
                let place = change.edit.cause.place.as_deref().map(|place| format!(" {place}")).unwrap_or_default();
                format!("{}{place}", change.edit.cause.rule)
            });
            let remarks = remarks(mark, self.look.is_explained);
            let prefix = &self.prefix;
            put(
                self.out,
                format_args!(
                    "<tr id=\"{prefix}{n}\"><td>{n}</td><td>{line}</td><td><bdi>{}</bdi></td><td><bdi>{}</bdi></td><td>{probability}</td><td>{}</td><td>{}</td></tr>\n",
                    escaped(&signs(before)),
                    escaped(&signs(after)),
                    escaped(&cause.unwrap_or_default()),
                    escaped(&remarks)
                ),
            );
        }
        self.out.push_str("</tbody>\n</table></div>\n");
    }

    /// What was thought of, and not changed.
    fn left(&mut self) {
        if !self.look.is_explained || self.comparison.left.is_empty() {
            return;
        }
        self.out.push_str("<h2>Thought of, and not changed</h2>\n<ul>\n");
        let mut places = Places::of(&self.comparison.before);
        for change in &self.comparison.left {
            let line = places.find(change.edit.span.start).line;
            put(self.out, format_args!("<li>line {line}: <bdi>{}</bdi></li>\n", escaped(&notes::of_change(change))));
        }
        self.out.push_str("</ul>\n");
    }
}

/// What was known of a judged place, and with explanations the score's parts and the rivals.
fn remarks(mark: &Mark, is_explained: bool) -> String {
    let mut parts = Vec::new();
    if let Kind::Judged(row, _) = mark.kind {
        let was =
            if row.outcome == Fate::Right { String::new() } else { format!(", was {}", notes::quoted(&row.original)) };
        let reason = row.reason.map(|reason| format!(" ({})", reason.name())).unwrap_or_default();
        parts.push(format!("{}{was}{reason}", row.outcome.name()));
    }
    if is_explained && let Some(change) = mark.kind.change() {
        parts.extend(Some(notes::reason(change)).filter(|reason| !reason.is_empty()));
    }
    if is_explained && let Some(grounds) = mark.kind.change().and_then(|change| change.grounds.as_ref()) {
        let scores = grounds.parts.iter().filter(|(_, nats)| **nats != 0.0);
        parts.extend(scores.map(|(name, nats)| format!("{} {nats:+.1}", name.replace('_', " "))));
        let rivals = grounds.rivals.iter();
        parts.extend(rivals.map(|rival| format!("or {} {:.2}", notes::quoted(&rival.after), rival.probability)));
    }
    parts.join("; ")
}

pub(super) fn change(before: &str, after: &str, row: Option<&Row>, out: &mut String) {
    let side = |text: &str| if text.trim().is_empty() { signs(text) } else { text.to_string() };
    if let Some(row) = row.filter(|row| row.outcome == Fate::Missed) {
        put(out, format_args!("<mark class=\"missed\"><bdi>{}</bdi></mark>", escaped(&side(before))));
        return original(row, out);
    }
    if !before.is_empty() {
        put(out, format_args!("<del><bdi>{}</bdi></del>", escaped(&side(before))));
    }
    if !after.is_empty() {
        let class = match row.map(|row| row.outcome) {
            Some(Fate::Wrong) => " class=\"wrong\"",
            Some(Fate::Needless) => " class=\"needless\"",
            _ => "",
        };
        put(out, format_args!("<ins{class}><bdi>{}</bdi></ins>", escaped(&side(after))));
    }
    if let Some(row) = row.filter(|row| row.outcome != Fate::Right) {
        original(row, out);
    }
}

fn original(row: &Row, out: &mut String) {
    let text = if row.original.trim().is_empty() { "∅" } else { row.original.trim() };
    put(out, format_args!("<cite title=\"the original\"><bdi>{}</bdi></cite>", escaped(text)));
}

/// `text` for HTML, in text and in attributes with double quotes. Line ends and tabs stay.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            // A carriage return before a line feed is the line's end; HTML would make one of both anyway.
            '\r' => out.push('␍'),
            c => out.push_str(&visible(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::compare;

    #[test]
    fn text_stays_text() {
        let hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{7*7}} \u{202e}\u{1b}[2J \" ' &amp;";
        let page = Html::default().render(&compare(hostile, hostile.as_bytes(), "b\"<b>", b"plain"));
        let page = String::from_utf8(page).unwrap();
        for bad in ["<script", "<img", "\u{202e}", "\u{1b}", "<b>plain", "&amp;amp; &"] {
            assert!(!page.contains(bad), "{bad:?}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("&amp;amp;"));
    }
}
