//! `despin report`: what runs found, told from what they wrote.

use super::*;

/// Records of spun texts on one host and of genuine ones on another.
fn raw() -> String {
    let record = |id: &str, host: &str, text: &str| {
        format!("{}\n", serde_json::json!({"id": id, "url": format!("https://{host}/{id}"), "text": text}))
    };
    let mut lines = String::new();
    for n in 0..3 {
        lines += &record(&format!("s{n}"), "spun.example", SPUN);
        lines += &record(&format!("g{n}"), "News.example:8080", GENUINE);
    }
    lines
}

fn figures(done: &Done) -> Value {
    serde_json::from_slice(&done.out).unwrap()
}

#[test]
fn a_run_is_told_in_figures() {
    let place = Place::new();
    place.file("raw.jsonl", raw());
    place.run("restore -o restored.jsonl.zst raw.jsonl").ended(0);
    let done = place.run("report --format json --examples 2 --top 500 restored.jsonl.zst").ended(0);
    let found = figures(&done);
    assert_eq!(
        (&found["records"], &found["spun"], &found["genuine"], &found["changed"]),
        (&6.into(), &3.into(), &3.into(), &3.into())
    );
    let share = &found["share"];
    assert!(share["value"] == 0.5 && share["low"].as_f64().unwrap() < 0.2 && share["high"].as_f64().unwrap() > 0.8);
    let groups: Vec<_> = found["groups"].as_array().unwrap().iter().map(|g| (&g["name"], &g["spun"])).collect();
    assert_eq!(groups, [(&"news.example".into(), &0.into()), (&"spun.example".into(), &3.into())]);
    let said = found["changes"].as_array().unwrap().iter().find(|change| change["spun"] == "mentioned").unwrap();
    assert!(said["original"] == "said" && said["texts"] == 3 && said["times"].as_u64() >= Some(3), "{said}");
    let examples = found["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 2);
    assert!(examples[0]["pieces"].as_array().unwrap().iter().any(|piece| piece["changed"]["after"] == "said"));
    // The same run is told in the same words.
    assert_eq!(place.run("report --format json --examples 2 --top 500 restored.jsonl.zst").out, done.out);
}

#[test]
fn every_way_of_writing_is_read_alike() {
    let place = Place::new();
    place.file("raw.jsonl", raw());
    let csv: String = raw().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).fold(
        "id,url,text\n".to_string(),
        |csv, record| {
            let quoted = |name: &str| record[name].as_str().unwrap().replace('"', "\"\"");
            format!("{csv}\"{}\",\"{}\",\"{}\"\n", quoted("id"), quoted("url"), quoted("text"))
        },
    );
    place.file("raw.csv", csv);
    place.run("restore -o a.jsonl.gz raw.jsonl").ended(0);
    place.run("restore -o b.csv raw.csv").ended(0);
    place.run("restore -o c.jsonl --to-field restored raw.jsonl").ended(0);
    let changes = |name: &str| {
        let mut found = figures(&place.run(&format!("report --format json {name}")).ended(0));
        assert!(!found["examples"].as_array().unwrap().is_empty(), "{name}");
        found["examples"].take();
        found
    };
    assert_eq!(changes("a.jsonl.gz"), changes("b.csv"));
    assert_eq!(changes("a.jsonl.gz"), changes("c.jsonl"));
    // What detect prints is read from a pipe, and has no changes.
    let judged = place.run("detect --format json raw.jsonl").ended(1);
    let found = figures(&place.feed("report --format json -", &judged.out).ended(0));
    assert_eq!((&found["spun"], &found["judged"], &found["edits"]), (&3.into(), &6.into(), &0.into()));
}

#[test]
fn groups_are_what_the_user_asks_for() {
    let place = Place::new();
    let record =
        |site: &str| format!("{{\"site\":\"{site}\",\"despin\":{{\"verdict\":\"spun\",\"probability\":1.0}}}}\n");
    place.file("runs/may/a.jsonl", record("x") + &record("y") + "{\"despin\":{\"verdict\":\"genuine\"}}\n");
    place.file("runs/june/b.jsonl", record("x"));
    let names = |line: &str| {
        let found = figures(&place.run(line).ended(0));
        let groups = found["groups"].as_array().unwrap().iter();
        groups.map(|group| format!("{} {}", group["name"].as_str().unwrap(), group["judged"])).collect::<Vec<_>>()
    };
    assert_eq!(names("report --format json runs"), ["may 3", "june 1"]);
    assert_eq!(names("report --format json --by site runs"), ["x 2", "(none) 1", "y 1"]);
    assert_eq!(names("report --format json --by site --top 1 runs"), ["x 2"]);
    assert_eq!(names("report --format json --glob !june runs"), ["may 3"]);
}

#[test]
fn what_cannot_be_read_is_told_and_counted() {
    let place = Place::new();
    let good = "{\"despin\":{\"verdict\":\"spun\",\"probability\":1.0}}\n";
    place.file("a.jsonl", format!("{good}{{\"despin\":\n{{\"id\":1}}\n{good}"));
    let done = place.run("report --format json a.jsonl").ended(2);
    assert!(done.err.contains("a.jsonl:2: "), "{}", done.err);
    let found = figures(&done);
    assert_eq!(
        (&found["records"], &found["without"], &found["unreadable"], &found["spun"]),
        (&3.into(), &1.into(), &1.into(), &2.into())
    );
    place.run("report --lenient a.jsonl").ended(0);
    place.run("report nothing.jsonl").ended(2);
    place.file("empty.jsonl", "");
    assert_eq!(figures(&place.run("report --format json empty.jsonl").ended(0))["records"], 0);
    for form in ["html", "markdown"] {
        place.run(&format!("report --format {form} empty.jsonl")).ended(0);
    }
}

#[test]
fn nothing_of_a_text_is_markup_or_acts_on_a_terminal() {
    let place = Place::new();
    let hostile = "<script>alert(1)</script> | # \u{1b}[2J \u{202e}";
    let text = format!("{SPUN}\n\n{hostile}\n");
    let record = serde_json::json!({"id": hostile, "site": hostile, "text": text});
    place.file("raw.jsonl", format!("{record}\n"));
    place.run("restore --no-clean -o run.jsonl raw.jsonl").ended(0);
    place.run("report --by site --title <script>| -o run.html run.jsonl").ended(0);
    let page = fs::read_to_string(place.path("run.html")).unwrap();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(page.contains("<svg") && page.contains("style-src 'sha256-"));
    let markdown = place.run("report --by site --title <script>| run.jsonl").ended(0);
    for shown in [page.as_str(), markdown.text()] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }
    assert!(markdown.text().starts_with("# \\<script\\>\\|\n"));
}

#[test]
fn pages_and_markdown_say_what_was_found() {
    let place = Place::new();
    place.file("raw.jsonl", raw());
    place.run("restore -o run.jsonl raw.jsonl").ended(0);
    place.run("report --top 500 -o run.html run.jsonl").ended(0);
    let page = fs::read_to_string(place.path("run.html")).unwrap();
    for said in ["<title id=\"p-t\">", "Spun</th><td>3 (50 %)", "spun.example", "<del><bdi>mentioned", "It is no proof"]
    {
        assert!(page.contains(said), "{said}");
    }
    let markdown = place.run("report --top 500 run.jsonl").ended(0);
    for said in [
        "| Spun | 3 (50 %) |",
        "| mentioned | said |",
        "~~mentioned~~ **said**",
        "| spun.example | 3 | 3 | 0 | 100 % |",
    ] {
        assert!(markdown.text().contains(said), "{said}\n{}", markdown.text());
    }
}
