//! Reads character references of HTML: `&amp;`, `&#8217;`, `&#x2019;`, and what was escaped several times over.
//!
//! A reference without its semicolon is left, as `&copy` may be part of an address, and so is one of no known name. In code
//! all are left.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::clean::code::Code;
use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::source::windows_1252;
use crate::text::span::Span;

pub(super) const NAME: &str = "entity";

/// The longest name, and the most digits, with room to spare.
const LONGEST: usize = 16;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut code = None;
    let mut at = 0;
    while let Some(start) = text[at..].find('&').map(|i| at + i) {
        at = start + 1;
        let Some((end, c)) = reference(text, start) else { continue };
        let code = code.get_or_insert_with(|| Code::of(text));
        if !code.holds(start) {
            edits.push(edit(text, Span::new(start, end), c, NAME));
        }
        at = end;
    }
    edits
}

/// The end of the reference at `start`, and the character that it is in the end.
fn reference(text: &str, start: usize) -> Option<(usize, char)> {
    let mut at = start;
    let mut found = None;
    // `&amp;amp;quot;`: each `amp;` is the ampersand of what follows.
    while let Some((name, end)) = name(&text[at + 1..]).map(|(name, n)| (name, at + 1 + n)) {
        let Some(c) = character(name) else { break };
        found = Some((end, c));
        if c != '&' || end == at + 1 {
            break;
        }
        // From here the last byte of the reference, the semicolon, is as good as an ampersand.
        at = end - 1;
    }
    found
}

/// The name that `rest` begins with and how many bytes it takes with its semicolon.
fn name(rest: &str) -> Option<(&str, usize)> {
    let len = rest.bytes().take(LONGEST + 1).position(|b| !(b.is_ascii_alphanumeric() || b == b'#'))?;
    (len > 0 && rest.as_bytes()[len] == b';').then(|| (&rest[..len], len + 1))
}

fn character(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return NAMES.get(name).copied();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // HTML, "numeric character reference end state": these are bytes of Windows-1252.
    if (0x80..=0x9f).contains(&code) {
        return Some(windows_1252(code as u8)).filter(|c| !c.is_control());
    }
    char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
}

static NAMES: LazyLock<FxHashMap<&'static str, char>> = LazyLock::new(|| {
    let lines = include_str!("entities.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (name, code) = line.split_once('\t')?;
            Some((name, u32::from_str_radix(code, 16).ok().and_then(char::from_u32)?))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn references_become_characters() {
        check("Tom &amp; Jerry &lt;3 &quot;x&quot;", "Tom & Jerry <3 \"x\"");
        check("It&#8217;s &#x2019; caf&eacute; &#146;", "It’s ’ café ’");
        check("5&nbsp;km", "5\u{a0}km");
    }

    #[test]
    fn several_layers_are_one_edit() {
        check("&amp;amp;quot;No&amp;quot; &amp;#8217; &amp;amp;", "\"No\" ’ &");
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in [
            "AT&T; R&D;",
            "a & b; c",
            "&;",
            "&#;",
            "&#xZ;",
            "&#0;",
            "&#xD800;",
            "&#99999999999;",
            "?a=1&copy=2",
            "&unknown;",
        ] {
            check(text, text);
        }
        check("Write `&amp;` for it", "Write `&amp;` for it");
        check("```\na &amp; b\n```\n&amp;", "```\na &amp; b\n```\n&");
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let n_lines = include_str!("entities.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(NAMES.len(), n_lines);
    }
}
