//! What bytes are read as, and that they come back.

use proptest::prelude::*;

use super::*;
use crate::text::edit::{Cause, Edit, EditScript};
use crate::text::offsets::OffsetMap;
use crate::text::span::Span;

/// `bytes` read as `encoding` and `text`, with `raw` kept, and come back.
fn check(bytes: &[u8], encoding: Encoding, text: &str, raw: &[(usize, &[u8])]) {
    let source = Source::decode(bytes);
    assert_eq!(source.layout.encoding, encoding, "{bytes:x?}");
    assert_eq!(source.text, text);
    let kept: Vec<(usize, &[u8])> = source.layout.raw.iter().map(|r| (r.at, r.bytes.as_slice())).collect();
    assert_eq!(kept, raw);
    assert_eq!(source.layout.encode(&source.text), bytes);
    assert_eq!(source.layout.read(bytes).as_deref(), Some(text));
}

#[test]
fn reads_utf8() {
    check(b"", Encoding::Utf8, "", &[]);
    check("“Why?” – naïve".as_bytes(), Encoding::Utf8, "“Why?” – naïve", &[]);
    check("\u{feff}café".as_bytes(), Encoding::Utf8, "café", &[]);
    check("\u{feff}\u{feff}".as_bytes(), Encoding::Utf8, "\u{feff}", &[]);
    assert!(Source::decode("\u{feff}".as_bytes()).layout.has_bom);
}

#[test]
fn keeps_a_few_bad_bytes_among_good_ones() {
    check(b"na\xc3\xafve \xe2\x80\x99s \xff", Encoding::Utf8, "naïve ’s \u{fffd}", &[(12, b"\xff")]);
    check(b"caf\xc3\xa9 \xe2\x80", Encoding::Utf8, "café \u{fffd}", &[(6, b"\xe2\x80")]);
    check(b"\xef\xbb\xbf\x92", Encoding::Utf8, "\u{fffd}", &[(0, b"\x92")]);
}

#[test]
fn a_genuine_replacement_character_stays_one() {
    check("a\u{fffd}b".as_bytes(), Encoding::Utf8, "a\u{fffd}b", &[]);
    check(b"\xef\xbf\xbd\xc3\xa9\xff", Encoding::Utf8, "\u{fffd}é\u{fffd}", &[(5, b"\xff")]);
}

#[test]
fn reads_windows_1252() {
    check(b"don\x92t \x96 caf\xe9", Encoding::WINDOWS_1252, "don’t – café", &[]);
    check_as("windows-1252", b"\x81\x8d\x8f\x90\x9d", "\u{81}\u{8d}\u{8f}\u{90}\u{9d}", &[]);
    let all: Vec<u8> = (0..=255).collect();
    let source = Source::decode(&all);
    assert_eq!(source.layout.encode(&source.text), all);
}

#[test]
fn reads_utf16() {
    check(b"\xff\xfeH\0i\0", Encoding::Utf16Le, "Hi", &[]);
    check(b"\xfe\xff\0H\0i", Encoding::Utf16Be, "Hi", &[]);
    check(b"\0H\0i\0!", Encoding::Utf16Be, "Hi!", &[]);
    check(b"H\0i\0\x19\x20s\0", Encoding::Utf16Le, "Hi’s", &[]);
    check(b"\xff\xfe\x3d\xd8\x00\xde", Encoding::Utf16Le, "😀", &[]);
}

#[test]
fn keeps_lone_surrogates_and_an_odd_last_byte() {
    check(b"\xff\xfe\x3d\xd8a\0\x00\xde", Encoding::Utf16Le, "\u{fffd}a\u{fffd}", &[(0, b"\x3d\xd8"), (4, b"\0\xde")]);
    check(b"\xfe\xff\0a\0", Encoding::Utf16Be, "a\u{fffd}", &[(1, b"\0")]);
}

fn edit(start: usize, before: &str, after: &str) -> Edit {
    let span = Span::new(start, start + before.len());
    Edit { span, before: before.into(), after: after.into(), cause: Cause::rule("test") }
}

fn carried(layout: &Layout, edits: Vec<Edit>) -> Layout {
    let script = EditScript::new(edits).unwrap();
    layout.carried(&OffsetMap::of(&script), &script)
}

