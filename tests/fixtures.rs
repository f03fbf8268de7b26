//! Texts of our own, with what despin makes of them. `DESPIN_UPDATE=1` rewrites what is expected: read the diff then.

use std::fs;
use std::path::{Path, PathBuf};

use despin::detect::verdict::Label;
use despin::eval::align::{distance, measured_tokens};
use despin::pipeline::Despinner;
use despin::text::source::Source;

fn folders(verb: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(verb);
    let mut folders: Vec<PathBuf> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 6, "{}: too few fixtures", root.display());
    folders
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{}: {e}", folder.join(name).display()))
}

#[test]
fn restores_as_expected() {
    let despinner = Despinner::builtin().unwrap();
    let mut wrong = Vec::new();
    for folder in folders("restore") {
        let input = read(&folder, "input.txt");
        let report = despinner.run(&input);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(report.verdict.label, Label::Spun, "{name}: {:?}", report.verdict.probability);
        assert_eq!(report.journal.undo(&report.restored_bytes).unwrap(), input, "{name}");
        if std::env::var_os("DESPIN_UPDATE").is_some() {
            fs::write(folder.join("expected.txt"), &report.restored_bytes).unwrap();
        } else if read(&folder, "expected.txt") != report.restored_bytes {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as expected: {wrong:?}; look with DESPIN_UPDATE=1 and git diff");
}

#[test]
fn restored_texts_are_nearer_to_their_originals() {
    let tokens = |bytes: &[u8]| measured_tokens(&Source::decode(bytes).text);
    let despinner = Despinner::builtin().unwrap();
    let (mut before, mut after) = (0, 0);
    for folder in folders("restore") {
        let twin = folder.parent().unwrap().with_file_name("genuine").join(folder.file_name().unwrap());
        let original = tokens(&read(&twin, "input.txt"));
        let input = read(&folder, "input.txt");
        before += distance(&tokens(&input), &original);
        after += distance(&tokens(&despinner.run(&input).restored_bytes), &original);
    }
    let removed = 1.0 - after as f64 / before as f64;
    assert!(removed > 0.5, "of the distance to the originals, only {removed:.2} is gone");
}

#[test]
fn genuine_texts_stay_as_they_are() {
    let despinner = Despinner::builtin().unwrap();
    for folder in folders("genuine") {
        let input = read(&folder, "input.txt");
        let report = despinner.run(&input);
        let name = folder.display();
        assert_ne!(report.verdict.label, Label::Spun, "{name}: {}", report.verdict.probability);
        assert!(report.restored_bytes == input, "{name}: changed");
    }
}

#[test]
fn lightly_spun_texts_are_not_taken_for_genuine() {
    let despinner = Despinner::builtin().unwrap();
    for folder in folders("detect") {
        let name = folder.file_name().unwrap();
        let twin = folder.parent().unwrap().with_file_name("genuine").join(name);
        let [spun, genuine] = [&folder, &twin].map(|folder| despinner.detect(&read(folder, "input.txt")));
        assert_ne!(spun.label, Label::Genuine, "{name:?}: {}", spun.probability);
        assert!(spun.probability > genuine.probability, "{name:?}: {} {}", spun.probability, genuine.probability);
    }
}

#[test]
fn the_main_article_has_its_genuine_twin_as_original() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let [a, b] = ["restore/harbour_article/original.txt", "genuine/harbour_article/input.txt"].map(|p| root.join(p));
    assert!(fs::read(a).unwrap() == fs::read(b).unwrap());
}

#[test]
fn repeating_itself_changes_no_verdict() {
    let despinner = Despinner::builtin().unwrap();
    for (folder, n) in [("restore/harbour_article", 20), ("genuine/harbour_article", 20)] {
        let text = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder), "input.txt");
        let once = despinner.detect(&text);
        let often = despinner.detect(&[text.as_slice(), b"\n\n"].concat().repeat(n));
        assert_eq!(once.label, often.label, "{folder}: {} once, {} repeated", once.probability, often.probability);
    }
}
