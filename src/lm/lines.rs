//! Opens a text file for reading by line, packed with zstd or plain.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::error::{Error, Result};

/// First four bytes of a zstd frame (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// `path` as lines. What it is packed with is read off its first bytes, not its name.
///
/// # Errors
///
/// Where the file cannot be opened or its first bytes cannot be read.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let mend = "give a file that can be read";
    let file = File::open(path).map_err(|e| Error::io(path, "open", e, mend))?;
    unpacked(BufReader::with_capacity(1 << 16, file)).map_err(|e| Error::io(path, "read", e, mend))
}

/// `reader`, unpacked where it begins as a zstd frame does.
///
/// # Errors
///
/// Where the first bytes cannot be read or zstd cannot be set up.
pub fn unpacked(mut reader: impl BufRead + 'static) -> std::io::Result<Box<dyn BufRead>> {
    if reader.fill_buf()?.starts_with(&ZSTD_MAGIC) {
        let decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
        return Ok(Box::new(BufReader::with_capacity(1 << 16, decoder)));
    }
    Ok(Box::new(reader))
}