#[test]
fn raw_bytes_are_carried_past_edits_and_dropped_inside_them() {
    let source = Source::decode(b"one \xff two \xfe \xc3\xa9\xc3\xa9 end");
    let edits = vec![edit(0, "one", "first"), edit(4, "", "+"), edit(7, "", "+"), edit(12, "\u{fffd}", "x")];
    let script = EditScript::new(edits.clone()).unwrap();
    let layout = carried(&source.layout, edits);
    let after = script.apply(&source.text).unwrap();
    assert_eq!(layout.encode(&after), b"first +\xff+ two x \xc3\xa9\xc3\xa9 end");
    assert_eq!(layout.read(&layout.encode(&after)), Some(after));
}

#[test]
fn windows_1252_turns_to_utf8_where_it_must() {
    let source = Source::decode(b"caf\xe9");
    let layout = carried(&source.layout, vec![edit(0, "c", "č")]);
    assert_eq!(layout.encoding, Encoding::Utf8);
    assert_eq!(layout.encode("čafé"), "čafé".as_bytes());
    assert_eq!(carried(&source.layout, vec![edit(0, "c", "k")]).encode("kafé"), b"kaf\xe9");
    assert!(source.layout.fits("€") && !source.layout.fits("č"));
    assert_eq!(source.layout.encode("č"), "č".as_bytes());
}

#[test]
fn a_layout_of_another_text_harms_nothing() {
    let raw = [7, 3, 1, usize::MAX].map(|at| RawBytes::new(at, &[0xff])).to_vec();
    let layout = Layout { raw, ..Layout::default() };
    assert_eq!(layout.encode("é\u{fffd}b"), "é\u{fffd}b".as_bytes());
    assert_eq!(layout.read("é\u{fffd}b".as_bytes()), None);
}

#[test]
fn raw_bytes_are_hexadecimal_in_json() {
    let layout = Source::decode(b"\xef\xbb\xbf\xe2\x80").layout;
    let json = serde_json::to_string(&layout).unwrap();
    assert_eq!(json, r#"{"encoding":"utf-8","has_bom":true,"raw":[{"at":0,"bytes":"e280"}]}"#);
    assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), layout);
    for bad in ["e28", "é", "+1", "zz"] {
        assert!(serde_json::from_str::<Layout>(&json.replace("e280", bad)).is_err(), "{bad}");
    }
}

/// Bytes of which many are near to some encoding.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let utf16 = |start: Vec<u8>, order: fn(u16) -> [u8; 2]| {
        (".{0,12}", prop::collection::vec(any::<u8>(), 0..5)).prop_map(move |(text, tail)| {
            let mut bytes = start.clone();
            bytes.extend(text.encode_utf16().flat_map(order));
            bytes.extend(tail);
            bytes
        })
    };
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        (".{0,12}", prop::collection::vec(any::<u8>(), 0..6), "[a-zé’\u{fffd}]{0,9}").prop_map(|(a, b, c)| [
            a.as_bytes(),
            &b,
            c.as_bytes()
        ]
        .concat()),
        utf16(vec![0xff, 0xfe], u16::to_le_bytes),
        utf16(vec![0xfe, 0xff], u16::to_be_bytes),
        utf16(vec![], u16::to_le_bytes),
        prop::collection::vec(
            prop_oneof![Just(0u8), Just(0xd8), Just(0xdc), Just(b'a'), Just(0xfe), Just(0xff)],
            0..24
        ),
    ]
}

proptest! {
    #[test]
    fn any_bytes_come_back(bytes in bytes()) {
        let source = Source::decode(&bytes);
        prop_assert_eq!(source.layout.encode(&source.text), bytes.clone());
        prop_assert_eq!(source.layout.read(&bytes), Some(source.text));
    }

    #[test]
    fn an_edited_text_comes_back(bytes in bytes(), cuts in prop::collection::vec((any::<prop::sample::Index>(), ".{0,3}"), 0..6)) {
        let source = Source::decode(&bytes);
        let mut places: Vec<usize> = source.text.char_indices().map(|(i, _)| i).collect();
        places.push(source.text.len());
        let mut edits: Vec<Edit> = Vec::new();
        for pair in cuts.chunks(2) {
            let mut ends: Vec<usize> = pair.iter().map(|(at, _)| places[at.index(places.len())]).collect();
            ends.sort();
            edits.push(edit(ends[0], &source.text[ends[0]..*ends.last().unwrap()], &pair[0].1));
        }
        if let Ok(script) = EditScript::new(edits) {
            let layout = source.layout.carried(&OffsetMap::of(&script), &script);
            let after = script.apply(&source.text).unwrap();
            prop_assert_eq!(layout.read(&layout.encode(&after)), Some(after));
        }
    }
}

