//! A file that grows beside its place, and takes it when it is whole.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::bulk::compress::frame;
use crate::bulk::shape::Compression;
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};

/// Bytes, unpacked, after which a frame ends in any case.
const FRAME_BYTES: usize = 4 << 20;

/// How far a sink has come. With its tail, it can be gone on with from here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Bytes in the file.
    pub len_bytes: u64,
    /// Records since the last frame ended.
    pub n_records: u64,
    /// Bytes of them, which are not in the file yet.
    pub tail_bytes: usize,
}

/// Where records go: a file that is packed in frames of so many records, or of so many bytes, so that the same records always give
/// the same bytes.
pub struct Sink {
    target: PathBuf,
    part: PathBuf,
    file: File,
    compression: Compression,
    frame_records: u64,
    tail: Vec<u8>,
    n_records: u64,
    len_bytes: u64,
}

/// Where the file grows that will be at `target`.
pub fn part_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    target.with_file_name(name)
}

impl Sink {
    /// One for `target`, gone on with from `mark` and its `tail`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written, or has become shorter since.
    pub fn open(target: &Path, compression: Compression, frame_records: u64, mark: &Mark, tail: &[u8]) -> Result<Sink> {
        let part = part_of(target);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).map_err(|e| Error::io(directory, "make it", e, "name another place"))?;
        }
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&part);
        let mut file = opened.map_err(|e| unwritable(&part, e))?;
        let len = file.metadata().map_err(|e| unwritable(&part, e))?.len();
        if len < mark.len_bytes {
            let fault = "it is shorter than the run left it";
            return Err(Error::new(ErrorKind::Io, part.display().to_string(), fault, "begin again without --resume"));
        }
        let cut = file.set_len(mark.len_bytes).and_then(|()| file.seek(SeekFrom::End(0)));
        cut.map_err(|e| unwritable(&part, e))?;
        Ok(Sink {
            target: target.to_path_buf(),
            part,
            file,
            compression,
            frame_records,
            tail: tail.to_vec(),
            n_records: mark.n_records,
            len_bytes: mark.len_bytes,
        })
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn push(&mut self, record: &[u8]) -> Result<()> {
        self.tail.extend_from_slice(record);
        self.n_records += 1;
        if self.n_records >= self.frame_records || self.tail.len() >= FRAME_BYTES {
            self.end_frame()?;
        }
        Ok(())
    }

    fn end_frame(&mut self) -> Result<()> {
        if !self.tail.is_empty() {
            let packed = frame(&self.tail, self.compression).map_err(|e| unwritable(&self.part, e))?;
            self.file.write_all(&packed).map_err(|e| unwritable(&self.part, e))?;
            self.len_bytes += packed.len() as u64;
            self.tail.clear();
        }
        self.n_records = 0;
        Ok(())
    }

    /// Makes what is in the file last, and says how far it has come, with what is not in it yet.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written.
    pub fn mark(&mut self) -> Result<(Mark, &[u8])> {
        self.file.sync_data().map_err(|e| unwritable(&self.part, e))?;
        let mark = Mark { len_bytes: self.len_bytes, n_records: self.n_records, tail_bytes: self.tail.len() };
        Ok((mark, &self.tail))
    }

    /// Ends the last frame, so that the file is whole, and stays beside its place.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn end(&mut self) -> Result<()> {
        self.end_frame()?;
        if self.len_bytes == 0 && self.compression != Compression::None {
            // Nothing at all is no packed file.
            let packed = frame(b"", self.compression).map_err(|e| unwritable(&self.part, e))?;
            self.file.write_all(&packed).map_err(|e| unwritable(&self.part, e))?;
            self.len_bytes += packed.len() as u64;
        }
        Ok(())
    }

    /// Gives the file its place.
    ///
    /// # Errors
    ///
    /// Where it cannot be given it.
    pub fn place(self) -> Result<()> {
        self.file.sync_all().map_err(|e| unwritable(&self.part, e))?;
        drop(self.file);
        place(&self.target)
    }

    /// Takes the file away.
    pub fn discard(self) {
        drop(self.file);
        let _ = fs::remove_file(&self.part);
    }
}

