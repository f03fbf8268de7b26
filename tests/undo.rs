//! `despin undo` on real files: whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use despin::cli::exit::Exit;
use despin::cli::files;
use despin::cli::undo::{UndoArgs, run};
use despin::cli::verify::{self, VerifyArgs, VerifyFormat};
use despin::journal::{Journal, Pass};
use despin::text::edit::{Cause, Edit, EditScript};
use despin::text::source::Source;
use despin::text::span::Span;
use tempfile::TempDir;

const FIRST: &[u8] = b"\xef\xbb\xbfA gigantic \xff man.\r\n";

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file of this name that has `bytes`.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The names in the directory, sorted.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The journal of a run over the file that puts `after` for `before`, and what the run makes of it.
fn journal_of(path: &Path, before: &str, after: &str) -> (Journal, Vec<u8>) {
    let bytes = fs::read(path).unwrap();
    let source = Source::decode(&bytes);
    let start = source.text.find(before).unwrap();
    let span = Span::new(start, start + before.len());
    let edit = Edit { span, before: before.into(), after: after.into(), cause: Cause::rule("test") };
    Journal::record(&bytes, &source.layout, vec![Pass::new("restore", EditScript::new(vec![edit]).unwrap())]).unwrap()
}

/// Makes that run and gives the journal's path.
fn change(path: &Path, before: &str, after: &str) -> PathBuf {
    let (journal, bytes) = journal_of(path, before, after);
    files::write_with_journal(path, &bytes, &journal, None).unwrap()
}

fn undo(args: UndoArgs) -> Result<String, String> {
    let mut out = Vec::new();
    match run(&args, &mut out) {
        Ok(exit) => {
            assert_eq!(exit, Exit::Clean);
            Ok(String::from_utf8_lossy(&out).into_owned())
        }
        Err(error) => {
            assert!(out.is_empty());
            Err(error.to_string())
        }
    }
}

fn args(file: &Path) -> UndoArgs {
    UndoArgs { file: file.to_path_buf(), ..UndoArgs::default() }
}

#[test]
fn gives_the_first_bytes_back() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    let journal = change(&file, "gigantic", "big");
    assert_eq!(fs::read(&file).unwrap(), b"\xef\xbb\xbfA big \xff man.\r\n");
    assert_eq!(journal, desk.path("a.txt.despin.json"));
    let said = undo(args(&file)).unwrap();
    assert_eq!(said, format!("{}: 1 edit undone, by {}\n", file.display(), journal.display()));
    assert_eq!(fs::read(&file).unwrap(), FIRST);
    assert_eq!(desk.names(), ["a.txt", "a.txt.despin.json"]);
}

#[test]
fn runs_are_undone_one_after_the_other() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    change(&file, "gigantic", "big");
    let second = fs::read(&file).unwrap();
    assert_eq!(change(&file, "man", "boy"), desk.path("a.txt.despin.2.json"));
    assert_eq!(change(&file, "A", "The"), desk.path("a.txt.despin.3.json"));
    undo(args(&file)).unwrap();
    undo(args(&file)).unwrap();
    assert_eq!(fs::read(&file).unwrap(), second);
    undo(UndoArgs { remove_journal: true, ..args(&file) }).unwrap();
    assert_eq!(fs::read(&file).unwrap(), FIRST);
    assert_eq!(desk.names(), ["a.txt", "a.txt.despin.2.json", "a.txt.despin.3.json"]);
    // The kept journals are never written over.
    assert_eq!(change(&file, "man", "boy"), desk.path("a.txt.despin.4.json"));
}

#[test]
fn writes_elsewhere_or_prints() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    change(&file, "gigantic", "big");
    let changed = fs::read(&file).unwrap();
    let printed = undo(UndoArgs { stdout: true, ..args(&file) }).unwrap();
    assert_eq!(printed, String::from_utf8_lossy(FIRST));
    assert_eq!(undo(UndoArgs { output: Some("-".into()), ..args(&file) }).unwrap(), printed);
    let output = desk.path("out.txt");
    assert_eq!(undo(UndoArgs { output: Some(output.clone()), ..args(&file) }).unwrap(), "");
    assert_eq!(fs::read(&output).unwrap(), FIRST);
    assert_eq!(fs::read(&file).unwrap(), changed);
}

#[test]
fn a_journal_can_be_named() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    let (journal, bytes) = journal_of(&file, "gigantic", "big");
    let place = desk.path("j.json");
    assert_eq!(files::write_with_journal(&file, &bytes, &journal, Some(&place)).unwrap(), place);
    assert!(undo(args(&file)).unwrap_err().contains("there is no journal beside it; name one with --journal"));
    undo(UndoArgs { journal: Some(place.clone()), ..args(&file) }).unwrap();
    assert_eq!(fs::read(&file).unwrap(), FIRST);
    // A journal that was named is no more written over than another.
    let error = files::write_with_journal(&file, &bytes, &journal, Some(&place)).unwrap_err().to_string();
    assert!(error.contains("a journal may be the only way back; name another, or move it away"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), FIRST);
}

