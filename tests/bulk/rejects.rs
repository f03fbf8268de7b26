//! Records that cannot be read: each is told with its place and the reason, and nothing else is lost.

use despin::bulk::shape::Compression;
use serde_json::Value;

use crate::{PAGE, Place, json, lines, packed, records};

/// Runs `clean` over `bytes`, and gives the reasons and how many records came out.
fn rejected(name: &str, bytes: &[u8], flags: &str) -> (Vec<Value>, String) {
    let place = Place::new();
    place.file(name, bytes).run(format!("clean {name} --out out --rejects bad.jsonl {flags}").trim_end()).ended(0);
    (lines(&place.unpacked("bad.jsonl")), place.unpacked(&format!("out/{name}")))
}

#[test]
fn every_kind_of_broken_record_is_rejected_with_its_reason() {
    let deep = format!("{{\"text\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let large = format!("{{\"text\":\"{}\"}}", "a ".repeat(1_000_000));
    let broken: [(&[u8], &str); 11] = [
        (b"{\"text\":\"caf\xe9\"}", "not UTF-8, at byte 12 of the line"),
        (b"{\"text\":\"x\"", "not JSON: EOF while parsing an object"),
        (b"{\"text\":\"x\\q\"}", "not JSON: invalid escape"),
        (b"nonsense", "not JSON: expected ident"),
        (b"[{\"text\":\"x\"}]", "not JSON: invalid type: sequence, expected an object"),
        (b"{\"txt\":\"x\"}", "there is no field `text`"),
        (b"{\"text\":null}", "the field is null, and no string"),
        (b"{\"text\":[\"x\"]}", "the field is a list, and no string"),
        (b"{\"text\":\"\\ud800\"}", "not JSON: "),
        (deep.as_bytes(), "nested more than 128 deep"),
        (large.as_bytes(), "the record has 2000012 bytes, more than --max-record"),
    ];
    let good = b"{\"text\":\"It  rained.\"}\n";
    let mut input = Vec::new();
    let mut offsets = Vec::new();
    for (bytes, _) in broken {
        input.extend_from_slice(good);
        offsets.push(input.len());
        input.extend_from_slice(bytes);
        input.push(b'\n');
    }
    let (rejects, out) = rejected("in.jsonl", &input, "--max-record 1M");
    assert_eq!(out.lines().count(), broken.len());
    assert!(lines(&out).iter().all(|line| line["text"] == "It rained."));
    assert_eq!(rejects.len(), broken.len());
    for (n, (reject, (bytes, reason))) in rejects.iter().zip(broken).enumerate() {
        assert!(reject["reason"].as_str().unwrap().starts_with(reason), "{reject}");
        assert_eq!(reject["line"], 2 * n + 2, "{reject}");
        // Its place is enough to find it again.
        let (offset, len) =
            (reject["offset"].as_u64().unwrap() as usize, reject["len_bytes"].as_u64().unwrap() as usize);
        assert_eq!((offset, &input[offset..offset + len - 1]), (offsets[n], bytes), "{n}");
    }
}

#[test]
fn a_file_that_is_cut_short_gives_what_is_whole() {
    for (name, compression) in [("in.jsonl.gz", Compression::Gzip), ("in.jsonl.zst", Compression::Zstd)] {
        let mut input = packed(&records(3), compression);
        let noise: String = (0..20_000u64).map(|n| format!("{}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        let second = packed(&format!("{{\"text\":\"{noise}\"}}\n"), compression);
        input.extend_from_slice(&second[..second.len() - 20]);
        let (rejects, out) = rejected(name, &input, "-j 2");
        assert_eq!(out.lines().count(), 3, "{name}");
        assert_eq!((rejects.len(), &rejects[0]["line"]), (1, &json("4")), "{name}");
        assert!(rejects[0]["reason"].as_str().unwrap().starts_with("the stream cannot be read on: "), "{}", rejects[0]);
    }
    let (rejects, _) = rejected("in.jsonl.gz", b"no gzip at all", "");
    assert_eq!(rejects.len(), 1);
    let bomb = packed(&" ".repeat(20 << 20), Compression::Gzip);
    let (rejects, _) = rejected("in.jsonl.gz", &bomb, "--max-ratio 100");
    assert!(
        rejects[0]["reason"].as_str().unwrap().contains("unpacks to more than 100 times its size"),
        "{}",
        rejects[0]
    );
}

#[test]
fn texts_that_would_take_too_much_memory_are_rejected() {
    let long = format!("{{\"text\":\"{}\"}}\n", "It rained. ".repeat(200_000));
    let place = Place::new();
    place.file("in.jsonl", records(2) + &long + &records(2));
    place.run("restore in.jsonl -o out.jsonl --rejects bad.jsonl").ended(0);
    let rejects = lines(&place.unpacked("bad.jsonl"));
    assert_eq!(
        (rejects.len(), &rejects[0]["reason"]),
        (1, &json("\"the text has 2200000 bytes, more than --max-text\""))
    );
    assert_eq!(place.unpacked("out.jsonl").lines().count(), 4);
    place.run("clean in.jsonl -o out.jsonl").ended(0);

    // Of a page, its article counts.
    let page = PAGE.replace("</body>", &format!("<script>{}</script></body>", "x = 1; ".repeat(300_000)));
    assert!(page.len() > 2_000_000);
    place.file("page.html", &page).file("small.html", PAGE);
    let found = place.run("detect -j 1 page.html small.html");
    assert_eq!(found.text().lines().count(), 2, "{}", found.err);
}

#[test]
fn rows_that_are_broken_are_rejected() {
    let input = b"id,text\n1,It  rained.\n2\n3,a,b\n4,caf\xe9\n5,\"It\n  rained.\"\n6,\"open\n";
    let (rejects, out) = rejected("in.csv", input, "");
    let told: Vec<(u64, u64, &str)> = rejects
        .iter()
        .map(|r| (r["record"].as_u64().unwrap(), r["line"].as_u64().unwrap(), r["reason"].as_str().unwrap()))
        .collect();
    let expected = [
        (2, 3, "the record has 1 columns, and the header 2"),
        (3, 4, "the record has 3 columns, and the header 2"),
        (4, 5, "not UTF-8, at byte 5 of the record"),
        (6, 8, "a quotation mark is opened and not closed"),
    ];
    assert_eq!(told, expected);
    assert_eq!(out.lines().count(), 4, "{out}");
    let (rejects, _) = rejected("in.csv", b"id,body\n1,x\n", "");
    assert_eq!(rejects[0]["reason"], "there is no column `text`");
}

#[test]
fn the_exit_code_tells_of_rejects_that_nobody_collects() {
    let place = Place::new();
    place.file("in.jsonl", "{\"text\":\"A.\"}\n{}\n".repeat(30));
    let done = place.run("clean in.jsonl -o out.jsonl").ended(2);
    assert!(done.err.starts_with("despin: in.jsonl:2: there is no field `text`; "), "{}", done.err);
    assert_eq!(done.err.lines().count(), 21, "{}", done.err);
    assert!(done.err.contains("10 more records were rejected"));
    assert_eq!(place.unpacked("out.jsonl").lines().count(), 30);

    let done = place.run("clean in.jsonl -o strict.jsonl --strict").ended(2);
    assert!(done.err.contains("in.jsonl:2: there is no field `text`"), "{}", done.err);
    assert_eq!(place.names(), ["in.jsonl", "out.jsonl"]);

    // A file that is not there costs itself.
    let done = place.run("clean in.jsonl gone.jsonl --out out --rejects bad.jsonl --summary json").ended(0);
    assert!(place.unpacked("bad.jsonl").contains("{\"file\":\"gone.jsonl\",\"record\":0,"));
    let summary = json(done.text());
    assert_eq!((&summary["documents"], &summary["rejects"]), (&json("30"), &json("31")));
    assert_eq!(place.names(), ["bad.jsonl", "in.jsonl", "out.jsonl", "out/in.jsonl"]);
}
