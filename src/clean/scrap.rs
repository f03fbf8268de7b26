//! Removes lines of JSON and JavaScript that a page left in its prose: schema data, tracking calls, advertisement slots.
//!
//! A text that has other code is about code, and keeps everything; so does one of which such lines are the greater part.

use crate::clean::code::{Code, is_code_line};
use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "scrap";

/// Names that pages call and articles do not write about in lines of their own.
const CALLS: &[&str] = &[
    "window.dataLayer",
    "window.adsbygoogle",
    "(adsbygoogle",
    "googletag.",
    "gtag(",
    "ga('",
    "fbq(",
    "_gaq.",
    "document.write(",
    "document.getElementById(",
    "window.addEventListener(",
    "jQuery(",
    "$(document)",
    "$(function",
    "window.__",
    "window._",
    "OneSignal.",
    "__tcfapi(",
    "var _",
    "(function(",
    "!function(",
    "new Image(",
    "window.googletag",
    "window.disqus",
    "var disqus",
    "window.NREUM",
];

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut spans = Vec::new();
    let (mut n_scrap, mut n_rest) = (0, 0);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_matches([' ', '\t', '\n', '\r']);
        if is_json(trimmed) || is_call(trimmed) {
            spans.push(Span::new(at, at + line.len()));
            n_scrap += trimmed.len();
        } else {
            n_rest += trimmed.len();
        }
        at += line.len();
    }
    if spans.is_empty() || n_rest < n_scrap / 4 || n_rest == 0 || has_other_code(text, &spans) {
        return Vec::new();
    }
    spans.into_iter().map(|span| edit(text, span, "", NAME)).collect()
}

fn has_other_code(text: &str, spans: &[Span]) -> bool {
    let mut at = 0;
    let mut scraps = spans.iter().peekable();
    let is_other = text.split_inclusive('\n').any(|line| {
        let is_scrap = scraps.next_if(|span| span.start == at).is_some();
        at += line.len();
        !is_scrap && is_code_line(line)
    });
    is_other || Code::of(text).has_fence
}

/// A whole object or list of objects, with a name in quotation marks.
fn is_json(line: &str) -> bool {
    let is_shaped =
        (line.starts_with("{\"") && line.ends_with('}')) || (line.starts_with("[{\"") && line.ends_with("}]"));
    is_shaped && line.contains("\":") && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok()
}

fn is_call(line: &str) -> bool {
    line.ends_with([';', '}'])
        && CALLS.iter().any(|call| line.starts_with(call) || line.contains(&format!(" {call}")))
        && line.contains(['(', '='])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn scraps_in_prose_go() {
        let prose = "The council met on Tuesday and talked about the harbour for hours.\n";
        for scrap in [
            "{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\"}\n",
            "window.dataLayer = window.dataLayer || [];\n",
            "googletag.cmd.push(function() { googletag.display('div-1'); });\n",
            "(adsbygoogle = window.adsbygoogle || []).push({});\n",
        ] {
            check(&format!("{prose}{scrap}{prose}"), &format!("{prose}{prose}"));
        }
    }

    #[test]
    fn code_stays() {
        for text in [
            "{\"a\": 1}\n",
            "Write this:\n\nlet x = f();\nwindow.dataLayer = [];\n",
            "He said {this}; she left;\n",
            "Use it so.\n```\n{\"a\":1}\n```\n",
        ] {
            check(text, text);
        }
    }
}
