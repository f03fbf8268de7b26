//! The article of a web page as dom_smoothie gives it, without despin: what `scripts/compare-html.sh` compares with.

use std::io::Read;

fn main() {
    let mut html = String::new();
    std::io::stdin().read_to_string(&mut html).expect("pages of the comparison are UTF-8");
    let config = dom_smoothie::Config { text_mode: dom_smoothie::TextMode::Formatted, ..Default::default() };
    let article = dom_smoothie::Readability::new(html, None, Some(config)).and_then(|mut page| page.parse());
    // A page of which it finds nothing is one of its results.
    println!("{}", article.map(|article| format!("{}\n{}", article.title, article.text_content)).unwrap_or_default());
}
