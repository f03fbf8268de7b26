//! The blocks of a page, and which of them are the article.

use dom_query::{Document, NodeRef};

/// What a block was on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Heading,
    Paragraph,
    Item,
    Row,
}

/// A stretch of text between the ends of block elements.
#[derive(Debug)]
struct Block {
    kind: Kind,
    text: String,
    /// Letters within links, of all of them.
    n_linked: usize,
    n_letters: usize,
    /// True where it stands in an element for the article.
    is_main: bool,
    /// True where it stands in an element for something else.
    is_aside: bool,
}

/// The article of `doc` as plain text: paragraphs apart by a blank line, headings on lines of their own, entries of lists behind a
/// bullet, rows of tables with their cells apart by a bar. `headline` stands first where the page has no heading of its own.
pub(super) fn article(doc: &Document, headline: Option<&str>) -> String {
    let mut walk = Walk { blocks: Vec::new(), open: None, n_linked: 0, n_letters: 0 };
    walk.page(doc.root());
    let mut blocks = walk.blocks;
    // Where names put all of a page aside, they say nothing.
    if !blocks.iter().any(|block| !block.is_aside && is_prose(block)) {
        blocks.iter_mut().for_each(|block| block.is_aside = false);
    }
    blocks.retain(|block| !block.is_aside);
    // Headings of articles are links to themselves, now and then.
    let is_link =
        |block: &Block| 5 * block.n_linked >= 4 * block.n_letters && block.n_letters > 0 && words(&block.text) < 25;
    blocks.retain(|block| !is_link(block));
    let n_prose = |is_asked: &dyn Fn(&Block) -> bool| -> usize {
        blocks.iter().filter(|block| is_prose(block) && is_asked(block)).map(|block| block.n_letters).sum()
    };
    if 2 * n_prose(&|block| block.is_main) > n_prose(&|_| true) {
        let first = blocks.iter().position(|block| block.is_main).unwrap_or(0);
        let mut at = 0;
        // The headline may stand above the element.
        blocks.retain(|block| {
            at += 1;
            block.is_main || at == first && block.kind == Kind::Heading
        });
    }
    let mut out = String::new();
    if let Some(headline) = headline.filter(|headline| words(headline) >= 4)
        && !blocks.iter().take(3).any(|block| block.kind == Kind::Heading || block.text.contains(headline))
    {
        out.push_str(headline);
    }
    let mut last: Option<Kind> = None;
    for block in &blocks {
        if !out.is_empty() {
            let is_list = last == Some(block.kind) && matches!(block.kind, Kind::Item | Kind::Row);
            out.push_str(if is_list { "\n" } else { "\n\n" });
        }
        if block.kind == Kind::Item {
            out.push_str("• ");
        }
        out.push_str(&block.text);
        last = Some(block.kind);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn is_prose(block: &Block) -> bool {
    words(&block.text) >= 8 && 3 * block.n_linked < block.n_letters
}

/// How a page's elements are walked through: what is open now.
struct Walk {
    blocks: Vec<Block>,
    // The block that is being written.
    open: Option<(Kind, String)>,
    n_linked: usize,
    n_letters: usize,
}

/// What the elements round a text say of it.
#[derive(Debug, Clone, Copy)]
struct Place {
    kind: Kind,
    is_main: bool,
    is_aside: bool,
    is_link: bool,
    is_pre: bool,
}

/// A step of the walk. A list of steps, not recursion: pages can be nested deeper than the stack.
enum Step<'a> {
    Enter(NodeRef<'a>, Place),
    Close(Place),
    Cell,
}

impl Walk {
    fn page<'a>(&mut self, root: NodeRef<'a>) {
        let outside = Place { kind: Kind::Paragraph, is_main: false, is_aside: false, is_link: false, is_pre: false };
        let mut steps = vec![Step::Enter(root, outside)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Close(place) => self.close(place),
                Step::Cell => {
                    if let Some((Kind::Row, text)) = &mut self.open
                        && !text.trim().is_empty()
                    {
                        text.push_str(" | ");
                    }
                }
                Step::Enter(node, place) => self.enter(node, place, &mut steps),
            }
        }
        self.close(outside);
    }

    fn enter<'a>(&mut self, node: NodeRef<'a>, place: Place, steps: &mut Vec<Step<'a>>) {
        if node.is_text() {
            return self.text(&node.text(), place);
        }
        let name = node.node_name().map(|name| name.to_string()).unwrap_or_default();
        if node.is_element() && is_unread(&name, &node) {
            return;
        }
        if name == "br" {
            if let Some((_, text)) = &mut self.open {
                text.push('\n');
            }
            return;
        }
        let within = place_of(&name, &node, place);
        let is_cell = matches!(name.as_str(), "td" | "th") && within.kind == Kind::Row;
        let is_block = is_block(&name) && !(place.kind == Kind::Row && name != "tr" && within.kind == Kind::Row);
        // The last step is done first.
        if is_block {
            self.close(place);
            steps.push(Step::Close(within));
        }
        for child in node.children_it(true) {
            steps.push(Step::Enter(child, within));
        }
        if is_cell {
            steps.push(Step::Cell);
        }
    }

    fn text(&mut self, text: &str, place: Place) {
        let n = text.chars().filter(|c| !c.is_whitespace()).count();
        if n == 0 && self.open.is_none() {
            return;
        }
        self.n_letters += n;
        self.n_linked += if place.is_link { n } else { 0 };
        let (_, open) = self.open.get_or_insert_with(|| (place.kind, String::new()));
        if place.is_pre {
            open.push_str(text);
        } else {
            open.extend(text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{c}') { ' ' } else { c }));
        }
    }

    fn close(&mut self, place: Place) {
        let Some((kind, text)) = self.open.take() else { return };
        let (n_linked, n_letters) = (self.n_linked, self.n_letters);
        (self.n_linked, self.n_letters) = (0, 0);
        let lines: Vec<String> =
            text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let mut text = lines.join("\n").trim().trim_end_matches(" |").to_string();
        while text.contains("\n\n\n") {
            text = text.replace("\n\n\n", "\n\n");
        }
        if !text.is_empty() {
            let (is_main, is_aside) = (place.is_main, place.is_aside);
            self.blocks.push(Block { kind, text, n_linked, n_letters, is_main, is_aside });
        }
    }
}

