//! Records of every shape, packed in every way: what is added, and what stays as it was.

use despin::bulk::shape::Compression;

use crate::{GENUINE, PAGE, Place, RESTORED, SPUN, json, lines, packed, records};

#[test]
fn json_lines_keep_all_but_the_text() {
    let place = Place::new();
    place.file("in.jsonl", records(4)).run("restore in.jsonl -o out.jsonl").ended(0);
    let out = place.unpacked("out.jsonl");
    for (n, (line, before)) in out.lines().zip(records(4).lines()).enumerate() {
        let (start, rest) = line.split_once("\"text\": ").unwrap();
        assert!(before.starts_with(start), "{line}");
        assert!(rest.contains(", \"more\": {\"b\":1,\"a\":[true, null]},\"despin\":{\"probability\":"), "{line}");
        let (found, first) = (json(line), json(before));
        assert_eq!(found["text"].as_str().unwrap().contains(RESTORED), n % 2 == 1 || GENUINE.contains(RESTORED));
        assert_eq!(found["despin"]["verdict"], if n % 2 == 1 { "spun" } else { "genuine" });
        assert_eq!(found["despin"]["profile"], if n % 2 == 1 { "autoblog".into() } else { serde_json::Value::Null });
        assert_eq!((&found["price"], &found["id"]), (&first["price"], &first["id"]));
        assert_eq!(found["despin"]["changed"], true);
    }
    assert_eq!(out.lines().count(), 4);
}

#[test]
fn every_packing_is_read_and_written() {
    let place = Place::new();
    place.file("in.jsonl", records(9)).run("clean in.jsonl -o plain.jsonl").ended(0);
    let expected = place.unpacked("plain.jsonl");
    assert_ne!(expected, records(9));
    // Two members or frames in one file, and an output of several.
    let input = records(9);
    let (first, second) = input.split_at(records(4).len());
    for (ending, compression) in [("", Compression::None), (".gz", Compression::Gzip), (".zst", Compression::Zstd)] {
        let two = [packed(first, compression), packed(second, compression)].concat();
        place.file(&format!("two.jsonl{ending}"), &two);
        for out in ["", ".gz", ".zst"] {
            place.run(&format!("clean two.jsonl{ending} -o out.jsonl{out} --frame-records 2")).ended(0);
            assert_eq!(place.unpacked(&format!("out.jsonl{out}")), expected, "{ending} to {out}");
        }
        // The standard input has no name, and is known by its first bytes.
        assert_eq!(place.feed("clean --input-format jsonl", &two).ended(0).text(), expected);
    }
    let zstd = place.read("out.jsonl.zst");
    let n_frames = zstd.windows(4).filter(|bytes| bytes == &[0x28, 0xb5, 0x2f, 0xfd]).count();
    assert_eq!(n_frames, 5);
    place.file("none.jsonl", "").run("clean none.jsonl -o none.jsonl.gz").ended(0);
    assert_eq!(place.unpacked("none.jsonl.gz"), "");
}

