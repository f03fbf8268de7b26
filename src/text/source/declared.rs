//! What a web page says its encoding is: `<meta charset>`, `http-equiv`, or the XML declaration.
//!
//! Source: the WHATWG HTML Standard, "prescan a byte stream to determine its encoding", without the attribute parser: a
//! declaration in an attribute of another name does not occur.

use crate::text::source::code_page::CodePage;
use crate::text::source::encoding::Encoding;

/// Bytes in which a declaration is looked for. The standard has 1024; pages with long comments at the top put it later.
const NEAR: usize = 4096;

/// The code page that `bytes` declare, where they begin as a page does.
///
/// A page that is not UTF-8 and says it is says nothing, nor does one that is readable as ASCII and says it is UTF-16.
pub(super) fn declared(bytes: &[u8]) -> Option<CodePage> {
    let head = bytes[..bytes.len().min(NEAR)].to_ascii_lowercase();
    let head = head.trim_ascii_start();
    if !head.starts_with(b"<") {
        return None;
    }
    let in_xml = head.strip_prefix(b"<?xml").and_then(|rest| value(until(rest, b"?>"), b"encoding"));
    let label = in_xml.or_else(|| in_meta(head))?;
    match Encoding::for_label(std::str::from_utf8(label).ok()?) {
        Ok(Encoding::CodePage(page)) => Some(page),
        _ => None,
    }
}

fn in_meta(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head;
    loop {
        rest = &rest[find(rest, b"<")?..];
        if rest.starts_with(b"<!--") {
            rest = &rest[find(rest, b"-->")?..];
        } else if let Some(tag) = rest.strip_prefix(b"<meta")
            && let Some(label) = value(until(tag, b">"), b"charset")
        {
            return Some(label);
        } else if rest.starts_with(b"<body") {
            return None;
        }
        rest = &rest[1..];
    }
}

/// What stands behind `name` and an equals sign in `tag`, with or without quotation marks.
fn value<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = tag;
    loop {
        rest = &rest[find(rest, name)? + name.len()..];
        let Some(behind) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let behind = behind.trim_ascii_start();
        let behind =
            behind.strip_prefix(b"\"").or_else(|| behind.strip_prefix(b"'")).unwrap_or(behind).trim_ascii_start();
        let is_label = |b: &u8| b.is_ascii_alphanumeric() || b"-_:.".contains(b);
        let label = &behind[..behind.iter().position(|b| !is_label(b)).unwrap_or(behind.len())];
        return (!label.is_empty()).then_some(label);
    }
}

fn until<'a>(bytes: &'a [u8], end: &[u8]) -> &'a [u8] {
    &bytes[..find(bytes, end).unwrap_or(bytes.len())]
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: Option<&str>) {
        let found = declared(page.as_bytes()).map(|page| Encoding::CodePage(page).name());
        assert_eq!(found.as_deref(), expected, "{page}");
    }

    #[test]
    fn declarations_are_found() {
        check("<!doctype html><meta charset=windows-1251>", Some("windows-1251"));
        check("\n<html><head><META CharSet = 'KOI8-R' />", Some("koi8-r"));
        check(r#"<html><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">"#, Some("shift_jis"));
        check("<?xml version='1.0' encoding='iso-8859-2'?><html>", Some("iso-8859-2"));
        check("<html><!-- <meta charset=big5> --><meta name=x><meta charset=gbk>", Some("gbk"));
        check("<html><meta name=charset content=x><meta charset=\"euc-kr\">", Some("euc-kr"));
    }

    #[test]
    fn what_is_no_declaration_is_none() {
        for page in [
            "",
            "charset=koi8-r",
            "<html>",
            "<",
            "<meta charset=",
            "<meta charset=utf-16>",
            "<meta charset=utf-8>",
            "<meta charset=klingon>",
            "<!-- <meta charset=big5>",
            "<html><body><meta charset=big5>",
            "<?xml version='1.0'?>",
        ] {
            check(page, None);
        }
    }
}
