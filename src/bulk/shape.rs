//! What a stream of records looks like, as its name tells.

/// How records stand in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values, with a line of names first.
    Csv,
    /// The whole stream is one text.
    Text,
    /// A web archive: WARC, or WET, which is WARC with the text of pages.
    Warc,
}

/// How the bytes of a stream are packed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// Members of gzip, one after the other.
    Gzip,
    /// Frames of Zstandard, one after the other.
    Zstd,
}

impl Shape {
    /// True where the stream has records, and is no text of its own.
    pub fn has_records(self) -> bool {
        self != Shape::Text
    }
}

/// What `name` says about a stream: its shape, where the ending is known, and how it is packed.
///
/// ```
/// use despin::bulk::shape::{Compression, Shape, of_name};
/// assert_eq!(of_name("news.jsonl.zst"), (Some(Shape::Jsonl), Compression::Zstd));
/// assert_eq!(of_name("CC-MAIN-0001.warc.wet.gz"), (Some(Shape::Warc), Compression::Gzip));
/// assert_eq!(of_name("article.txt"), (Some(Shape::Text), Compression::None));
/// assert_eq!(of_name("Makefile"), (None, Compression::None));
/// ```
pub fn of_name(name: &str) -> (Option<Shape>, Compression) {
    let name = name.to_ascii_lowercase();
    let (stem, compression) = match name.rsplit_once('.') {
        Some((stem, "gz" | "gzip")) => (stem, Compression::Gzip),
        Some((stem, "zst" | "zstd")) => (stem, Compression::Zstd),
        _ => (name.as_str(), Compression::None),
    };
    let shape = match stem.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "jsonl" | "ndjson" | "jsonlines" => Some(Shape::Jsonl),
        "csv" => Some(Shape::Csv),
        "warc" | "wet" => Some(Shape::Warc),
        "txt" | "text" | "md" | "markdown" | "html" | "htm" | "xhtml" => Some(Shape::Text),
        _ => None,
    };
    (shape, compression)
}