#[test]
fn any_number_of_workers_gives_the_same_bytes_in_the_same_order() {
    let place = Place::new();
    place.file("in.jsonl", records(60) + "{}\n" + &records(7));
    let run = |jobs: usize, command: &str| {
        place
            .run(&format!("{command} in.jsonl -j {jobs} -o {jobs}.jsonl.zst --rejects {jobs}.txt --frame-records 10"))
            .ended(0);
        (place.read(&format!("{jobs}.jsonl.zst")), place.read(&format!("{jobs}.txt")))
    };
    for command in ["clean", "restore"] {
        let one = run(1, command);
        assert!(one == run(2, command) && one == run(5, command), "{command}");
    }
    let ids = lines(&place.unpacked("2.jsonl.zst")).iter().map(|line| line["id"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(ids, (0..60).chain(0..7).collect::<Vec<_>>());
}

#[test]
fn what_comes_out_is_what_the_file_alone_gives() {
    let place = Place::new();
    let text = SPUN.to_string() + "\nA caf\u{e9}.\u{200b}\n";
    let record = serde_json::json!({ "body": { "text": text } }).to_string();
    place.file("a.txt", &text).file("a.jsonl", format!("{record}\n"));
    for command in ["clean", "restore"] {
        let alone = place.run(&format!("{command} a.txt")).ended(0).out;
        let found = place.run(&format!("{command} --field body.text a.jsonl")).ended(0);
        assert_eq!(json(found.text())["body"]["text"].as_str().unwrap().as_bytes(), alone, "{command}");
    }
}

#[test]
fn a_new_field_takes_what_came_out() {
    let place = Place::new();
    place.file("in.jsonl", records(2));
    place.run("restore in.jsonl -o out.jsonl --to-field restored --result-field found --inline-journal none").ended(0);
    for (line, before) in place.unpacked("out.jsonl").lines().zip(records(2).lines()) {
        assert!(line.starts_with(before.strip_suffix('}').unwrap()), "{line}");
        let found = json(line);
        assert!(found["restored"].as_str().unwrap().contains(RESTORED) || found["id"] == 0);
        assert!(found["found"]["verdict"].is_string() && found["found"].get("journal").is_none());
    }
}

#[test]
fn csv_gets_columns_and_keeps_its_quoting() {
    let place = Place::new();
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let input =
        format!("id,\"text\",note\r\n1,{},\"a, b\"\r\n\r\n2,short,x\r\n3,{},\"\"\r\n", cell(SPUN), cell(GENUINE));
    place.file("in.csv", &input).run("restore in.csv -o out.csv.gz --journal-dir journals").ended(0);
    let out = place.unpacked("out.csv.gz");
    let first = "id,\"text\",note,despin_probability,despin_verdict,despin_rate,despin_profile,despin_changed\r\n";
    assert!(out.starts_with(first), "{out}");
    assert!(out.contains("\r\n\r\n2,short,x,0"), "{out}");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(out.as_bytes()).records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows[0][1].contains(RESTORED) && rows[0][2] == *"a, b" && rows[0][4] == *"spun" && rows[0][7] == *"true");
    assert_eq!((&rows[2][1], &rows[2][4], &rows[2][7]), (GENUINE, "genuine", "false"));
    let journals = lines(&place.unpacked("journals/out.csv.gz.despin.jsonl"));
    assert_eq!((journals.len(), &journals[0]["record"], &journals[0]["id"]), (1, &json("1"), &json("\"1\"")));
    assert!(journals[0]["journal"]["passes"][0]["edits"][0]["grounds"]["probability"].is_number());
}

#[test]
fn no_cell_of_csv_becomes_a_formula() {
    let place = Place::new();
    // A sign without width, and one of full width, keep a spreadsheet from taking them for formulas; cleaning takes that away.
    let input = "id,text\n1,\u{200b}=HYPERLINK(A1)\n2,\"\u{200b}@SUM(A1, A2)\"\n3,=1+1 \u{200b}is two\n4,'=1\u{200b}+1\n5,\u{ff1d}1+1\n";
    place.file("in.csv", input).run("clean in.csv -o out.csv").ended(0);
    let out = place.unpacked("out.csv");
    let cells: Vec<String> =
        csv::Reader::from_reader(out.as_bytes()).records().map(|row| row.unwrap()[1].to_string()).collect();
    // What was one before stays one: the file is its owner's.
    assert_eq!(cells, ["'=HYPERLINK(A1)", "'@SUM(A1, A2)", "=1+1 is two", "'=1+1", "'=1+1"]);
    place.run("undo out.csv -o back.csv").ended(0);
    assert_eq!(place.unpacked("back.csv"), input);
    place.run("clean in.csv -o new.csv --to-field cleaned").ended(0);
    assert!(place.unpacked("new.csv").contains(",'=HYPERLINK(A1),"));
}

fn warc(kind: &str, content: &str, block: &str) -> String {
    let id = format!("<urn:uuid:{}>", block.len());
    let head =
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Target-URI: http://a.example/\r\n");
    let date = "WARC-Date: 2020-01-02T03:04:05Z\r\nWARC-Block-Digest: sha1:AAAA";
    format!("{head}{date}\r\nContent-Type: {content}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n", block.len())
}

#[test]
fn web_archives_are_read_page_by_page() {
    let place = Place::new();
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}");
    let info = warc("warcinfo", "application/warc-fields", "software: x\r\n");
    let picture = warc(
        "response",
        "application/http; msgtype=response",
        "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\u{1}",
    );
    let pieces = [info.clone(), warc("response", "application/http; msgtype=response", &http), picture.clone()];
    let member = |piece: &String| packed(piece, Compression::Gzip);
    place.file("a.warc.gz", pieces.iter().flat_map(member).collect::<Vec<u8>>());
    place.file("a.wet", info.clone() + &warc("conversion", "text/plain", SPUN)).file("page.html", PAGE);

    place.run("clean a.warc.gz -o a.jsonl").ended(0);
    let found = lines(&place.unpacked("a.jsonl"));
    let alone = place.run("clean page.html").ended(0);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["text"].as_str().unwrap(), alone.text());
    assert_eq!(
        (found[0]["url"].as_str(), found[0]["date"].as_str()),
        (Some("http://a.example/"), Some("2020-01-02T03:04:05Z"))
    );
    assert!(found[0]["despin"]["page"].is_object() && found[0]["despin"].get("journal").is_none());

    place.run("clean a.warc.gz -o b.warc.gz").ended(0);
    let written = place.unpacked("b.warc.gz");
    assert!(written.starts_with(&info) && written.ends_with(&picture));
    assert!(written.contains("WARC-Type: conversion\r\n") && written.contains(&format!("\r\n\r\n{}", alone.text())));
    // Each record is a member of its own, as readers of web archives want it.
    assert_eq!(place.read("b.warc.gz").windows(3).filter(|b| b == &[0x1f, 0x8b, 8]).count(), 3);

    place.run("restore a.wet --out out").ended(0);
    let written = place.unpacked("out/a.wet");
    assert!(
        written.starts_with(&info) && written.contains(RESTORED) && written.contains("X-Despin: {\"probability\":")
    );
    assert!(!written.contains("sha1:AAAA\r\nContent-Type: text/plain"));
    assert_eq!(place.run("detect out/a.wet a.wet").text().lines().count(), 2);
}