/// All encodings that there are, by their labels.
fn encodings() -> Vec<Encoding> {
    let labels = "utf-8 utf-16le utf-16be ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 \
        iso-8859-8-i iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 \
        windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 \
        x-mac-cyrillic gbk gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr x-user-defined";
    labels.split_whitespace().map(|label| Encoding::for_label(label).unwrap()).collect()
}

#[test]
fn names_are_stable() {
    for encoding in encodings() {
        let json = serde_json::to_string(&encoding).unwrap();
        assert_eq!(json, format!("\"{encoding}\""));
        assert_eq!(serde_json::from_str::<Encoding>(&json).unwrap(), encoding);
    }
    for bad in ["\"latin1\"", "\"UTF-8\"", "\"\"", "\"replacement\"", "1"] {
        assert!(serde_json::from_str::<Encoding>(bad).is_err(), "{bad}");
    }
    let error = Encoding::for_label("klin\ngon").unwrap_err().to_string();
    assert!(error.starts_with("klin\\ngon: there is no encoding of this name; give a label"), "{error}");
}

#[test]
fn each_byte_of_a_code_page_comes_back() {
    let all: Vec<u8> = (0..=255).collect();
    for encoding in encodings() {
        let source = Source::decode_as(&all, Some(encoding));
        assert_eq!(source.layout.encode(&source.text), all, "{encoding}");
        assert_eq!(source.layout.read(&all), Some(source.text), "{encoding}");
    }
}

/// Reads `bytes` as `label` says: `text`, of which `raw` do not come back by themselves.
fn check_as(label: &str, bytes: &[u8], text: &str, raw: &[(usize, &[u8], &str)]) {
    let source = Source::decode_as(bytes, Some(Encoding::for_label(label).unwrap()));
    assert_eq!(source.text, text);
    let kept: Vec<_> = source.layout.raw.iter().map(|r| (r.at, r.bytes.as_slice(), &*r.text)).collect();
    assert_eq!(kept, raw);
    assert_eq!(source.layout.encode(text), bytes);
    assert_eq!(source.layout.read(bytes).as_deref(), Some(text));
    let json = serde_json::to_string(&source.layout).unwrap();
    assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), source.layout);
}

#[test]
fn other_ways_to_write_a_character_are_kept() {
    // Shift_JIS has some characters twice, once for each maker of computers.
    check_as("shift_jis", b"a\xed\x40b", "a纊b", &[(1, b"\xed\x40", "纊")]);
    // Big5 is read with the characters of Hong Kong, and written without them.
    check_as("big5", b"\x88\x62.", "Ê\u{304}.", &[(0, b"\x88\x62", "Ê\u{304}")]);
    // A lead byte at the end, and one before a line end.
    check_as(
        "gbk",
        b"\xc4\xe3\n\xc4\n\xba",
        "你\n\u{fffd}\n\u{fffd}",
        &[(4, b"\xc4", "\u{fffd}"), (8, b"\xba", "\u{fffd}")],
    );
    check_as("iso-2022-jp", b"a \x1b$B$\"\x1b(B b", "a あ b", &[]);
    check_as("iso-2022-jp", b"a \x1b$B$\"", "a あ", &[(2, b"\x1b$B$\"", "あ")]);
    // Two that leave ASCII would be written as one.
    let twice = b"\x1b$B$\"\x1b(B\x1b$B$\"\x1b(B";
    check_as("iso-2022-jp", twice, "ああ", &[(3, &twice[8..], "あ")]);
    // An overline is one of its Roman letters, from which what follows would be written as such too.
    check_as(
        "iso-2022-jp",
        b"\x1b(J~9\x1b(B a\xff",
        "‾9 a\u{fffd}",
        &[(0, b"\x1b(J~9\x1b(B", "‾9"), (6, b"\xff", "\u{fffd}")],
    );
    check_as("iso-8859-7", b"a\xae", "a\u{fffd}", &[(1, b"\xae", "\u{fffd}")]);
}

