//! What cleaning costs, in bytes a second: on text that is clean already, rule by rule and together, on damaged text, and by size.
//! `cargo bench --bench clean`.

use std::fs;

use despin::clean::boilerplate::Removal;
use despin::clean::{Options, clean, rules};
use despin::text::source::{Encoding, Layout, Source};
use divan::Bencher;
use divan::counter::BytesCount;

/// Bytes of a text, unless a size is what is measured.
const USUAL: usize = 8_000_000;

fn main() {
    divan::main();
}

/// About `n_bytes` of clean English: the paragraphs of the genuine fixtures again and again, each time with another sentence at the end.
fn clean_text(n_bytes: usize) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/genuine");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("input.txt")).collect();
    paths.sort();
    let texts: Vec<String> = paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let all_rules = Options { removal: Removal::USUAL, ..Options::default() };
    let texts: Vec<String> = texts.iter().map(|text| clean(text, &all_rules).apply(text).unwrap()).collect();
    let paragraphs: Vec<&str> = texts.iter().flat_map(|text| text.split("\n\n")).map(str::trim).collect();
    let mut text = String::with_capacity(n_bytes + 2000);
    for n in 0.. {
        let paragraph = paragraphs[n % paragraphs.len()];
        text.push_str(&format!("{paragraph} So it was on day {n}, as {} people said.\n\n", n * 7919 % 1000));
        if text.len() >= n_bytes {
            break;
        }
    }
    let text = text.trim_end().to_string() + "\n";
    assert!(clean(&text, &all_rules).is_empty(), "the text is not clean");
    text
}

/// The same with something to mend in every other paragraph.
fn damaged_text(n_bytes: usize) -> String {
    let damage = [
        "Itâ€™s so. ",
        "Tom &amp; Ann.  ",
        "<b>Bold</b> it was. ",
        "A soft\u{ad}ened word. ",
        "{that a} man. ",
        "End.[12] ",
    ];
    let text = clean_text(n_bytes);
    let paragraphs = text.split("\n\n").enumerate();
    let damaged = paragraphs
        .map(|(n, text)| if n % 2 == 0 { format!("{}{text}", damage[n / 2 % damage.len()]) } else { text.to_string() });
    damaged.collect::<Vec<_>>().join("\n\n")
}

fn measure(bencher: Bencher, text: &str, options: &Options) {
    bencher.counter(BytesCount::of_str(text)).bench(|| clean(text, options));
}

#[divan::bench(sample_count = 5)]
fn clean_by_all_rules(bencher: Bencher) {
    measure(bencher, &clean_text(USUAL), &Options { removal: Removal::USUAL, ..Options::default() });
}

#[divan::bench(sample_count = 5)]
fn clean_by_all_rules_but_boilerplate(bencher: Bencher) {
    measure(bencher, &clean_text(USUAL), &Options::default());
}

#[divan::bench(sample_count = 5, args = rules().iter().map(|rule| rule.name))]
fn clean_by_rule(bencher: Bencher, rule: &str) {
    let options = Options { only: vec![rule.to_string()], removal: Removal::USUAL, ..Options::default() };
    measure(bencher, &clean_text(USUAL), &options);
}

#[divan::bench(sample_count = 5, args = [1, 2, 4, 8, 16])]
fn clean_by_size(bencher: Bencher, megabytes: usize) {
    measure(bencher, &clean_text(megabytes * 1_000_000), &Options { removal: Removal::USUAL, ..Options::default() });
}

#[divan::bench(sample_count = 5, args = [1, 2, 4, 8])]
fn damaged_by_size(bencher: Bencher, megabytes: usize) {
    measure(bencher, &damaged_text(megabytes * 1_000_000), &Options { removal: Removal::USUAL, ..Options::default() });
}

#[divan::bench(sample_count = 5)]
fn one_line(bencher: Bencher) {
    let text = clean_text(USUAL).replace("\n\n", " ");
    measure(bencher, &text, &Options { removal: Removal::USUAL, ..Options::default() });
}

#[divan::bench(sample_count = 5, args = ["utf-8", "windows-1252", "utf-16le", "shift_jis", "gbk"])]
fn read(bencher: Bencher, label: &str) {
    let encoding = Encoding::for_label(label).unwrap();
    // What all of these have besides ASCII are few signs; the rest of the text decides.
    let text: String = clean_text(USUAL).chars().filter(|c| encoding.fits(c.encode_utf8(&mut [0; 4]))).collect();
    let bytes = Layout { encoding, ..Layout::default() }.encode(&text);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| Source::decode(&bytes));
}
