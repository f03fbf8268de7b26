//! Streams of records, and web pages.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use despin::bulk::compress::reader;
use despin::bulk::desk::{Desk, Fields, Output, Tally};
use despin::bulk::frame::{Cursor, Frame, frames};
use despin::bulk::shape::{Compression, Shape};
use despin::bulk::task::Task;
use despin::bulk::undo::undo;
use despin::clean;
use despin::page::{Html, Page, is_html};

use super::{lossy, picked};

/// Records stand one after the other and fill their stream; each is worked on or rejected, and a line of JSON that was
/// worked on comes back byte for byte.
///
/// The first byte picks the shape, the packing and the options.
pub fn records(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    let shape = [Shape::Jsonl, Shape::Csv, Shape::Warc, Shape::Text][pick % 4];
    let Some(bytes) = unpacked(bytes, pick) else { return };
    let max_record = if pick & 4 == 0 { 1 << 20 } else { 64 };
    let cut = |start| -> Vec<Frame> {
        frames(Box::new(std::io::Cursor::new(bytes.clone())), shape, max_record, start).collect()
    };
    let all = cut(Cursor::START);

    let mut desk = Desk::new(Task::Clean { options: clean::Options::default(), html: Html::Sniffed, encoding: None });
    desk.is_beside = pick & 16 != 0;
    desk.fields.to = (pick & 32 != 0).then(|| "cleaned".to_string());
    desk.output = if pick & 64 == 0 { Output::Same } else { Output::Jsonl };
    let mut at = Cursor::START;
    let mut sum = Tally::default();
    for frame in &all {
        assert_eq!(frame.at, at);
        at = frame.next;
        let Ok(content) = &frame.bytes else {
            sum += &desk.treat("f", shape, frame).tally;
            continue;
        };
        assert_eq!(content[..], bytes[frame.at.offset as usize..frame.next.offset as usize]);
        let treated = desk.treat("f", shape, frame);
        assert_eq!(treated.tally.bytes, frame.len_bytes());
        assert_eq!(treated.tally.rejects, u64::from(treated.reject.is_some()));
        let is_counted = treated.tally.documents + treated.tally.passed + treated.tally.rejects == 1;
        assert!(is_counted || frame.is_header, "{:?}", treated.tally);
        sum += &treated.tally;
        if treated.reject.is_none() && shape == Shape::Jsonl {
            check_undone(&treated.out, content, &desk.fields);
        }
    }
    // Without names there are no rows, which the reject of the first line tells.
    let is_nameless = shape == Shape::Csv && all.first().is_some_and(|frame| frame.bytes.is_err());
    assert!(at.offset == bytes.len() as u64 || is_nameless, "only {} of {} bytes are read", at.offset, bytes.len());
    assert_eq!((sum.bytes, sum.rejects > 0 || !is_nameless), (at.offset, true));
    // From the beginning of any record on, the others are the same.
    if let Some(middle) = all.get(all.len() / 2).filter(|frame| frame.bytes.is_ok()) {
        let rest: Vec<Cursor> =
            cut(middle.at).iter().map(|frame| frame.at).filter(|&at| at.offset >= middle.at.offset).collect();
        let expected: Vec<Cursor> = all[all.len() / 2..].iter().map(|frame| frame.at).collect();
        assert!(rest.ends_with(&expected), "{rest:?} for {expected:?}");
    }
}

/// `bytes` as they come out of a packed stream; none where it cannot be read to its end.
fn unpacked(bytes: &[u8], pick: usize) -> Option<Vec<u8>> {
    if pick & 8 == 0 {
        return Some(bytes.to_vec());
    }
    let compression = if pick & 128 == 0 { Compression::Gzip } else { Compression::Zstd };
    let input = Box::new(std::io::Cursor::new(bytes.to_vec()));
    let mut out = Vec::new();
    let stream = reader(input, None, compression, 100, Arc::new(AtomicU64::new(0))).ok()?;
    stream.take(1 << 20).read_to_end(&mut out).ok()?;
    Some(out)
}

fn check_undone(out: &[u8], before: &[u8], fields: &Fields) {
    let input = Box::new(std::io::Cursor::new(out.to_vec()));
    let lines: Vec<Frame> = frames(input, Shape::Jsonl, 1 << 24, Cursor::START).collect();
    let [line] = &lines[..] else { panic!("{} lines of one", lines.len()) };
    let back = undo("f", Shape::Jsonl, line, fields);
    let told = || format!("{:?} of {}", back.reject, lossy(out));
    // An entry of the same name that was there before is replaced, and does not come back.
    let had_result =
        before.windows(fields.result.len()).any(|word| word == fields.result.as_bytes()) || before.contains(&b'\\');
    assert!(back.reject.is_none() && back.out == before || had_result, "{}", told());
}

/// A page gives a text that is no page, the same each time, and the script that makes it can be undone.
pub fn page(bytes: &[u8]) {
    let text = lossy(bytes);
    let page = Page::of(&text, Html::Always);
    assert!(page.is_none() || !text.is_empty());
    assert_eq!(Page::of(&text, Html::Sniffed).is_some(), page.is_some() && is_html(&text));
    let Some(page) = page else { return };
    let script = page.script(&text);
    assert_eq!(script.apply(&text).unwrap(), page.text);
    assert_eq!(script.invert().apply(&page.text).unwrap(), text);
    assert_eq!(Page::of(&text, Html::Always).as_ref(), Some(&page));
    let said = &page.metadata;
    for value in [&said.headline, &said.byline, &said.date, &said.canonical_url, &said.site_name, &said.language] {
        assert!(value.as_deref().is_none_or(|value| !value.is_empty() && !value.contains('\n')), "{value:?}");
    }
    assert!(!page.text.ends_with("\n\n"), "a text ends with one line end: {:?}", page.text);
}
