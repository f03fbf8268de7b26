//! Many texts at once: records of every shape, what is wrong with some, runs that are stopped, and which files there are.

mod formats;
mod rejects;
mod report;
mod resume;
mod undo;
mod walk;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use despin::bulk::compress;
use despin::bulk::shape::Compression;
use serde_json::Value;
use tempfile::TempDir;

const SPUN: &str = include_str!("../../fixtures/restore/harbour_article/input.txt");
const RESTORED: &str = "Marta Oleniuk, said.";
const GENUINE: &str = include_str!("../../fixtures/genuine/harbour_article/input.txt");
const PAGE: &str = include_str!("../../fixtures/html/01_divs_and_forms/page.html");

/// A folder to work in.
struct Place {
    dir: TempDir,
}

/// How a command ended.
struct Done {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Done {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    /// The same, if it ended with `code`.
    fn ended(self, code: i32) -> Done {
        assert_eq!(self.code, code, "{}\n{}", String::from_utf8_lossy(&self.out), self.err);
        self
    }
}

impl Place {
    fn new() -> Place {
        Place { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Place {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// What the file of this name holds, unpacked.
    fn unpacked(&self, name: &str) -> String {
        let mut out = String::new();
        let file = Box::new(fs::File::open(self.path(name)).unwrap());
        let mut stream = compress::reader(file, None, Compression::None, 1000, Default::default()).unwrap();
        std::io::Read::read_to_string(&mut stream, &mut out).unwrap();
        out
    }

    /// All files below, by name.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.dir.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    names.push(path.strip_prefix(self.dir.path()).unwrap().to_str().unwrap().to_string());
                }
            }
        }
        names.sort();
        names
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
        command.current_dir(self.dir.path()).args(line.split(' '));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, line: &str) -> Done {
        self.feed(line, b"")
    }

    fn feed(&self, line: &str, input: &[u8]) -> Done {
        let mut child = self.command(line).spawn().unwrap();
        // One thread writes while the other reads: a pipe holds little.
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                let _ = stdin.write_all(input);
            });
            child.wait_with_output().unwrap()
        });
        let err = String::from_utf8(output.stderr).unwrap();
        Done { code: output.status.code().expect("not killed"), out: output.stdout, err }
    }
}

/// `n` records of JSON, spun and genuine in turn, each a little other than the rest.
fn records(n: usize) -> String {
    let record = |i: usize| {
        let text = if i % 2 == 1 { SPUN } else { GENUINE };
        let text = serde_json::to_string(&format!("{text}\nCopy {i} of the caf\u{e9}.\u{200b}\n")).unwrap();
        format!("{{\"id\": {i}, \"price\": 1.50e+00, \"text\": {text}, \"more\": {{\"b\":1,\"a\":[true, null]}}}}\n")
    };
    (0..n).map(record).collect()
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

fn packed(text: &str, compression: Compression) -> Vec<u8> {
    compress::frame(text.as_bytes(), compression).unwrap()
}