#[test]
fn texts_become_records_or_texts() {
    let place = Place::new();
    place.file("in/a.txt", SPUN).file("in/b/c.txt.gz", packed(GENUINE, Compression::Gzip));
    place.run("restore in -o all.jsonl").ended(0);
    let found = lines(&place.unpacked("all.jsonl"));
    assert_eq!([&found[0]["id"], &found[1]["id"]], ["in/a.txt", "in/b/c.txt.gz"]);
    assert_eq!((found[1]["text"].as_str(), &found[0]["despin"]["verdict"]), (Some(GENUINE), &json("\"spun\"")));

    place.run("restore --out out in").ended(0);
    assert_eq!(place.unpacked("out/b/c.txt.gz"), GENUINE);
    assert_eq!(place.read("out/a.txt"), place.run("restore in/a.txt").out);
    assert_eq!(place.run("undo out/a.txt --stdout").ended(0).text(), SPUN);
    let names = ["all.jsonl", "in/a.txt", "in/b/c.txt.gz", "out/a.txt", "out/a.txt.despin.json", "out/b/c.txt.gz"];
    assert_eq!(place.names(), names);

    // What is no file is written to as it is.
    #[cfg(unix)]
    assert_eq!(place.run("restore in/b/c.txt.gz -o /dev/stdout").ended(0).text(), GENUINE);
    // A packed text is printed as text.
    assert_eq!(place.run("restore in/b/c.txt.gz").ended(0).text(), GENUINE);
}

