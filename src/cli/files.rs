//! Files in and out: reading inputs, and writing so that there is always either the whole first file or the whole next one.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind as IoKind, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, ErrorKind, Result};
use crate::journal::Journal;

/// The path that stands for the standard input.
pub const STDIN: &str = "-";

/// True for the path that stands for the standard input.
pub fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// The bytes of a file, or of the standard input where `path` is `-`.
///
/// # Errors
///
/// Where it cannot be read: it is missing, a directory, or not for this user.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    if is_stdin(path) {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|e| Error::io(Path::new("standard input"), "read it", e, "give a file instead"))?;
        return Ok(bytes);
    }
    if path.is_dir() {
        return Err(is_a_directory(path));
    }
    fs::read(path).map_err(|e| {
        let mend = match e.kind() {
            IoKind::NotFound => "check the name",
            IoKind::PermissionDenied => "ask for the right to read it",
            _ => "check the file and its disk",
        };
        Error::io(path, "read it", e, mend)
    })
}

/// Writes `bytes` to the standard output or what stands in for it.
///
/// # Errors
///
/// Where that fails; where its reader is gone, [`Error::is_broken_pipe`] is true.
pub fn print(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    let failed = |e| Error::io(Path::new("standard output"), "write to it", e, "write to a file with -o");
    out.write_all(bytes).and_then(|()| out.flush()).map_err(failed)
}

/// Makes `bytes` the contents of the file at `path`, all at once.
///
/// The bytes go to a temporary file in the same directory, which then takes the file's name, so that
/// a crash leaves either the first file or the next one whole. Permissions stay, and a symbolic link stays a link: the file
/// it leads to is replaced. What is no regular file, such as `/dev/stdout`, is written to directly.
///
/// # Errors
///
/// Where the file or its directory cannot be written; the file is then as it was.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = followed(path)?;
    match fs::metadata(&target) {
        Ok(meta) if meta.is_dir() => return Err(is_a_directory(path)),
        Ok(meta) if meta.is_file() => {
            // A file that is read-only would be replaced without a word, since that is the directory's affair.
            OpenOptions::new().write(true).open(&target).map_err(|e| unwritable(path, e))?;
            let temporary = temporary(path, &target, bytes, Some(&meta))?;
            temporary.persist(&target).map_err(|e| unwritable(path, e.error))?;
        }
        Ok(_) => {
            let mut device = OpenOptions::new().write(true).open(&target).map_err(|e| unwritable(path, e))?;
            return device.write_all(bytes).map_err(|e| unwritable(path, e));
        }
        Err(e) if e.kind() == IoKind::NotFound => {
            temporary(path, &target, bytes, None)?.persist(&target).map_err(|e| unwritable(path, e.error))?;
        }
        Err(e) => return Err(unwritable(path, e)),
    }
    sync_directory(&target);
    Ok(())
}

/// Refuses an output that is one of the inputs, or the journal: it would be lost, with no way back.
///
/// # Errors
///
/// Where `output` leads to one of `inputs`, or is called as `journal` is; `mend` says what `command` has instead.
pub fn check_output(
    command: &str,
    inputs: &[PathBuf],
    output: Option<&Path>,
    journal: Option<&Path>,
    mend: &str,
) -> Result<()> {
    let Some(output) = output.filter(|output| !is_stdin(output)) else { return Ok(()) };
    let refuse = |fault: &str, mend: &str| Err(Error::new(ErrorKind::Usage, command, fault, mend));
    if journal == Some(output) {
        return refuse("the text and the journal cannot be one file", "name another file for one of them");
    }
    // A terminal or a pipe can well be read and written.
    if fs::metadata(output).is_ok_and(|meta| meta.is_file())
        && let Ok(place) = fs::canonicalize(output)
        && inputs.iter().any(|input| !is_stdin(input) && fs::canonicalize(input).is_ok_and(|input| input == place))
    {
        return refuse("OUT is FILE itself, and would be overwritten without a journal", mend);
    }
    Ok(())
}

/// Writes `bytes` to a new file at `path`, all at once; false where there is something of this name already.
///
/// It gets the owner and the permissions of `like`: what tells of a private file is private too.
///
/// # Errors
///
/// Where it cannot be written.
pub fn write_new(path: &Path, bytes: &[u8], like: Option<&fs::Metadata>) -> Result<bool> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    match temporary(path, path, bytes, like)?.persist_noclobber(path) {
        Ok(_) => {
            sync_directory(path);
            Ok(true)
        }
        Err(e) if e.error.kind() == IoKind::AlreadyExists => Ok(false),
        Err(e) => Err(unwritable(path, e.error)),
    }
}

/// Puts `after` into the file at `path`, and the journal of how it came to be beside it; gives the journal's path.
///
/// The journal is written first, to `at` or else to the next free name of [`journals`], and never over another file. Where
/// the file cannot be written then, the journal is removed again.
///
/// # Errors
///
/// Where either cannot be written, `at` is taken, or the file is no longer what the journal begins with. The
/// file is then as it was.
pub fn write_with_journal(path: &Path, after: &[u8], journal: &Journal, at: Option<&Path>) -> Result<PathBuf> {
    if !journal.before.is_of(&read(path)?) {
        return Err(Error::new(
            ErrorKind::Io,
            path.display().to_string(),
            "the file was changed while despin was at work on it",
            "run despin again",
        ));
    }
    let json = journal.to_json();
    let like = fs::metadata(path).ok();
    let place = match at {
        Some(at) if write_new(at, json.as_bytes(), like.as_ref())? => at.to_path_buf(),
        Some(at) => {
            let fault = "there is a file of this name, and a journal may be the only way back";
            return Err(Error::new(ErrorKind::Io, at.display().to_string(), fault, "name another, or move it away"));
        }
        None => {
            let mut number = journals(path)?.first().map_or(1, |(number, _)| number + 1);
            loop {
                let place = journal_path(path, number);
                if write_new(&place, json.as_bytes(), like.as_ref())? {
                    break place;
                }
                // Another despin was quicker, or a directory has the name.
                number = number.checked_add(1).ok_or_else(|| {
                    let fault = "there is no number left for another journal";
                    Error::new(ErrorKind::Io, place.display().to_string(), fault, "move the old ones away")
                })?;
            }
        }
    };
    if let Err(error) = write(path, after) {
        let _ = fs::remove_file(&place);
        return Err(error);
    }
    Ok(place)
}