#[test]
fn refuses_what_does_not_match_and_loses_nothing() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    let journal = change(&file, "gigantic", "big");
    fs::write(&file, b"Edited by hand.").unwrap();
    assert!(undo(args(&file)).unwrap_err().contains("its digest is another"));
    assert_eq!(fs::read(&file).unwrap(), b"Edited by hand.");
    fs::write(&file, FIRST).unwrap();
    assert!(undo(args(&file)).unwrap_err().contains("as it was before the run already; there is nothing to undo"));
    // Cut short.
    let json = fs::read(&journal).unwrap();
    fs::write(&journal, &json[..json.len() / 2]).unwrap();
    assert!(undo(args(&file)).unwrap_err().contains("not a journal: EOF while parsing"));
    fs::write(&journal, b"\xff").unwrap();
    assert!(undo(args(&file)).unwrap_err().contains("not a journal: not UTF-8"));
    assert_eq!(fs::read(&file).unwrap(), FIRST);
    assert_eq!(desk.names(), ["a.txt", "a.txt.despin.json"]);
}

#[test]
fn an_older_journal_serves_where_the_newest_does_not() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    change(&file, "gigantic", "big");
    desk.file("a.txt.despin.2.json", b"{}");
    desk.file("a.txt.despin.02.json", b"not ours");
    desk.file("a.txt.despin.99999999999999999999.json", b"not ours");
    undo(args(&file)).unwrap();
    assert_eq!(fs::read(&file).unwrap(), FIRST);
    assert_eq!(change(&file, "gigantic", "big"), desk.path("a.txt.despin.3.json"));
}

#[test]
fn says_what_it_cannot_read_or_write() {
    let desk = Desk::new();
    let missing = desk.path("none.txt");
    let name = missing.display();
    assert_eq!(
        undo(args(&missing)).unwrap_err(),
        format!("{name}: cannot read it: no such file or directory; check the name")
    );
    let directory = desk.dir.path();
    let name = directory.display();
    assert_eq!(undo(args(directory)).unwrap_err(), format!("{name}: it is a directory; name the files in it"));
    assert_eq!(
        files::write(directory, b"x").unwrap_err().to_string(),
        format!("{name}: it is a directory; name the files in it")
    );
    let deep = desk.path("no/where.txt");
    let error = files::write(&deep, b"x").unwrap_err().to_string();
    assert_eq!(
        error,
        format!("{}: cannot write it: no such file or directory; make its directory first", deep.display())
    );
    assert!(undo(args(Path::new("-"))).unwrap_err().contains("name one with --journal"));
    let file = desk.file("a.txt", FIRST);
    let both = UndoArgs { stdout: true, remove_journal: true, ..args(&file) };
    assert!(undo(both).unwrap_err().contains("leave out --remove-journal"));
    let both = UndoArgs { stdout: true, output: Some(desk.path("x")), ..args(&file) };
    assert!(undo(both).unwrap_err().contains("two places"));
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    let (journal, bytes) = journal_of(&file, "gigantic", "big");
    fs::write(&file, b"Somebody else was here.").unwrap();
    let error = files::write_with_journal(&file, &bytes, &journal, None).unwrap_err().to_string();
    assert!(error.contains("changed while despin was at work"), "{error}");
    assert_eq!(desk.names(), ["a.txt"]);
}