#[test]
fn verdicts_are_a_line_a_record() {
    let place = Place::new();
    place.file("in.jsonl", records(3));
    let human = place.run("detect in.jsonl").ended(1);
    assert!(human.text().starts_with("in.jsonl:1: genuine (") && human.text().contains("\nin.jsonl:2: spun ("));
    let found = lines(place.run("detect in.jsonl --format json").ended(1).text());
    assert_eq!(
        (&found[1]["path"], &found[1]["record"], &found[1]["id"]),
        (&json("\"in.jsonl\""), &json("2"), &json("\"1\""))
    );
    assert!(found[1]["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()));
    assert!(place.run("detect --explain in.jsonl").ended(1).text().lines().count() > 10);
    place.run("detect in.jsonl -o judged.jsonl").ended(1);
    let judged = place.unpacked("judged.jsonl");
    for (line, before) in judged.lines().zip(records(3).lines()) {
        assert!(line.starts_with(before.strip_suffix('}').unwrap()) && json(line)["despin"].get("changed").is_none());
    }
    // What was judged can be restored; the verdict is told anew.
    place.run("restore judged.jsonl -o restored.jsonl").ended(0);
    assert_eq!(lines(&place.unpacked("restored.jsonl"))[1]["despin"]["changed"], true);
}

#[test]
fn files_are_put_together_line_by_line() {
    let place = Place::new();
    place.file("a.jsonl", "{\"text\":\"A.\"}").file("b.jsonl", "{}\n{\"text\":\"B.\"}").file("c.txt", "C.");
    place.run("clean a.jsonl a.jsonl b.jsonl c.txt -o all.jsonl --rejects bad.jsonl").ended(0);
    let texts: Vec<_> = lines(&place.unpacked("all.jsonl")).into_iter().map(|line| line["text"].clone()).collect();
    assert_eq!(texts, ["A.", "A.", "B.", "C."]);
}

#[test]
fn eval_reads_records() {
    let place = Place::new();
    place.file("pairs/g_1.spun.txt", SPUN).file("pairs/g_1.original.txt", GENUINE).file("genuine/g_1.txt", GENUINE);
    let row = format!("g_1,\"{}\"\n", GENUINE.replace('"', "\"\""));
    place.file("genuine.csv.gz", packed(&format!("id,text\n{row}"), Compression::Gzip));
    let pair = serde_json::json!({ "id": "g_1", "spun": SPUN, "original": GENUINE });
    place.file("pairs.jsonl", format!("{pair}\n"));
    let folders = place.run("eval --pairs pairs --genuine genuine --format json").ended(0);
    let records = place.run("eval --pairs pairs.jsonl --genuine genuine.csv.gz --format json").ended(0);
    assert_eq!(records.text(), folders.text());
    let refused = place.run("eval --pairs pairs.jsonl --spun-field s").ended(2);
    assert!(refused.err.contains("pairs.jsonl:1: there is no field `s`"), "{}", refused.err);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let place = Place::new();
    place
        .file("a.jsonl", records(1))
        .file("a.csv", "text\nx\n")
        .file("b.csv", "text\nx\n")
        .file("d/a.jsonl", "")
        .file("a.txt", "A.");
    for (line, part) in [
        ("restore a.csv b.csv -o c.csv", "cannot be written as one"),
        ("restore a.csv -o c.jsonl", "cannot be written as one"),
        ("restore -w a.jsonl", "plain texts alone"),
        ("clean --check a.jsonl", "plain texts alone"),
        ("restore --diff -j 2 a.txt", "one after the other"),
        ("restore a.jsonl -o a.jsonl", "OUT is FILE itself"),
        ("restore a.jsonl --out .", "would be overwritten"),
        ("restore a.jsonl d/a.jsonl --out out", "would be written to one file"),
        ("restore a.jsonl --resume", "cannot be gone on with"),
        ("detect d a.txt --out out", "judging changes no text"),
        ("clean nothing.jsonl -o out.jsonl", "check the name"),
        ("clean a.jsonl -o nowhere/out.jsonl", "nowhere is no directory"),
        ("clean a.jsonl --rejects a.jsonl -o b.jsonl", "OUT is FILE itself"),
    ] {
        let done = place.run(line);
        assert!(done.code == 2 && done.err.contains(part), "{line}: {} {}", done.code, done.err);
    }
    assert_eq!(place.names(), ["a.csv", "a.jsonl", "a.txt", "b.csv", "d/a.jsonl"]);
}
