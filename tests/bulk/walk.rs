//! Which files there are, and where what comes of them goes.

use crate::{GENUINE, Place, RESTORED, SPUN, records};

fn place() -> Place {
    let place = Place::new();
    for name in [
        "in/a.txt",
        "in/b.md",
        "in/.hidden.txt",
        "in/skip.txt",
        "in/deep/c.txt",
        "in/deep/c.rs",
        "in/old/d.txt",
        "in/e",
    ] {
        place.file(name, SPUN);
    }
    place.file("in/.gitignore", "skip.txt\nold/\n").file("in/f.jsonl", records(1)).file("in/a.txt.despin.json", "{}");
    place
}

fn found(place: &Place, flags: &str) -> Vec<String> {
    let done = place.run(&format!("detect {flags}"));
    assert!(done.code == 1, "{} {}", done.text(), done.err);
    done.text().lines().map(|line| line.split(": ").next().unwrap().to_string()).collect()
}

#[test]
fn directories_are_walked_in_order() {
    let place = place();
    assert_eq!(found(&place, "in"), ["in/a.txt", "in/b.md", "in/deep/c.txt", "in/f.jsonl:1"]);
    assert_eq!(
        found(&place, "--no-ignore in --glob *.txt"),
        ["in/a.txt", "in/deep/c.txt", "in/old/d.txt", "in/skip.txt"]
    );
    assert_eq!(found(&place, "--hidden in --glob *.txt"), ["in/.hidden.txt", "in/a.txt", "in/deep/c.txt"]);
    assert_eq!(found(&place, "in --glob !deep --glob !*.jsonl"), ["in/a.txt", "in/b.md"]);
    assert_eq!(found(&place, "in --glob *.rs"), ["in/deep/c.rs"]);
    // What is named is taken, whatever it is called.
    assert_eq!(found(&place, "in/e in/deep in/skip.txt"), ["in/e", "in/deep/c.txt", "in/skip.txt"]);
}

#[cfg(unix)]
#[test]
fn links_lead_no_walk_in_circles_or_out_of_its_directory() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.file("in/a.txt", SPUN).file("elsewhere/b.txt", SPUN);
    for (to, at) in [("..", "in/up"), (".", "in/round"), ("../elsewhere", "in/out"), ("../elsewhere/b.txt", "in/b.txt")]
    {
        symlink(to, place.path(at)).unwrap();
    }
    symlink("self.txt", place.path("in/self.txt")).unwrap();
    assert_eq!(found(&place, "in"), ["in/a.txt"]);
    // A link that is named is followed.
    assert_eq!(found(&place, "in/b.txt"), ["in/b.txt"]);
    assert!(place.run("detect in/self.txt").ended(2).err.contains("in/self.txt"));
}

#[cfg(unix)]
#[test]
fn names_may_have_line_ends_and_escapes() {
    let place = Place::new();
    let name = "in/a\n\u{1b}[31mb.txt";
    place.file(name, SPUN);
    place.run("restore in --out out").ended(0);
    assert!(String::from_utf8(place.read(&name.replace("in/", "out/"))).unwrap().contains(RESTORED));
    let said = place.run("detect in").ended(1);
    assert!(!said.text().contains('\u{1b}') && said.text().lines().count() == 1, "{}", said.text());
}

#[test]
fn lists_name_files() {
    let place = place();
    let list = b"in/a.txt\r\n\nin/deep\n";
    let said = place.feed("detect --file-list -", list).ended(1);
    assert_eq!(said.text().lines().count(), 2);
    place.file("list", b"in/e\0in/a.txt\0");
    assert_eq!(found(&place, "--file-list list"), ["in/e", "in/a.txt"]);
    assert!(place.feed("detect --file-list - -", list).ended(2).err.contains("the standard input is one text"));
    assert!(place.run("detect --glob *.none in").ended(2).err.starts_with("despin: in: there is no text in it; "));
}

#[test]
fn texts_in_directories_are_written_in_place_and_compared() {
    let place = Place::new();
    place.file("in/a.txt", SPUN).file("in/b.txt", GENUINE);
    assert_eq!(place.run("restore --check in").ended(1).text(), "in/a.txt\n");
    assert!(place.run("restore --diff in").ended(1).text().contains("[-mentioned-]{+said+}"));
    place.run("restore -w in").ended(0);
    assert_eq!(place.names(), ["in/a.txt", "in/a.txt.despin.json", "in/b.txt"]);
    place.run("undo in/a.txt").ended(0);
    assert_eq!(place.read("in/a.txt"), SPUN.as_bytes());
}

#[test]
fn nothing_is_written_outside_the_directory() {
    let place = Place::new();
    place.file("up/a.txt", SPUN).file("work/b.txt", SPUN).file("work/sub/c.txt", SPUN);
    let absolute = place.path("up/a.txt");
    place
        .run(&format!("clean --out out up/../work/sub/../b.txt {} work/./sub/../../up/../work/sub", absolute.display()))
        .ended(0);
    let names: Vec<String> =
        place.names().into_iter().filter(|name| name.starts_with("out") || name.contains("..")).collect();
    assert_eq!(names, ["out/a.txt", "out/b.txt", "out/c.txt"]);
    // What is written is not read again.
    place.run("clean --out work/out work").ended(0);
    place.run("clean --out work/out work").ended(0);
    let names: Vec<String> = place.names().into_iter().filter(|name| name.starts_with("work/out")).collect();
    assert_eq!(names, ["work/out/b.txt", "work/out/sub/c.txt"]);
}