#[test]
fn a_closed_pipe_is_told_apart() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(files::print(&mut Closed, b"x").unwrap_err().is_broken_pipe());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn permissions_stay_and_the_journal_has_them_too() {
        let desk = Desk::new();
        for wanted in [0o600, 0o644, 0o755, 0o660] {
            let file = desk.file(&format!("{wanted:o}.txt"), FIRST);
            fs::set_permissions(&file, fs::Permissions::from_mode(wanted)).unwrap();
            let journal = change(&file, "gigantic", "big");
            assert_eq!((mode(&file), mode(&journal)), (wanted, wanted));
            undo(args(&file)).unwrap();
            assert_eq!(mode(&file), wanted);
        }
    }

    #[test]
    fn links_stay_links() {
        let desk = Desk::new();
        fs::create_dir(desk.path("sub")).unwrap();
        let file = desk.file("sub/a.txt", FIRST);
        let link = desk.path("link.txt");
        symlink("hop.txt", &link).unwrap();
        symlink("sub/a.txt", desk.path("hop.txt")).unwrap();
        change(&link, "gigantic", "big");
        assert_eq!(fs::read(&file).unwrap(), b"\xef\xbb\xbfA big \xff man.\r\n");
        undo(args(&link)).unwrap();
        assert_eq!(fs::read(&file).unwrap(), FIRST);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(desk.names(), ["hop.txt", "link.txt", "link.txt.despin.json", "sub"]);
        // One that leads to nothing yet, and two that lead to each other.
        symlink("sub/new.txt", desk.path("new")).unwrap();
        files::write(&desk.path("new"), b"x").unwrap();
        assert_eq!(fs::read(desk.path("sub/new.txt")).unwrap(), b"x");
        symlink("round", desk.path("round")).unwrap();
        assert!(files::write(&desk.path("round"), b"x").unwrap_err().to_string().contains("links lead in a circle"));
    }

    #[test]
    fn what_is_no_file_is_written_to() {
        files::write(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn what_may_not_be_written_is_refused() {
        let desk = Desk::new();
        fs::create_dir(desk.path("sub")).unwrap();
        let file = desk.file("sub/a.txt", FIRST);
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&file, 0o444);
        set(&desk.path("sub"), 0o555);
        if fs::write(desk.path("sub/probe"), b"").is_ok() {
            // Root may write everywhere, so there is nothing to see.
            return;
        }
        let (journal, bytes) = journal_of(&file, "gigantic", "big");
        let error = files::write_with_journal(&file, &bytes, &journal, None).unwrap_err().to_string();
        assert!(
            error.contains("cannot write a file beside it: permission denied; make its directory writable"),
            "{error}"
        );
        set(&desk.path("sub"), 0o755);
        let error = files::write_with_journal(&file, &bytes, &journal, None).unwrap_err().to_string();
        assert!(error.contains("cannot write it: permission denied; make it writable, or write elsewhere"), "{error}");
        // The journal that was written first is gone again.
        assert_eq!(fs::read_dir(desk.path("sub")).unwrap().count(), 1);
        assert_eq!(fs::read(&file).unwrap(), FIRST);
    }
}

#[test]
fn a_chain_of_runs_is_taken_back_to_the_start() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    change(&file, "gigantic", "huge");
    change(&file, "huge", "big");
    change(&file, "big", "gigantic");
    change(&file, "gigantic", "large");
    let args = UndoArgs { file: file.clone(), all: true, ..UndoArgs::default() };
    let mut out = Vec::new();
    run(&args, &mut out).unwrap();
    assert_eq!(fs::read(&file).unwrap(), FIRST);
    assert!(String::from_utf8(out).unwrap().contains("4 edits undone, by "));
    // In a chain that a person's edit broke, what follows the edit is taken back.
    change(&file, "gigantic", "huge");
    let edited = [&fs::read(&file).unwrap()[..], b"More.\n"].concat();
    fs::write(&file, &edited).unwrap();
    change(&file, "huge", "big");
    run(&args, &mut Vec::new()).unwrap();
    assert_eq!(fs::read(&file).unwrap(), edited);
}

#[test]
fn journals_are_verified() {
    let desk = Desk::new();
    let file = desk.file("a.txt", FIRST);
    change(&file, "gigantic", "huge");
    let second = change(&file, "huge", "big");
    let said = |paths: &[&PathBuf]| {
        let args =
            VerifyArgs { paths: paths.iter().map(|path| path.to_path_buf()).collect(), format: VerifyFormat::Json };
        let mut out = Vec::new();
        let exit = verify::run(&args, &mut out).unwrap();
        let lines = String::from_utf8(out).unwrap();
        let states: Vec<String> = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["state"].as_str().unwrap().into())
            .collect();
        (exit, states)
    };
    assert_eq!(said(&[&file]), (Exit::Clean, vec!["sound".to_string(), "sound".into()]));
    assert_eq!(said(&[&second]), (Exit::Clean, vec!["sound".to_string()]));
    run(&UndoArgs { file: file.clone(), ..UndoArgs::default() }, &mut Vec::new()).unwrap();
    assert_eq!(said(&[&file]), (Exit::Clean, vec!["sound".to_string(), "undone".into()]));
    let json = fs::read_to_string(&second).unwrap();
    fs::write(&second, &json[..json.len() / 2]).unwrap();
    assert_eq!(said(&[&file]), (Exit::Found, vec!["sound".to_string(), "damaged".into()]));
    fs::write(&second, json.replace("\"after\": \"big\"", "\"after\": \"bag\"")).unwrap();
    fs::write(&file, b"Something else.").unwrap();
    assert_eq!(said(&[&file]), (Exit::Found, vec!["detached".to_string(), "detached".into()]));
    let args = VerifyArgs { paths: vec![desk.path("b.txt.despin.json")], ..VerifyArgs::default() };
    assert!(verify::run(&args, &mut Vec::new()).is_err());
}