/// The journals beside the file at `path`, with their numbers, the newest first.
///
/// They are `FILE.despin.json`, then `FILE.despin.2.json` and so on, one a run.
///
/// # Errors
///
/// Where the directory cannot be read.
pub fn journals(path: &Path) -> Result<Vec<(u32, PathBuf)>> {
    let Some(name) = path.file_name() else {
        return Ok(Vec::new());
    };
    let directory = directory_of(path);
    let unreadable = |e| Error::io(directory, "list it", e, "name the journal with --journal");
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let entry_name = entry.file_name();
        let rest = entry_name.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
        let rest = rest.and_then(|rest| std::str::from_utf8(rest).ok());
        let number = match rest.and_then(|rest| rest.strip_prefix(".despin.")) {
            Some("json") => 1,
            Some(rest) => match rest.strip_suffix(".json").and_then(|number| number.parse().ok()) {
                // `2` and not `02` or `+2`: other spellings are other people's files. The last number has no next one.
                Some(number) if (2..u32::MAX).contains(&number) && rest == format!("{number}.json") => number,
                _ => continue,
            },
            None => continue,
        };
        found.push((number, path.with_file_name(entry_name)));
    }
    found.sort_by(|a, b| b.cmp(a));
    Ok(found)
}

/// Where the journal of the run with this number is kept, counted from 1.
pub fn journal_path(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(if number == 1 { ".despin.json".to_string() } else { format!(".despin.{number}.json") });
    path.with_file_name(name)
}

/// Reads the journal at `path`.
///
/// # Errors
///
/// Where the file cannot be read or is not a journal.
pub fn read_journal(path: &Path) -> Result<Journal> {
    let bytes = read(path)?;
    let place = path.display().to_string();
    match std::str::from_utf8(&bytes) {
        Ok(json) => Journal::from_json(&place, json),
        Err(_) => {
            Err(Error::new(ErrorKind::Journal, place, "not a journal: not UTF-8", "give the file that despin wrote"))
        }
    }
}

/// The file that `path` leads to through symbolic links, also where that file is not there yet.
fn followed(path: &Path) -> Result<PathBuf> {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut path_now = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path_now) {
            Ok(next) => path_now = directory_of(&path_now).join(next),
            // Not a link, or nothing there.
            Err(_) => return Ok(path_now),
        }
    }
    Err(Error::new(ErrorKind::Io, path.display().to_string(), "its links lead in a circle", "name the file itself"))
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// A temporary file beside `target` that has `bytes` on the disk; `path` is what errors call it.
fn temporary(path: &Path, target: &Path, bytes: &[u8], like: Option<&fs::Metadata>) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".despin-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets, less the user's mask; with a file to be like, nobody may look before it is.
        builder.permissions(fs::Permissions::from_mode(if like.is_some() { 0o600 } else { 0o666 }));
    }
    let directory = directory_of(target);
    let mut file = builder.tempfile_in(directory).map_err(|e| match e.kind() {
        IoKind::NotFound => Error::io(path, "write it", e, "make its directory first"),
        _ => Error::io(path, "write a file beside it", e, "make its directory writable, or write elsewhere with -o"),
    })?;
    let filled = file.write_all(bytes).and_then(|()| match like {
        Some(meta) => take_after(file.as_file(), meta),
        None => Ok(()),
    });
    filled.and_then(|()| file.as_file().sync_all()).map_err(|e| unwritable(path, e))?;
    Ok(file)
}

/// Gives `file` the owner, as far as this user may, and the permissions of another.
fn take_after(file: &File, meta: &fs::Metadata) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (meta.uid(), meta.gid()) {
            // Only root may give a file away; the group may be allowed where the owner is not.
            let _ = fchown(file, Some(meta.uid()), Some(meta.gid())).or_else(|_| fchown(file, None, Some(meta.gid())));
        }
    }
    file.set_permissions(meta.permissions())
}

/// Makes the new name last through a loss of power. Where a file system cannot, it has its own way.
pub(super) fn sync_directory(target: &Path) {
    #[cfg(unix)]
    if let Ok(directory) = File::open(directory_of(target)) {
        let _ = directory.sync_all();
    }
    #[cfg(not(unix))]
    let _ = target;
}

fn is_a_directory(path: &Path) -> Error {
    Error::new(ErrorKind::Io, path.display().to_string(), "it is a directory", "name the files in it")
}

/// The fault of a file that cannot be written.
pub(super) fn unwritable(path: &Path, error: std::io::Error) -> Error {
    let mend = match error.kind() {
        IoKind::PermissionDenied => "make it writable, or write elsewhere with -o",
        IoKind::StorageFull | IoKind::QuotaExceeded => "make room, or write elsewhere with -o",
        IoKind::NotFound => "make its directory first",
        _ => "write elsewhere with -o",
    };
    Error::io(path, "write it", error, mend)
}