/// Makes `bytes`, packed, the contents of the file at `target`, all at once.
///
/// Unlike [`files::write`] it writes to one and the same name beside it, so that a run that is killed and goes on leaves nothing.
///
/// # Errors
///
/// Where it cannot be written; what was there before is there then.
pub fn write(target: &Path, bytes: &[u8], compression: Compression) -> Result<()> {
    whole(target, bytes, compression)?.place()
}

/// `bytes`, packed, in a file beside `target`.
fn whole(target: &Path, bytes: &[u8], compression: Compression) -> Result<Sink> {
    let mut sink = Sink::open(target, compression, 1, &Mark::default(), &[])?;
    sink.push(bytes)?;
    sink.end()?;
    Ok(sink)
}

/// Whole files that wait beside their places, to be given them together: a disk makes many files last in little more time than one, if
/// it is asked for them at once.
#[derive(Default)]
pub struct Waiting(Vec<(Sink, Option<PathBuf>)>);

/// Files that wait, at most.
const MOST_WAITING: usize = 64;
/// Files that the disk is asked for at once.
const AT_ONCE: usize = 16;

impl Waiting {
    /// As [`write`], but that it may not have its place yet. When it has, the file at `outdated` goes.
    ///
    /// # Errors
    ///
    /// Where it, or one before it, cannot be written.
    pub fn add(
        &mut self,
        target: &Path,
        bytes: &[u8],
        compression: Compression,
        outdated: Option<PathBuf>,
    ) -> Result<()> {
        self.0.push((whole(target, bytes, compression)?, outdated));
        if self.0.len() < MOST_WAITING { Ok(()) } else { self.place() }
    }

    /// Gives them their places, in the order in which they came.
    ///
    /// # Errors
    ///
    /// Where one cannot be made to last: then none has its place. Where one cannot be given it.
    pub fn place(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.0);
        for some in waiting.chunks(AT_ONCE) {
            let sync = |sink: &Sink| sink.file.sync_all().map_err(|e| unwritable(&sink.part, e));
            let synced: Vec<Result<()>> = std::thread::scope(|scope| {
                let threads: Vec<_> = some.iter().map(|(sink, _)| scope.spawn(move || sync(sink))).collect();
                threads.into_iter().map(|thread| thread.join().expect("asking the disk does not panic")).collect()
            });
            synced.into_iter().collect::<Result<()>>()?;
        }
        // One file in each directory.
        let mut placed = BTreeMap::new();
        for (Sink { target, .. }, outdated) in waiting {
            rename(&target)?;
            if let Some(path) = outdated.filter(|path| path.exists()) {
                fs::remove_file(&path).map_err(|e| unwritable(&path, e))?;
            }
            placed.insert(target.parent().map(Path::to_path_buf), target);
        }
        placed.values().for_each(|target| files::sync_directory(target));
        Ok(())
    }
}

/// Gives what grew beside `target` its place.
///
/// # Errors
///
/// Where it cannot be given it.
pub fn place(target: &Path) -> Result<()> {
    rename(target)?;
    files::sync_directory(target);
    Ok(())
}

fn rename(target: &Path) -> Result<()> {
    let part = part_of(target);
    if let Ok(meta) = fs::metadata(target) {
        // What takes a file's place is for the same eyes.
        let _ = fs::set_permissions(&part, meta.permissions());
    }
    fs::rename(part, target).map_err(|e| unwritable(target, e))
}

pub(super) fn unwritable(path: &Path, error: std::io::Error) -> Error {
    files::unwritable(path, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_outdated_stays_with_what_could_not_be_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for name in ["a", "a.journal", "b", "b.journal"] {
            fs::write(path(name), "old").unwrap();
        }
        // Nothing can grow where a directory is.
        fs::create_dir(path("b.part")).unwrap();
        let mut waiting = Waiting::default();
        let mut add = |name: &str| {
            let outdated = path(&format!("{name}.journal"));
            waiting.add(&path(name), b"new", Compression::None, Some(outdated))
        };
        add("a").unwrap();
        add("b").unwrap_err();
        // Neither has its place yet.
        assert_eq!(fs::read(path("a")).unwrap(), b"old");
        waiting.place().unwrap();
        assert_eq!(fs::read(path("a")).unwrap(), b"new");
        assert_eq!(fs::read(path("b")).unwrap(), b"old");
        assert!(!path("a.journal").exists() && !path("a.part").exists());
        assert!(path("b.journal").exists(), "b is as it was, and nothing can take it back");
    }
}
