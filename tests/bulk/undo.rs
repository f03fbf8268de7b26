//! Records are taken back by the journals that they hold.

use despin::bulk::desk::{Desk, Fields};
use despin::bulk::frame::{Cursor, frames};
use despin::bulk::json::{Spelling, quoted};
use despin::bulk::shape::Shape;
use despin::bulk::task::Task;
use despin::page::Html;
use proptest::prelude::*;

use crate::{GENUINE, Place, SPUN, lines, records};

/// Restores `input`, takes it back, and gives what came of both.
fn back(name: &str, input: &str, flags: &str, undo: &str) -> (String, String) {
    let place = Place::new();
    place.file(name, input).run(format!("restore {name} -o out-{name} {flags}").trim_end()).ended(0);
    let out = place.unpacked(&format!("out-{name}"));
    let done = place.run(format!("undo out-{name} --stdout {undo}").trim_end()).ended(0);
    // In place it is the same.
    place.run(format!("undo out-{name} {undo}").trim_end()).ended(0);
    assert_eq!(place.unpacked(&format!("out-{name}")), done.text());
    (out, done.text().to_string())
}

#[test]
fn lines_of_json_come_back_byte_for_byte() {
    let escaped = |text: &str| {
        let quoted = serde_json::to_string(text).unwrap();
        quoted
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) })
            .collect::<String>()
    };
    let text = format!("{SPUN}\n\u{feff}A caf\u{e9}.\u{200b}\n");
    let spellings = [
        format!("{{\"text\":{}}}", serde_json::to_string(&text).unwrap()),
        format!("{{\"text\" : {} , \"a\" :1.0}}", escaped(&text)),
        format!("{{\"a\":[1, 2 ],\"text\":{}  }}\r", escaped(&text).replace("\\n", "\\u000A")),
        format!(
            "\t{{\"text\":{}}}",
            serde_json::to_string(&text).unwrap().replace('/', "\\/").replace("A caf", "\\u0041 caf")
        ),
        format!("{{\"text\":\"first\",\"text\":{},\"b\":null}}", serde_json::to_string(&text).unwrap()),
        format!("{{\"text\":\"\u{feff}{}\"}}", serde_json::to_string(GENUINE).unwrap().trim_matches('"')),
        "{\"text\":\"\"}".to_string(),
        String::new(),
    ];
    let input = spellings.join("\n");
    let (out, undone) = back("in.jsonl", &input, "", "");
    assert_ne!(out, input);
    assert_eq!(undone, input);
    let (_, undone) = back("in.jsonl", &records(6), "--inline-journal full --result-field x", "--result-field x");
    assert_eq!(undone, records(6));
    let (_, undone) = back("in.jsonl", &records(6), "--to-field new", "");
    assert_eq!(undone, records(6));
}

#[test]
fn rows_come_back() {
    let cell = SPUN.replace('"', "\"\"");
    let input = format!("id,text,note\r\n1,\"{cell}\",\"a\"\r\n2,\"\",\r\n\r\n3,A strike.,b");
    for (flags, undo) in [("", ""), ("--to-field new --result-field x", "--to-field new --result-field x")] {
        let (out, undone) = back("in.csv", &input, flags, undo);
        assert_ne!(out, input);
        assert_eq!(undone, input);
    }
}

#[test]
fn what_cannot_be_taken_back_is_refused_and_left_as_it_is() {
    let place = Place::new();
    place.file("in.jsonl", records(4));
    place.run("restore in.jsonl -o bare.jsonl --inline-journal none").ended(0);
    let refused = place.run("undo bare.jsonl").ended(2);
    assert!(refused.err.contains("bare.jsonl:1: it was changed and holds no journal"), "{}", refused.err);
    place.run("restore in.jsonl -o out.jsonl").ended(0);
    let out = place.unpacked("out.jsonl");
    place.file("other.jsonl", out.replace("northern", "southern"));
    let refused = place.run("undo other.jsonl").ended(2);
    assert!(refused.err.contains("its digest is another"), "{}", refused.err);
    assert_eq!(place.unpacked("other.jsonl"), out.replace("northern", "southern"));
    assert!(place.run("undo in.jsonl").ended(2).err.contains("there is no field `despin`"));
    // A second run would lose the first one's way back.
    place.run("restore out.jsonl -o twice.jsonl --rejects bad.jsonl").ended(0);
    assert!(lines(&place.unpacked("bad.jsonl"))[0]["reason"].as_str().unwrap().contains("the only way back"));
    assert_eq!(place.names(), ["bad.jsonl", "bare.jsonl", "in.jsonl", "other.jsonl", "out.jsonl", "twice.jsonl"]);
}

#[test]
fn texts_that_became_records_come_back_as_text() {
    let place = Place::new();
    // "café" in Windows-1252, where no UTF-8 says otherwise.
    let plain = SPUN.replace(|c: char| !c.is_ascii(), "'");
    let bytes = [plain.as_bytes(), b"\nThe caf\xe9.  Yes.\n"].concat();
    place.file("a.txt", &bytes).file("b.txt", GENUINE).run("restore a.txt b.txt -o all.jsonl").ended(0);
    let done = place.run("undo all.jsonl --stdout").ended(0);
    let found = lines(done.text());
    assert_eq!(found[0]["text"], format!("{plain}\nThe caf\u{e9}.  Yes.\n"));
    assert_eq!(found[1]["text"], GENUINE);
}

proptest! {
    #[test]
    fn any_record_comes_back(
        text in "[a-zA-Z .,\"\\\\\n\t\u{200b}\u{0}\u{feff}\u{e9}\u{1f600}<>&;]{0,60}",
        before in "[a-z\u{e9}]{0,3}",
        space in "[ \t]{0,2}",
        is_escaped in any::<bool>(),
        shape in 0..4usize,
    ) {
        let spelling = if is_escaped { Spelling::Escaped } else { Spelling::Plain };
        let (text, before) = (quoted(&text, spelling), quoted(&before, spelling));
        let line = match shape {
            0 => format!("{{{space}\"text\":{space}{text}{space}}}\n"),
            1 => format!("{space}{{\"a\":{before},\"text\":{text}{space},\"b\":[1.0e2,{{}}]{space}}}"),
            2 => format!("{{\"text\":1,\"text\":{text}}}{space}\r\n"),
            _ => format!("{{\"text\":{},\"x\":null}}\n", text.replace('a', "\\u0061")),
        };
        let desk = Desk::new(Task::Clean { options: Default::default(), html: Html::Never, encoding: None });
        let frame = |bytes: &[u8]| {
            let input = Box::new(std::io::Cursor::new(bytes.to_vec()));
            frames(input, Shape::Jsonl, 1 << 20, Cursor::START).next().unwrap()
        };
        let done = desk.treat("x", Shape::Jsonl, &frame(line.as_bytes()));
        prop_assert!(done.reject.is_none(), "{:?}", done.reject);
        let back = despin::bulk::undo::undo("x", Shape::Jsonl, &frame(&done.out), &Fields::default());
        prop_assert!(back.reject.is_none(), "{:?}", back.reject);
        prop_assert_eq!(String::from_utf8(back.out).unwrap(), line);
    }
}
