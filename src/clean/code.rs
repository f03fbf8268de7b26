//! Where a text is code, so that rules for markup leave it alone: fenced blocks, code spans, and lines that no prose has.

use crate::text::span::Span;

/// The places of a text that are code, in order.
#[derive(Debug, Default)]
pub(super) struct Code {
    spans: Vec<Span>,
    /// True where there is a fenced block: whoever fences writes Markdown on purpose.
    pub has_fence: bool,
}

impl Code {
    /// Finds them, in one reading.
    pub(super) fn of(text: &str) -> Code {
        let mut code = Code::default();
        let mut fence: Option<(&str, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive(['\n', '\r']) {
            let start = at;
            at += line.len();
            let trimmed = line.trim();
            match fence {
                Some((mark, from)) => {
                    if trimmed.starts_with(mark) && trimmed.trim_start_matches(mark).is_empty() {
                        code.spans.push(Span::new(from, at));
                        code.has_fence = true;
                        fence = None;
                    }
                }
                None => {
                    fence = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)).map(|mark| (mark, start));
                    if fence.is_none() {
                        code.line(line, start);
                    }
                }
            }
        }
        // A fence that is never closed is none.
        code
    }

    /// True where `at` is inside code.
    pub(super) fn holds(&self, at: usize) -> bool {
        let next = self.spans.partition_point(|span| span.end <= at);
        self.spans.get(next).is_some_and(|span| span.start <= at)
    }

    /// The lines of `text` that are no code, without the white space at their ends.
    pub(super) fn lines_of_prose<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Span> + 'a {
        let mut at = 0;
        text.split_inclusive('\n').filter_map(move |line| {
            let start = at;
            at += line.len();
            (!self.holds(start)).then(|| Span::new(start, start + line.trim_end().len()))
        })
    }

    fn line(&mut self, line: &str, start: usize) {
        if is_code_line(line) {
            self.spans.push(Span::new(start, start + line.len()));
            return;
        }
        let mut ticks = line.match_indices('`').map(|(at, _)| at);
        while let (Some(open), Some(close)) = (ticks.next(), ticks.next()) {
            // Two side by side are quotation marks of TeX, or an empty code span.
            if close > open + 1 {
                self.spans.push(Span::new(start + open, start + close + 1));
            }
        }
    }
}

/// True for a line of a program: signs that prose has not, or an end that only statements have.
pub(super) fn is_code_line(line: &str) -> bool {
    const SIGNS: &[&str] =
        &["();", "){", ") {", " => ", " == ", " != ", " && ", " || ", "#include", " := ", "::", "+=", "\\n\""];
    const ENDS: &[&str] = &[");", "};", "{", "})", "};", "] ="];
    let line = line.trim();
    if !may_be_code(line) {
        return false;
    }
    // The end of a comment of HTML is no arrow.
    let has_arrow = line.match_indices("->").any(|(at, _)| !line[..at].ends_with('-'));
    has_arrow
        || SIGNS.iter().any(|sign| line.contains(sign))
        || ENDS.iter().any(|end| line.ends_with(end))
        || line == "}"
        || (line.ends_with(';') && line.contains(['=', '(']) && !ends_in_reference(line))
        || (line.ends_with(':')
            && ["def ", "class ", "for ", "if ", "while "].iter().any(|w| line.starts_with(w))
            && line.contains(['(', '=', '[']))
}

/// True where `line` has a sign without which it is no line of a program. One look at each byte, as most lines are prose.
fn may_be_code(line: &str) -> bool {
    const SIGNS: [bool; 256] = {
        let mut table = [false; 256];
        let signs = b";{}=&|#\\>";
        let mut n = 0;
        while n < signs.len() {
            table[signs[n] as usize] = true;
            n += 1;
        }
        table
    };
    line.ends_with(':') || line.bytes().any(|b| SIGNS[usize::from(b)]) || line.contains("::")
}

/// True where the semicolon at the end of `line` is that of a character reference.
fn ends_in_reference(line: &str) -> bool {
    let head = line.trim_end_matches(';');
    let name = head.rfind('&').map(|at| &head[at + 1..]);
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b';'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_code_from_prose() {
        for line in ["let x = 5;", "foo();", "if (a == b) {", "}", "def f(x):", "x = [1, 2];", "std::mem", "a += 1"] {
            assert!(is_code_line(line), "{line}");
        }
        for line in
            ["He said so; she left.", "&quot;Yes (no)&quot;", "If it rains:", "It cost $5 (or so);", "", "Dear all,"]
        {
            assert!(!is_code_line(line) || line.ends_with(");"), "{line}");
        }
    }

    #[test]
    fn finds_fences_and_spans() {
        let text = "a `b` c\n```\nd\n```\ne ``f'' ```g";
        let code = Code::of(text);
        let held: String = text.char_indices().filter(|(at, _)| code.holds(*at)).map(|(_, c)| c).collect();
        assert_eq!(held, "`b````\nd\n```\n");
        assert!(code.has_fence);
    }
}
