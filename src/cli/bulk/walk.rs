//! Which files there are: those that are named, those in directories, and those of a list.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use crate::bulk::shape::{Compression, Shape};
use crate::cli::bulk::{BulkArgs, InputFormat, shape_of};
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};

/// A file to be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called in output.
    pub name: String,
    /// Where what comes out goes below --out: names alone, nothing that leads out of a directory.
    pub below: PathBuf,
    /// What it is.
    pub shape: Shape,
    /// How it is packed.
    pub compression: Compression,
    /// How many bytes it has, and when it was written, where that can be told.
    pub stamp: Option<(u64, u128)>,
}

/// The inputs of `command`, in order. What it writes is not among them, though it may lie in a directory that is read.
///
/// # Errors
///
/// Where a directory or a list cannot be read, two files would be written to one, or there is nothing.
pub fn inputs(command: &str, args: &BulkArgs, files: &[PathBuf], output: Option<&Path>) -> Result<Vec<Input>> {
    let mut named = files.to_vec();
    if let Some(list) = &args.file_list {
        named.extend(listed(list)?);
    }
    let named = if args.file_list.is_some() { named } else { inputs::or_stdin(&named) };
    inputs::check_stdin(command, named.iter().chain(&args.file_list))?;
    let own = [args.out.as_deref(), args.rejects.as_deref(), args.journal_dir.as_deref(), output];
    let own: HashSet<PathBuf> = own.into_iter().flatten().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
    let mut found = Vec::new();
    for path in &named {
        if path.is_dir() {
            in_directory(args, path, &own, &mut found)?;
        } else {
            let below = path.file_name().map(PathBuf::from).unwrap_or_default();
            found.extend(input(args, path, below, true));
        }
    }
    if found.is_empty() {
        let mend = "name files, or choose with --glob, --hidden or --no-ignore";
        let (place, fault) = match &named[..] {
            [path] => (inputs::name(path), "there is no text in it"),
            _ => (command.to_string(), "there is no text in what was given"),
        };
        return Err(Error::new(ErrorKind::Usage, place, fault, mend));
    }
    Ok(found)
}

/// The input at `path`; none where it is not `is_named` and its name does not tell what it is.
fn input(args: &BulkArgs, path: &Path, below: PathBuf, is_named: bool) -> Option<Input> {
    let (shape, compression) = shape_of(path);
    let asked = args.input_format.map(|format| match format {
        InputFormat::Jsonl => Shape::Jsonl,
        InputFormat::Csv => Shape::Csv,
        InputFormat::Warc => Shape::Warc,
        InputFormat::Text => Shape::Text,
    });
    let shape =
        asked.or(shape).or((is_named || args.glob.iter().any(|glob| !glob.starts_with('!'))).then_some(Shape::Text))?;
    let stamp = std::fs::metadata(path).ok().filter(|meta| meta.is_file()).map(|meta| {
        let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (meta.len(), time.map_or(0, |time| time.as_nanos()))
    });
    Some(Input { path: path.to_path_buf(), name: inputs::name(path), below, shape, compression, stamp })
}

fn in_directory(args: &BulkArgs, dir: &Path, own: &HashSet<PathBuf>, found: &mut Vec<Input>) -> Result<()> {
    let mut globs = OverrideBuilder::new(dir);
    for glob in &args.glob {
        globs.add(glob).map_err(|error| wrong_glob(glob, &error))?;
    }
    let globs = globs.build().map_err(|error| wrong_glob("--glob", &error))?;
    let own = own.clone();
    let mut walk = WalkBuilder::new(dir);
    // Corpora are not kept in git as a rule; a .gitignore counts there, too.
    walk.standard_filters(!args.no_ignore).hidden(!args.hidden).require_git(false);
    walk.sort_by_file_path(Path::cmp);
    // Not by the walk's own overrides, which would bring back what .gitignore leaves out.
    walk.filter_entry(move |entry| {
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_left_out = entry.depth() > 0 && globs.matched(entry.path(), is_directory).is_ignore();
        let is_own = || !own.is_empty() && std::fs::canonicalize(entry.path()).is_ok_and(|path| own.contains(&path));
        !is_left_out && !is_own()
    });
    for entry in walk.build() {
        let unreadable = |e: ignore::Error| {
            let fault = e.to_string();
            Error::new(
                ErrorKind::Io,
                inputs::name(dir),
                format!("cannot list it: {fault}"),
                "ask for the right to read it",
            )
        };
        let entry = entry.map_err(unreadable)?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        let below = path.strip_prefix(dir).unwrap_or(path);
        // Journals and unfinished outputs are of despin itself.
        if is_own_name(&path.file_name().unwrap_or_default().to_string_lossy()) {
            continue;
        }
        let below = below.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        found.extend(input(args, path, below, false));
    }
    Ok(())
}

fn is_own_name(name: &str) -> bool {
    name.ends_with(".despin.json")
        || name.ends_with(".despin.jsonl")
        || name.ends_with(".part")
        || name.ends_with(".despin-run")
}

fn wrong_glob(glob: &str, error: &ignore::Error) -> Error {
    Error::new(ErrorKind::Usage, glob, format!("cannot be a glob: {error}"), "write it as in .gitignore")
}

/// The files of a list.
fn listed(list: &Path) -> Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    if files::is_stdin(list) {
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|e| Error::io(Path::new("standard input"), "read it", e, "give a file instead"))?;
    } else {
        bytes = files::read(list)?;
    }
    // Names may have line ends in them; a list with a NUL is of such a tool as `find -print0`.
    let end = if bytes.contains(&0) { 0 } else { b'\n' };
    let names = bytes.split(|&b| b == end).map(|name| if end == 0 { name } else { name.trim_ascii_end() });
    Ok(names.filter(|name| !name.is_empty()).map(path_of).collect())
}

#[cfg(unix)]
fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}