#[test]
fn gb18030_is_told_from_gbk_by_its_long_sequences() {
    let source = Source::decode_as(b"\xc4\xe3\x81\x30\x84\x36", Some(Encoding::GBK));
    assert_eq!((source.layout.encoding, source.layout.raw.len()), (Encoding::GB18030, 0));
}

#[test]
fn characters_that_are_written_as_others_do_not_fit() {
    let fits = |label: &str, text: &str| Encoding::for_label(label).unwrap().fits(text);
    assert!(
        !fits("shift_jis", "¥") && !fits("euc-jp", "‾") && !fits("iso-2022-jp", "ｶ") && !fits("iso-2022-jp", "\u{1b}")
    );
    assert!(fits("shift_jis", "ｶ") && fits("gb18030", "😀") && !fits("gbk", "😀"));
}

#[test]
fn an_edit_within_raw_bytes_writes_the_rest_anew() {
    let page = Encoding::for_label("big5").unwrap();
    let source = Source::decode_as(b"\x88\x62.", Some(page));
    // What is left, `Ê`, Big5 can only read.
    let layout = carried(&source.layout, vec![edit(2, "\u{304}", "")]);
    assert_eq!((layout.encoding, layout.raw.len()), (Encoding::Utf8, 0));
    let layout = carried(&source.layout, vec![edit(0, "Ê\u{304}", "E")]);
    assert_eq!((layout.encoding, layout.raw.len()), (page, 0));
    let layout = carried(&source.layout, vec![edit(3 + 1, ".", "…")]);
    assert_eq!((layout.encoding, layout.raw.len()), (page, 1));
    // Bytes of a code page mean nothing in UTF-8; bytes that mean nothing stay.
    let source = Source::decode_as(b"\x88\x62\xff.", Some(page));
    let layout = carried(&source.layout, vec![edit(source.text.len() - 1, ".", "😀")]);
    assert_eq!(layout.encode("Ê\u{304}\u{fffd}😀"), ["Ê\u{304}".as_bytes(), b"\xff", "😀".as_bytes()].concat());
}

#[test]
fn english_with_few_signs_is_windows_1252() {
    for bytes in [
        &b"don\x92t"[..],
        b"\x93Yes,\x94 he said \x96 twice\x85",
        b"caf\xe9, na\xefve, r\xe9sum\xe9",
        b"\xa312 at 4\xb0, \xa9 2020",
        b"5 m\xb2",
        b"\xe9",
    ] {
        assert_eq!(Source::decode(bytes).layout.encoding, Encoding::WINDOWS_1252, "{}", bytes.escape_ascii());
    }
}

proptest! {
    #[test]
    fn any_bytes_come_back_in_any_encoding(bytes in bytes(), tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [bytes, tail].concat();
        for encoding in encodings() {
            let source = Source::decode_as(&bytes, Some(encoding));
            prop_assert_eq!(source.layout.encode(&source.text), bytes.clone(), "{}", encoding);
            prop_assert_eq!(source.layout.read(&bytes), Some(source.text), "{}", encoding);
        }
    }

    #[test]
    fn an_edited_text_comes_back_in_any_encoding(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x81u8..=0xfe, prop::sample::select(b"\x1b$B(J0a".to_vec())], 0..40),
        cut in any::<prop::sample::Index>(), width in 0usize..4, after in "[a日é…😀]{0,2}",
    ) {
        for encoding in encodings() {
            let source = Source::decode_as(&bytes, Some(encoding));
            let mut places: Vec<usize> = source.text.char_indices().map(|(i, _)| i).collect();
            places.push(source.text.len());
            let nth = cut.index(places.len());
            let (start, end) = (places[nth], places[(nth + width).min(places.len() - 1)]);
            let script = EditScript::new(vec![edit(start, &source.text[start..end], &after)]).unwrap();
            let layout = source.layout.carried(&OffsetMap::of(&script), &script);
            let edited = script.apply(&source.text).unwrap();
            prop_assert!(layout.fits(&edited), "{}", encoding);
            prop_assert_eq!(layout.read(&layout.encode(&edited)), Some(edited), "{}", encoding);
        }
    }
}
