//! The review page: one HTML file in which a person decides about each change, and that asks nothing of any network.
//!
//! The page may run its own script and nothing else: its Content-Security-Policy names the script and the style by digest,
//! and forbids all that would fetch, evaluate or make elements from strings. Texts are in it as JSON, which the script puts
//! on the page as text. docs/review-page.md describes it to those who use it.

mod data;

use std::borrow::Cow;

use crate::render::html::escaped;
use crate::render::review_page::data::Data;
use crate::render::{csp, is_unseen, visible};
use crate::report::Report;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// One script, in files by duty; each uses what those before it define.
const SCRIPT: &str = concat!(
    include_str!("js/model.js"),
    include_str!("js/exchange.js"),
    include_str!("js/text.js"),
    include_str!("js/panel.js"),
    include_str!("js/page.js"),
);

/// A page for reviewing `files`, each a name and what became of it.
///
/// Decisions that a report has, but for skips, stand on the page as made already. The same reports always give the same
/// page.
///
/// ```
/// use despin::render::review_page::review_page;
/// use despin::review::Threshold;
/// # use despin::Despinner;
///
/// let article = include_bytes!("../../../fixtures/restore/harbour_article/input.txt");
/// let report = Despinner::builtin()?.review(article, &mut Threshold::Nothing);
/// let page = review_page(&[("harbour.txt", &report)]);
/// assert!(page.starts_with("<!doctype html>"));
/// # Ok::<(), despin::Error>(())
/// ```
pub fn review_page(files: &[(&str, &Report)]) -> String {
    let json = serde_json::to_string(&Data::new(files)).expect("strings, numbers and lists are JSON");
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    fill(PAGE, |name| match name {
        "policy" => csp::policy(STYLE, SCRIPT).into(),
        "title" => escaped(&visible(&names.join(", "))).into(),
        "style" => STYLE.into(),
        "script" => SCRIPT.into(),
        "data" => escape_json(&json).into(),
        _ => Cow::Borrowed(""),
    })
}

/// `template` with each `{{name}}` replaced; what is put in is not looked at again, so braces of a text stay braces.
fn fill<'a>(template: &str, value: impl Fn(&str) -> Cow<'a, str>) -> String {
    let mut parts = template.split("{{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("each {{ of the template has its }}");
        out.push_str(&value(name));
        out.push_str(rest);
    }
    out
}

/// `json` as the contents of a script element: the same JSON, with nothing in it that ends or opens an element, and nothing
/// that an editor would not show.
fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        // Outside of strings there are none of these.
        if matches!(c, '<' | '>' | '&') || is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Despinner, Options};
    use crate::review::{Decision, Ledger, Replay, Threshold};

    const SPUN: &str = include_str!("../../../fixtures/restore/harbour_article/input.txt");
    const HOSTILE: &str =
        "</script><script>alert(1)</script> {{script}} <!-- <img src=x onerror=alert(2)> \u{2028}\u{202e}&lt;\n";

    /// The page of `text`, restored by force, and what its data say.
    fn page(name: &str, text: &str) -> (String, serde_json::Value) {
        let options = Options { is_forced: true, clean: None, ..Options::default() };
        let report = Despinner::builtin().unwrap().with(options).review(text.as_bytes(), &mut Threshold::Nothing);
        let page = review_page(&[(name, &report)]);
        let json = element(&page, "<script id=\"data\" type=\"application/json\">", "</script>");
        let data = serde_json::from_str(json).unwrap();
        (page, data)
    }

    fn element<'a>(page: &'a str, open: &str, close: &str) -> &'a str {
        let rest = page.split_once(open).unwrap_or_else(|| panic!("no {open}")).1;
        rest.split_once(close).unwrap().0
    }

    /// The text that the pieces of the first file make, each change checked on the way.
    fn text_of(data: &serde_json::Value) -> String {
        let file = &data["files"][0];
        let mut text = String::new();
        for block in file["blocks"].as_array().unwrap() {
            assert_eq!(block["line"], 1 + text.matches('\n').count());
            for piece in block["pieces"].as_array().unwrap() {
                let Some(idx) = piece.as_u64() else {
                    text.push_str(piece.as_str().unwrap());
                    continue;
                };
                let change = &file["changes"][idx as usize];
                assert_eq!(change["start"], text.len());
                assert!(text.ends_with(change["prefix"].as_str().unwrap()));
                text.push_str(change["before"].as_str().unwrap());
                assert_eq!(change["end"], text.len());
                let pair = &data["pairs"][change["pair"].as_u64().unwrap() as usize];
                assert_eq!([&pair[0], &pair[1]], [&change["before"], &change["after"]]);
            }
        }
        text
    }

    #[test]
    fn nothing_of_the_text_is_markup() {
        let (page, data) = page("<b>&{{data}}\u{202e}.txt", HOSTILE);
        assert_eq!(text_of(&data), HOSTILE);
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains(['\u{2028}', '\u{202e}']));
        assert!(page.contains("<title>&lt;b&gt;&amp;{{data}}\\u{202e}.txt"), "{}", &page[..600]);
    }

    #[test]
    fn the_policy_names_what_is_in_the_page() {
        let (page, _) = page("a.txt", SPUN);
        let policy = element(&page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
        let style = csp::source(element(&page, "<style>", "</style>"));
        let script = csp::source(element(&page, "<script>", "</script>"));
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(policy.contains(&format!("style-src {style};")) && policy.contains(&format!("script-src {script};")));
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        // Where the policy came after what it forbids, it would not hold for it.
        assert!(page.find("<style>").unwrap() > page.find("Content-Security-Policy").unwrap());
    }

    #[test]
    fn nothing_is_fetched() {
        for part in [PAGE, STYLE, SCRIPT] {
            for word in
                ["http:", "https:", "//cdn", "@import", "url(", "fetch(", "eval(", "innerHTML", " style=\"", "onclick="]
            {
                let found = part.matches(word).count()
                    - part.matches("http://www.w3.org/2000/svg").count() * usize::from(word == "http:");
                assert_eq!(found, 0, "{word}");
            }
        }
        assert_eq!(SCRIPT.matches("</").count(), 0, "a script element would end there");
        assert!(!PAGE.contains("src="), "an element of the page has a source");
    }

    #[test]
    fn pieces_and_changes_give_the_text() {
        let (_, data) = page("a.txt", SPUN);
        let file = &data["files"][0];
        let changes = file["changes"].as_array().unwrap();
        assert!(changes.len() > 50, "{}", changes.len());
        assert_eq!(text_of(&data), SPUN);
    }

    #[test]
    fn earlier_decisions_stand_on_the_page() {
        let at = SPUN.find("mentioned").unwrap();
        let line = |decision: &str| format!(r#"{{"start":{at},"end":{},"before":"mentioned",{decision}}}"#, at + 9);
        for (decision, expected) in [
            (r#""decision":"reject""#, Decision::Reject),
            (r#""decision":"rewrite","text":"said so""#, Decision::Rewrite("said so".to_string())),
        ] {
            let mut replay = Replay::new(Ledger::read("d", &line(decision)).unwrap());
            let report = Despinner::builtin().unwrap().review(SPUN.as_bytes(), &mut replay);
            assert!(report.decisions.contains(&expected));
            let page = review_page(&[("a.txt", &report)]);
            let word = decision.split('"').nth(3).unwrap();
            assert_eq!(page.matches(&format!(r#""decision":"{word}""#)).count(), 1, "{word}");
        }
    }

    #[test]
    fn the_same_reports_give_the_same_page() {
        assert_eq!(page("a.txt", SPUN).0, page("a.txt", SPUN).0);
    }
}
