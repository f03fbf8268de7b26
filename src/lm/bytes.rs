//! The bytes of a model file: part of the program, in memory, or mapped into it.

use std::fs::File;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Where the bytes of a model are.
pub(super) enum Bytes {
    Static(&'static [u8]),
    Owned(Vec<u8>),
    Mapped(memmap2::Mmap),
}

impl Bytes {
    #[inline]
    pub(super) fn get(&self) -> &[u8] {
        match self {
            Bytes::Static(bytes) => bytes,
            Bytes::Owned(bytes) => bytes,
            Bytes::Mapped(map) => map,
        }
    }

    /// The file at `path`, mapped. It must not be changed while it is in use, as with every memory map.
    pub(super) fn map(path: &Path, mend: &str) -> Result<Bytes> {
        let file = File::open(path).map_err(|e| Error::io(path, "open", e, mend))?;
        let metadata = file.metadata().map_err(|e| Error::io(path, "read", e, mend))?;
        if metadata.is_dir() {
            return Err(Error::new(ErrorKind::LanguageModel, path.display().to_string(), "is a directory", mend));
        }
        // SAFETY: the map is only read, and only as bytes of any value; that nobody cuts the file short meanwhile is
        // asked of the caller above.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| Error::io(path, "map", e, mend))?;
        Ok(Bytes::Mapped(map))
    }
}
