//! Removes tags and comments of HTML that were left in a text, and what scripts and styles hold.
//!
//! Only elements that HTML has, with attributes that are written as such, so that `a <b and c> d` and `Vec<u8>` stay. Tags that
//! end a line on the page end one here. In code everything stays.

use crate::clean::code::Code;
use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "tag";

/// Elements within a line.
const INLINE: &[&str] = &[
    "a",
    "abbr",
    "b",
    "big",
    "bdi",
    "cite",
    "code",
    "del",
    "dfn",
    "em",
    "font",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "mark",
    "nobr",
    "q",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "time",
    "tt",
    "u",
    "var",
    "wbr",
    "button",
    "input",
    "picture",
    "source",
    "object",
    "embed",
    "param",
    "video",
    "audio",
    "iframe",
    "svg",
    "path",
    "figure",
    "figcaption",
];
/// Elements that begin or end a line.
const BLOCK: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "body",
    "head",
    "title",
    "meta",
    "link",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "noscript",
];
/// Elements whose contents are no text.
const SILENT: &[&str] = &["script", "style", "ref"];

/// The longest tag: an image may bring its picture with it.
const LONGEST: usize = 4096;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut code = None;
    let mut at = 0;
    // Where a search for the end of something found none, the next will not either.
    let mut unclosed = Vec::new();
    while let Some(start) = text[at..].find('<').map(|i| at + i) {
        at = start + 1;
        let Some((end, after)) = piece(text, start, &mut unclosed) else { continue };
        if !code.get_or_insert_with(|| Code::of(text)).holds(start) {
            edits.push(edit(text, Span::new(start, end), after, NAME));
        }
        at = end;
    }
    edits
}

/// The end of the tag, comment or silent element at `start`, and what takes its place.
fn piece(text: &str, start: usize, unclosed: &mut Vec<&'static str>) -> Option<(usize, &'static str)> {
    let rest = &text[start..];
    if rest.starts_with("<!--") {
        return Some((start + until(rest, "-->", unclosed)?, ""));
    }
    let (name, is_end, len) = tag(rest)?;
    if let Some(silent) = SILENT.iter().find(|silent| **silent == name) {
        if is_end || rest[..len].ends_with("/>") {
            return Some((start + len, ""));
        }
        let end = match *silent {
            "script" => "</script>",
            "style" => "</style>",
            _ => "</ref>",
        };
        return Some((start + until(rest, end, unclosed)?, ""));
    }
    let end = start + len;
    if INLINE.contains(&&*name) {
        return Some((end, ""));
    }
    if !BLOCK.contains(&&*name) {
        return None;
    }
    // One line end, and none beside another.
    let is_line = |c: Option<char>| c.is_none_or(|c| matches!(c, '\n' | '\r'));
    let before = text[..start].trim_end_matches(' ').chars().next_back();
    let is_needed =
        !is_line(before) && !is_line(text[end..].trim_start_matches(' ').chars().next()) && before != Some('>');
    Some((end, if is_needed { "\n" } else { "" }))
}

/// How far it is to the end of `end` in `rest`.
fn until(rest: &str, end: &'static str, unclosed: &mut Vec<&'static str>) -> Option<usize> {
    if unclosed.contains(&end) {
        return None;
    }
    let found = rest.find(end).map(|i| i + end.len());
    if found.is_none() {
        unclosed.push(end);
    }
    found
}

/// The name of the tag that `rest` begins with, whether it is an end tag, and its length.
fn tag(rest: &str) -> Option<(String, bool, usize)> {
    let (mut at, is_end) = if rest.starts_with("</") { (2, true) } else { (1, false) };
    let n_name = rest[at..].bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
    let name = rest[at..at + n_name].to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    at += n_name;
    let bytes = rest.as_bytes();
    loop {
        let n_space = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        at += n_space;
        match bytes.get(at)? {
            b'>' => return Some((name, is_end, at + 1)),
            b'/' if bytes.get(at + 1) == Some(&b'>') => return Some((name, is_end, at + 2)),
            _ if n_space == 0 || is_end || at > LONGEST => return None,
            _ => at += attribute(&rest[at..])?,
        }
    }
}

/// The length of the attribute that `rest` begins with: a name and a value, or one of the names that need none.
fn attribute(rest: &str) -> Option<usize> {
    let n_name = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':')).count();
    if n_name == 0 {
        return None;
    }
    let Some(value) = rest[n_name..].strip_prefix('=') else {
        return ["async", "defer", "hidden", "disabled", "checked", "allowfullscreen"]
            .contains(&&rest[..n_name])
            .then_some(n_name);
    };
    let head = n_name + 1;
    match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let end = value[1..].bytes().take(LONGEST).position(|b| b == quote as u8)?;
            Some(head + end + 2)
        }
        _ => {
            let n = value
                .bytes()
                .take(LONGEST)
                .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'"' | b'\'' | b'<'))
                .count();
            (n > 0).then_some(head + n)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn tags_go() {
        check("a <b>bold</b> <a href=\"/x?y=1\" class=z>link</a>", "a bold link");
        check("one<br/>two<p>three</p>\n", "one\ntwo\nthree\n");
        check("a<!-- no\n -->b <IMG SRC='x'/>c", "ab c");
        check("a<script>var x = '<b>';</script>b<style>p {}</style>", "ab");
        check("It fell.<ref name=\"x\">Smith</ref> It rose.<ref name=y />", "It fell. It rose.");
    }

    #[test]
    fn what_is_no_tag_stays() {
        for text in [
            "a <b and c> d",
            "Vec<u8>",
            "x < y > z",
            "I <3 you",
            "<unknown>",
            "a <b",
            "<script>never closed",
            "< b>",
            "`<b>`",
            "<a@b.org>",
        ] {
            check(text, text);
        }
        check("```\n<b>x</b>\n```\n<b>y</b>", "```\n<b>x</b>\n```\ny");
    }
}