/// The place of what stands in `node`, which itself stands at `place`.
fn place_of(name: &str, node: &NodeRef, place: Place) -> Place {
    let mut within = place;
    let role = node.attr("role").map(|role| role.to_ascii_lowercase()).unwrap_or_default();
    within.kind = match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
        "li" => Kind::Item,
        "tr" if !is_layout(node) => Kind::Row,
        "td" | "th" | "p" | "div" | "span" | "b" | "i" | "a" | "em" | "strong" if place.kind == Kind::Row => Kind::Row,
        "p" if place.kind == Kind::Item => Kind::Item,
        _ if is_block(name) => Kind::Paragraph,
        _ => place.kind,
    };
    within.is_link |= name == "a";
    within.is_pre |= name == "pre";
    let is_body = matches!(name, "html" | "body" | "article" | "main");
    let is_own = is_body || node.attr("itemprop").is_some_and(|prop| prop.contains("articleBody")) || role == "main";
    within.is_main |= is_own && !matches!(name, "html" | "body");
    let is_named = !is_own && (is_element_aside(name, &role, place.is_main) || is_called_aside(node, place.is_main));
    // Some sites call the body of the page a sidebar's neighbour: an element that holds most of the page's sentences is never aside.
    within.is_aside |= !place.is_aside && is_named && !holds_story(node);
    within
}

/// Elements whose text nobody reads as text.
fn is_unread(name: &str, node: &NodeRef) -> bool {
    const UNREAD: &[&str] = &[
        "script", "style", "noscript", "template", "svg", "math", "button", "select", "textarea", "input", "iframe",
        "object", "canvas", "audio", "video", "head", "title", "dialog", "label", "legend", "map",
    ];
    let style = node.attr("style").map(|style| style.replace(' ', "").to_ascii_lowercase()).unwrap_or_default();
    UNREAD.contains(&name)
        || node.attr("hidden").is_some()
        || node.attr("aria-hidden").is_some_and(|hidden| hidden.eq_ignore_ascii_case("true"))
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
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
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "ul",
    ];
    BLOCKS.contains(&name)
}

