//! Stand-in until the real one lands.
use crate::text::span::Span;
use crate::text::token::Token;
/// Paragraph lines.
pub fn sentences(text: &str, tokens: &[Token]) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, t) in tokens.iter().enumerate() {
        let s = *start.get_or_insert(t.span.start);
        let gap_has_break = tokens.get(i + 1).is_none_or(|n| text[t.span.end..n.span.start].contains('\n'));
        let stop = std::env::var("SENT").is_ok() && matches!(t.span.of(text), "." | "!" | "?") && tokens.get(i + 1).is_some_and(|n| n.span.start > t.span.end);
        if gap_has_break || stop { out.push(Span::new(s, t.span.end)); start = None; }
    }
    out
}
