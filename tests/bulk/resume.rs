//! Runs that are stopped go on without a lost or a doubled record.
#![cfg(unix)]

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::{Place, SPUN, json, lines, records};

/// How many records a run has noted as done.
fn n_done(place: &Place, state: &str) -> u64 {
    let Ok(bytes) = std::fs::read(place.path(state)) else { return 0 };
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let state: serde_json::Value = serde_json::from_slice(line).expect("a state is always whole");
    state["tally"]["documents"].as_u64().unwrap()
}

/// Waits until a run has noted `n` records, or is over; false where it is over.
fn wait(place: &Place, child: &mut Child, state: &str, n: u64) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(120) {
        if n_done(place, state) >= n {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("the run does not come to {n}");
}

/// Kills `line` five times on its way, and checks that the files it leaves in the end are those of a run that nobody disturbed.
fn check(place: &Place, line: &str, state: &str, n: u64, files: &[&str]) {
    place.run(line).ended(0);
    let expected: Vec<Vec<u8>> = files.iter().map(|name| place.read(name)).collect();
    files.iter().for_each(|name| std::fs::remove_file(place.path(name)).unwrap());
    let mut n_killed = 0;
    for point in 1..=5 {
        let mut child = place.command(&format!("{line} --save-every 0 --resume")).spawn().unwrap();
        if wait(place, &mut child, state, point * n / 6) {
            child.kill().unwrap();
        }
        n_killed += u64::from(child.wait().unwrap().signal() == Some(9));
        // An output has its name only when it is whole.
        for (name, expected) in files.iter().zip(&expected).filter(|(name, _)| !name.contains("bad")) {
            assert!(!place.path(name).exists() || place.read(name) == *expected, "{name} after {point}");
        }
    }
    assert!(n_killed >= 4, "only {n_killed} were killed on their way");
    place.run(&format!("{line} --resume --summary none")).ended(0);
    for (name, expected) in files.iter().zip(expected) {
        assert!(place.read(name) == expected, "{name}");
    }
    let is_left =
        |n: &String| n.contains(".part") || n.contains("despin-run") || n.contains("/.") || n.starts_with('.');
    let left: Vec<String> = place.names().into_iter().filter(is_left).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn one_output_is_the_same_after_five_kills() {
    let place = Place::new();
    place.file("a.jsonl", records(50) + "{}\n" + &records(10)).file("b.jsonl", records(30));
    for ending in ["zst", "gz"] {
        let line = format!("restore a.jsonl b.jsonl -j 2 -o out.jsonl.{ending} --rejects bad.jsonl --frame-records 8");
        let out = format!("out.jsonl.{ending}");
        check(&place, &line, &format!("{out}.despin-run"), 90, &[out.as_str(), "bad.jsonl"]);
    }
    let ids: Vec<u64> =
        lines(&place.unpacked("out.jsonl.gz")).iter().map(|line| line["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (0..50).chain(0..10).chain(0..30).collect::<Vec<_>>());
}

#[test]
fn a_directory_is_the_same_after_five_kills() {
    let place = Place::new();
    let cell = SPUN.replace('"', "\"\"");
    let rows: String = (0..20).map(|n| format!("{n},\"{cell}\"\n")).collect();
    place.file("in/a.jsonl", records(25)).file("in/b.csv", format!("id,text\n{rows}")).file("in/empty.jsonl", "");
    (0..25).for_each(|n| _ = place.file(&format!("in/t/{n:02}.txt"), format!("{SPUN}\nCopy {n}.\n")));
    let line = "restore in --out out -j 2 --journal-dir journals";
    let files = [
        "out/a.jsonl",
        "out/b.csv",
        "out/empty.jsonl",
        "out/t/00.txt",
        "out/t/24.txt",
        "journals/a.jsonl.despin.jsonl",
        "journals/b.csv.despin.jsonl",
        "journals/t/24.txt.despin.json",
    ];
    check(&place, line, "out/.despin-run", 70, &files);
}

#[test]
fn ctrl_c_finishes_what_is_in_hand() {
    let place = Place::new();
    place.file("a.jsonl", records(400)).run("restore a.jsonl -o whole.jsonl.zst").ended(0);
    let mut child = place.command("restore a.jsonl -j 2 -o out.jsonl.zst --save-every 0").spawn().unwrap();
    assert!(wait(&place, &mut child, "out.jsonl.zst.despin-run", 10));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("stopped after ") && err.contains("go on with --resume"), "{err}");
    assert!((10..400).contains(&n_done(&place, "out.jsonl.zst.despin-run")));

    // A run that was stopped is not begun again by mistake, nor gone on with by another one.
    let refused = place.run("restore a.jsonl -o out.jsonl.zst").ended(2);
    assert!(refused.err.contains("a run was stopped here that can go on"), "{}", refused.err);
    let refused = place.run("restore a.jsonl -o out.jsonl.zst --resume --force").ended(2);
    assert!(refused.err.contains("another one"), "{}", refused.err);
    place.run("restore a.jsonl -o out.jsonl.zst --resume").ended(0);
    assert!(place.read("out.jsonl.zst") == place.read("whole.jsonl.zst"));
}

#[test]
fn an_end_that_was_cut_in_two_is_finished() {
    let place = Place::new();
    place.file("a.jsonl", records(200)).run("restore a.jsonl -o whole.jsonl").ended(0);
    let whole = place.read("whole.jsonl");
    let mut child = place.command("restore a.jsonl -o out.jsonl --save-every 0").spawn().unwrap();
    assert!(wait(&place, &mut child, "out.jsonl.despin-run", 1));
    child.kill().unwrap();
    child.wait().unwrap();
    // The output is whole, and the kill came before or after it got its name.
    let state = place.read("out.jsonl.despin-run");
    let mut state = json(std::str::from_utf8(state.split(|&b| b == b'\n').next().unwrap()).unwrap());
    state["is_whole"] = true.into();
    state["out"] = serde_json::json!({ "len_bytes": whole.len(), "n_records": 0, "tail_bytes": 0 });
    for name in ["out.jsonl.part", "out.jsonl"] {
        std::fs::remove_file(place.path("out.jsonl.part")).ok();
        std::fs::remove_file(place.path("out.jsonl")).ok();
        place.file(name, &whole).file("out.jsonl.despin-run", format!("{state}\n"));
        place.run("restore a.jsonl -o out.jsonl --resume").ended(0);
        assert!(place.read("out.jsonl") == whole, "{name}");
        assert_eq!(place.names(), ["a.jsonl", "out.jsonl", "whole.jsonl"], "{name}");
    }
    // A note that is broken, or speaks of more than there is, is refused.
    state["is_whole"] = false.into();
    for (bytes, part) in
        [(format!("{state}\n"), "shorter than the run left it"), ("x".to_string(), "not what despin writes")]
    {
        place.file("out.jsonl.despin-run", bytes);
        let refused = place.run("restore a.jsonl -o out.jsonl --resume").ended(2);
        assert!(refused.err.contains(part), "{}", refused.err);
    }
}

#[test]
fn ctrl_c_does_not_wait_for_more_input() {
    let place = Place::new();
    let input = records(40);
    place.file("a.jsonl", &input).run("clean a.jsonl -o whole.jsonl.gz").ended(0);
    let line = "clean --input-format jsonl -o out.jsonl.gz --save-every 0";
    let mut child = place.command(line).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(records(20).as_bytes()).unwrap();
    assert!(wait(&place, &mut child, "out.jsonl.gz.despin-run", 16));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(stdin);
    // The same stream from its beginning: what was done is passed over.
    place.feed("clean --input-format jsonl -o out.jsonl.gz --resume", input.as_bytes()).ended(0);
    assert!(place.read("out.jsonl.gz") == place.read("whole.jsonl.gz"));
}

#[test]
fn programs_are_told_how_far_a_run_is() {
    let place = Place::new();
    place.file("a.jsonl", records(70));
    let done = place.run("restore a.jsonl -j 1 -o out.jsonl --progress json --summary json").ended(0);
    let summary = json(done.text());
    assert_eq!(summary["event"], "summary");
    let of = |key: &str| summary[key].as_u64().unwrap();
    assert_eq!(
        [of("documents"), of("spun"), of("suspect"), of("genuine"), of("changed"), of("rejects")],
        [70, 35, 0, 35, 70, 0]
    );
    assert_eq!(of("bytes"), records(70).len() as u64);
    assert!(summary["seconds"].as_f64().unwrap() > 0.0);
    for line in lines(&done.err) {
        assert_eq!(line["event"], "progress");
        assert!(line["documents"].is_u64() && line["mb_per_second"].is_f64());
    }
    // Where nobody looks, nothing is told.
    assert_eq!(place.run("restore a.jsonl -o out.jsonl").ended(0).err, "");
}

fn interrupt(child: &Child) {
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}
