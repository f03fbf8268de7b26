//! Texts in the code pages of their languages are read as what they say. `-- --nocapture` prints the table of docs/encodings.md.

use std::collections::BTreeMap;
use std::fs;

use despin::text::source::{Encoding, Layout, Source};

const SENTENCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/encodings/sentences.tsv");

/// A text in one of its code pages.
struct Sample {
    page: Encoding,
    language: String,
    text: String,
}

fn samples() -> Vec<Sample> {
    let table = fs::read_to_string(SENTENCES).unwrap();
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let of_line = |line: &str| -> Vec<Sample> {
        let [pages, language, text] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let page = |label: &str| Encoding::for_label(label).unwrap();
        let sample = |label| Sample { page: page(label), language: language.into(), text: text.into() };
        pages.split(' ').map(sample).collect()
    };
    lines.flat_map(of_line).collect()
}

fn written(text: &str, page: Encoding) -> Vec<u8> {
    assert!(page.fits(text), "{page}: {text}");
    Layout { encoding: page, ..Layout::default() }.encode(text)
}

/// `text` up to its first full stop.
fn first_sentence(text: &str) -> &str {
    let end = text.find(['.', '。']).map_or(text.len(), |at| at + text[at..].chars().next().unwrap().len_utf8());
    &text[..end]
}

/// What statistics take for something else: such files need a declaration or `--encoding`. Lithuanian passes for Icelandic.
const NOT_GUESSED: &[(&str, &str)] = &[("windows-1257", "Lithuanian"), ("iso-8859-13", "Lithuanian")];

impl Sample {
    fn is_guessed(&self) -> bool {
        !NOT_GUESSED.contains(&(&self.page.name(), &self.language))
    }
}

#[test]
fn texts_are_read_as_what_they_say() {
    let mut table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for sample in samples() {
        let Sample { page, language, text } = &sample;
        let tells = |text: &str| Source::decode(&written(text, *page));
        let (whole, sentence) = (tells(text), tells(first_sentence(text)));
        let mark = |is_right| if is_right { "yes" } else { "no" };
        let (is_whole, is_sentence) = (&whole.text == text, sentence.text == first_sentence(text));
        let row = format!("| {language} | {} | {} | {} |", mark(is_whole), mark(is_sentence), whole.layout.encoding);
        table.entry(page.name()).or_default().push(row);
        // What is not guessed must stand in the list for as long as that is so, and no longer.
        if is_whole != sample.is_guessed() {
            wrong.push(format!("{page}, {language}: read as {}: {}", whole.layout.encoding, whole.text));
        }
    }
    for (page, rows) in &table {
        rows.iter().for_each(|row| println!("| {page} {row}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_page_is_read_as_it_says() {
    for Sample { page, text, .. } in samples() {
        if page.name() == "iso-2022-jp" {
            continue;
        }
        let html =
            format!("<!doctype html>\n<html><head><meta charset=\"{page}\"></head><body><p>{text}</p></body></html>\n");
        let source = Source::decode(&written(&html, page));
        assert_eq!(source.text, html, "{page}");
    }
}

/// Long texts with a little of each language: the sample is bounded, and what is beyond ASCII may come late.
#[test]
fn what_is_beyond_ascii_may_come_late() {
    let plain = "The ferry to the island was late because of the wind on Monday.\n".repeat(4000);
    for Sample { page, text, .. } in samples().into_iter().filter(Sample::is_guessed) {
        let text = format!("{plain}{text}\n{plain}");
        let source = Source::decode(&written(&text, page));
        assert!(source.text == text, "{page}: read as {}", source.layout.encoding);
    }
}

#[test]
fn a_file_of_many_megabytes_is_looked_at_in_part() {
    let Sample { page, text, .. } = samples().into_iter().find(|sample| sample.language == "Greek").unwrap();
    let text = format!("{text}\n").repeat(8000);
    let bytes = written(&text, page);
    let started = std::time::Instant::now();
    assert_eq!(Source::decode(&bytes).text, text);
    // 2 MB; statistics over all of it would take longer than this on any machine that builds it.
    assert!(started.elapsed().as_secs_f64() < 2.0, "{:?}", started.elapsed());
}

/// Three texts with a byte lost in the middle, and one that was put there.
#[test]
fn a_damaged_byte_does_not_change_the_page() {
    let is_meant = |sample: &Sample| {
        let is_east_asian = ["shift_jis", "euc-jp", "gbk", "big5", "euc-kr"].contains(&&*sample.page.name());
        is_east_asian && !sample.language.starts_with("English")
    };
    for sample in samples().into_iter().filter(is_meant) {
        let mut bytes = written(&format!("{}\n", sample.text).repeat(3), sample.page);
        bytes.insert(bytes.len() / 3, 0xff);
        bytes.pop();
        bytes.pop();
        let source = Source::decode(&bytes);
        assert_eq!(source.layout.encoding, sample.page, "{}", source.text);
        assert!(!source.layout.raw.is_empty());
        assert_eq!(source.layout.encode(&source.text), bytes);
    }
}
