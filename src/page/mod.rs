//! Web pages: whether a text is HTML, and the article that stands in it as plain text.
//!
//! Readability and its ports choose one element and drop what is beside it. Here every block of the page is looked at by itself:
//! what its element and those round it are called, how much of it is links, and whether it stands where most of the page's
//! sentences stand. What is flat text already is left to the cleaning rule `boilerplate`.

mod blocks;
mod parse;

use dom_query::Document;
use dom_smoothie::Readability;
use serde::Serialize;

use crate::text::edit::{Cause, Edit, EditScript};
use crate::text::span::Span;

/// Whether a text is read as a web page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Html {
    /// Where it begins as one.
    #[default]
    Sniffed,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a page says of its article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The headline.
    pub headline: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// When it was published, as the page has it.
    pub date: Option<String>,
    /// The page's own address.
    pub canonical_url: Option<String>,
    /// What the site is called.
    pub site_name: Option<String>,
    /// The language, as a BCP 47 tag.
    pub language: Option<String>,
}

/// The article of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The article as plain text.
    pub text: String,
    /// What the page says of it.
    pub metadata: Metadata,
}

/// What the edit is called that turns a page into its article.
pub const RULE: &str = "extract";

impl Page {
    /// The page that `text` is, if `html` says that it is one. What nests deeper than a browser draws is none.
    ///
    /// ```
    /// use despin::page::{Html, Page};
    /// let html = "<!doctype html><nav><a>Menu</a></nav><article><h1>Rain</h1><p>It rained all day.</p></article>";
    /// assert_eq!(Page::of(html, Html::Sniffed).unwrap().text, "Rain\n\nIt rained all day.\n");
    /// assert!(Page::of("It rained all day.", Html::Sniffed).is_none());
    /// ```
    pub fn of(text: &str, html: Html) -> Option<Page> {
        let is_page = match html {
            Html::Sniffed => is_html(text),
            Html::Always => !text.is_empty(),
            Html::Never => false,
        };
        if !is_page {
            return None;
        }
        let readability = Readability::with_document(parse::parse(text)?, None, None).ok()?;
        let metadata = metadata(&readability);
        let text = blocks::article(&readability.doc, metadata.headline.as_deref());
        Some(Page { text, metadata })
    }

    /// The edit that makes the article of `source`, the page as it was.
    pub fn script(&self, source: &str) -> EditScript {
        let edit = Edit {
            span: Span::new(0, source.len()),
            before: source.to_string(),
            after: self.text.clone(),
            cause: Cause::rule(RULE),
        };
        EditScript::new(vec![edit]).expect("one edit over the whole text")
    }
}

/// True where `text` begins as a web page does, or has many of a page's elements near its beginning.
pub fn is_html(text: &str) -> bool {
    const NEAR: usize = 4000;
    const MANY: usize = 5;
    let begin = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if !begin.starts_with('<') {
        return false;
    }
    let head: String = begin.chars().take(NEAR).map(|c| c.to_ascii_lowercase()).collect();
    let begins = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.starts_with(tag));
    let is_xhtml = head.starts_with("<?xml") && head.contains("<html");
    let n_blocks: usize =
        ["<p>", "<p ", "<div", "<br", "<table", "<li", "<h1", "<h2"].iter().map(|tag| head.matches(tag).count()).sum();
    begins || is_xhtml || n_blocks >= MANY
}

fn metadata(readability: &Readability) -> Metadata {
    let found = readability.get_article_metadata(readability.parse_json_ld());
    let tidy = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(words.join(" ")).filter(|text| !text.is_empty())
    };
    let doc: &Document = &readability.doc;
    let attr =
        |selector: &str, name: &str| doc.select(selector).iter().next().and_then(|node| tidy(&node.attr_or(name, "")));
    Metadata {
        headline: tidy(&found.title),
        byline: found.byline.as_deref().and_then(tidy),
        date: found
            .published_time
            .as_deref()
            .and_then(tidy)
            .or_else(|| attr("meta[property='article:published_time']", "content"))
            .or_else(|| attr("time[datetime]", "datetime")),
        canonical_url: attr("link[rel='canonical']", "href")
            .or_else(|| attr("meta[property='og:url']", "content"))
            .or(found.url.as_deref().and_then(tidy)),
        site_name: found.site_name.as_deref().and_then(tidy),
        language: found.lang.as_deref().and_then(tidy).or_else(|| attr("html[lang]", "lang")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_texts() {
        for page in
            ["<!DOCTYPE html><p>x", " \n<html lang=en>", "<?xml version='1.0'?><html>", "<div><p>a<p>b<br><li>c</div>"]
        {
            assert!(is_html(page), "{page}");
        }
        for text in ["", "A text with <b>bold</b>.", "<3 is a heart", "{\"html\": \"<p>\"}"] {
            assert!(!is_html(text), "{text}");
        }
    }

    #[test]
    fn metadata_is_read() {
        let html = r#"<!doctype html><html lang="en"><head><title>Rain at last | The Dry Post</title>
            <meta property="og:site_name" content="The Dry Post"><link rel="canonical" href="https://dry.example/rain">
            <script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Rain at last",
            "author":{"@type":"Person","name":"Ann Bell"},"datePublished":"2020-01-02"}</script></head><body><p>It rained.</p></body></html>"#;
        let found = Page::of(html, Html::Sniffed).unwrap().metadata;
        assert_eq!(found.headline.as_deref(), Some("Rain at last"));
        assert_eq!(found.byline.as_deref(), Some("Ann Bell"));
        assert_eq!(found.date.as_deref(), Some("2020-01-02"));
        assert_eq!(found.canonical_url.as_deref(), Some("https://dry.example/rain"));
        assert_eq!(found.site_name.as_deref(), Some("The Dry Post"));
        assert_eq!(found.language.as_deref(), Some("en"));
    }

    #[test]
    fn blocks_become_lines() {
        let html = "<html><body><main><h1>Tea</h1><p>Two<br>lines &amp; more.</p><ul><li>one</li><li>two</li></ul>
            <table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table><script>x()</script></main></body></html>";
        let page = Page::of(html, Html::Sniffed).unwrap();
        assert_eq!(page.text, "Tea\n\nTwo\nlines & more.\n\n• one\n• two\n\na | b\nc | d\n");
        assert_eq!(page.script(html).apply(html).unwrap(), page.text);
    }

    #[test]
    fn any_page_will_do() {
        for html in ["<html>", "<html></p></div><td>x", "<html><body><!-- x --></body>"] {
            Page::of(html, Html::Sniffed).unwrap();
        }
        let deep = |n: usize| format!("<html>{}x{}", "<div>".repeat(n), "</div>".repeat(n));
        assert_eq!(Page::of(&deep(500), Html::Sniffed).unwrap().text, "x\n");
        assert_eq!(Page::of(&deep(200_000), Html::Always), None);
    }
}