/// True for a row that only puts parts of a page side by side: one with a whole text in a cell.
fn is_layout(row: &NodeRef) -> bool {
    const LONGEST_CELL: usize = 300;
    row.children().iter().any(|cell| cell.text().len() > LONGEST_CELL)
}

fn is_element_aside(name: &str, role: &str, is_main: bool) -> bool {
    matches!(name, "nav" | "aside" | "footer" | "form" | "menu")
        || name == "header" && !is_main
        || matches!(
            role,
            "navigation" | "complementary" | "contentinfo" | "search" | "dialog" | "alertdialog" | "menu" | "menubar"
        )
}

/// True where the element's class or id says that it is no part of an article.
fn is_called_aside(node: &NodeRef, is_main: bool) -> bool {
    const ASIDE: &[&str] = &[
        "ad",
        "ads",
        "adslot",
        "advert",
        "advertisement",
        "advertising",
        "banner",
        "breadcrumb",
        "breadcrumbs",
        "cards",
        "comment",
        "comments",
        "consent",
        "cookie",
        "cookies",
        "disqus",
        "donate",
        "donation",
        "feedback",
        "footer",
        "gdpr",
        "jump",
        "masthead",
        "menu",
        "modal",
        "mostread",
        "nav",
        "navbar",
        "navigation",
        "newsletter",
        "outbrain",
        "overlay",
        "pager",
        "pagination",
        "paywall",
        "popular",
        "popup",
        "promo",
        "promos",
        "promotion",
        "recirc",
        "recommendations",
        "recommended",
        "related",
        "respond",
        "search",
        "share",
        "sharing",
        "sidebar",
        "skip",
        "skiplink",
        "social",
        "sponsor",
        "sponsored",
        "sticky",
        "stories",
        "subscribe",
        "subscription",
        "taboola",
        "taglist",
        "tags",
        "teaser",
        "teasers",
        "ticker",
        "toolbar",
        "tools",
        "topbar",
        "trending",
        "upsell",
        "widget",
    ];
    let class = node.attr("class").map(|class| class.to_ascii_lowercase()).unwrap_or_default();
    let id = node.attr("id").map(|id| id.to_ascii_lowercase()).unwrap_or_default();
    let mut tokens = class.split(|c: char| !c.is_alphanumeric()).chain(id.split(|c: char| !c.is_alphanumeric()));
    tokens.any(|token| ASIDE.binary_search(&token).is_ok() || token == "header" && !is_main)
        || class.contains("most-read")
        || class.contains("read-more")
        || class.contains("site-info")
}

/// True where `node` holds more letters of long paragraphs outside links than the page has elsewhere.
fn holds_story(node: &NodeRef) -> bool {
    if node.has_name("header") || node.attr("class").is_some_and(|class| class.contains("header")) {
        // The headline stands in many a header; what else does is short.
        return !node.find(&["h1"]).is_empty() && node.text().len() < 1500;
    }
    let is_comment = ["class", "id"].iter().any(|name| {
        node.attr(name).is_some_and(|name| {
            ["comment", "disqus", "respond"].iter().any(|word| name.to_ascii_lowercase().contains(word))
        })
    });
    if is_comment || node.has_name("nav") {
        return false;
    }
    let Some(body) = node.ancestors(None).into_iter().find(|above| above.has_name("body")) else { return false };
    let (here, all) = (node.text().len(), body.text().len());
    3 * here > 2 * all && here > 400
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_sorted() {
        // `binary_search` needs it.
        let source = include_str!("blocks.rs");
        let list = source.split("const ASIDE: &[&str] = &[").nth(1).unwrap().split(']').next().unwrap();
        let words: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
        assert!(words.is_sorted() && words.len() > 50);
    }
}
