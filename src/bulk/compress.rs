//! Packed streams: gzip of many members and Zstandard of many frames, in and out.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::bulk::shape::Compression;

/// Zstandard's own usual level: beyond it, packing costs more than it saves.
const ZSTD_LEVEL: i32 = 3;
/// Bytes read at once.
const CHUNK: usize = 128 * 1024;
/// Bytes read at once of a short file. Some files say that they have none, and have many.
const SMALLEST_CHUNK: u64 = 4096;
/// What unpacks to less than this is no bomb, whatever the ratio: a page of spaces is small, too.
const HARMLESS: u64 = 16 << 20;

/// `input`, unpacked. Where `compression` is none, its first bytes tell whether it is packed after all.
///
/// `len_bytes` is the length of a file, where that is known. `n_read` counts the packed bytes as they are read. A stream that
/// unpacks to more than `max_ratio` times its size fails once that is more than 16 MiB.
///
/// # Errors
///
/// Where the first bytes cannot be read.
pub fn reader(
    input: Box<dyn Read + Send>,
    len_bytes: Option<u64>,
    compression: Compression,
    max_ratio: u64,
    n_read: Arc<AtomicU64>,
) -> io::Result<Box<dyn BufRead + Send>> {
    let counted = Counted { input, n_read: n_read.clone() };
    // To set a whole chunk aside costs more than to read a small file. What is read to its end must be asked once more.
    let capacity = len_bytes.map_or(CHUNK, |len| len.saturating_add(1).clamp(SMALLEST_CHUNK, CHUNK as u64) as usize);
    let mut input = BufReader::with_capacity(capacity, counted);
    let compression = if compression == Compression::None { sniffed(input.fill_buf()?) } else { compression };
    let before = n_read.load(Ordering::Relaxed).saturating_sub(input.buffer().len() as u64);
    let guard = |unpacked: Box<dyn Read + Send>| {
        let guarded = Guarded { unpacked, n_unpacked: 0, max_ratio, n_read, before };
        Box::new(BufReader::with_capacity(CHUNK, guarded))
    };
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => guard(Box::new(MultiGzDecoder::new(input))),
        Compression::Zstd => guard(Box::new(zstd::stream::read::Decoder::with_buffer(input)?)),
    })
}

fn sniffed(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

/// `bytes` as one member or frame. The same bytes always give the same.
///
/// # Errors
///
/// Where there is no memory for it.
pub fn frame(bytes: &[u8], compression: Compression) -> io::Result<Vec<u8>> {
    match compression {
        Compression::None => Ok(bytes.to_vec()),
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        Compression::Zstd => {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
            encoder.include_checksum(true)?;
            encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
            encoder.write_all(bytes)?;
            encoder.finish()
        }
    }
}

/// Counts what is read.
struct Counted {
    input: Box<dyn Read + Send>,
    n_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.n_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Fails where a little unpacks to far too much.
struct Guarded {
    unpacked: Box<dyn Read + Send>,
    n_unpacked: u64,
    max_ratio: u64,
    n_read: Arc<AtomicU64>,
    // What the counter, which is of the whole run, said at the beginning of this stream.
    before: u64,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.unpacked.read(buffer)?;
        self.n_unpacked += n as u64;
        let packed = self.n_read.load(Ordering::Relaxed).saturating_sub(self.before);
        if self.n_unpacked > HARMLESS && self.n_unpacked / self.max_ratio.max(1) > packed {
            let fault = format!("it unpacks to more than {} times its size", self.max_ratio);
            return Err(io::Error::new(ErrorKind::InvalidData, fault));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packed: Vec<u8>, max_ratio: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let input = Box::new(io::Cursor::new(packed));
        reader(input, None, Compression::None, max_ratio, Arc::default())?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn many_members_and_frames_are_one_stream() {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let packed: Vec<u8> =
                ["one\n", "", "two\n"].iter().flat_map(|part| frame(part.as_bytes(), compression).unwrap()).collect();
            assert_eq!(unpacked(packed, 100).unwrap(), b"one\ntwo\n", "{compression:?}");
        }
    }

    #[test]
    fn a_length_that_is_wrong_changes_nothing() {
        let text: Vec<u8> = (0..200_000u32).flat_map(|n| n.to_le_bytes()).collect();
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let packed = frame(&text, compression).unwrap();
            for len_bytes in [None, Some(0), Some(1), Some(packed.len() as u64), Some(u64::MAX)] {
                let input = Box::new(io::Cursor::new(packed.clone()));
                let mut out = Vec::new();
                let n_read = Arc::new(AtomicU64::new(0));
                let mut stream = reader(input, len_bytes, Compression::None, 1000, n_read.clone()).unwrap();
                stream.read_to_end(&mut out).unwrap();
                assert!(
                    out == text && n_read.load(Ordering::Relaxed) == packed.len() as u64,
                    "{compression:?} {len_bytes:?}"
                );
            }
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_has_gone_off() {
        let spaces = vec![b' '; 64 << 20];
        for compression in [Compression::Gzip, Compression::Zstd] {
            let packed = frame(&spaces, compression).unwrap();
            assert!(unpacked(packed.clone(), 500).unwrap_err().to_string().contains("500 times"), "{compression:?}");
            assert_eq!(unpacked(packed, 1 << 20).unwrap().len(), spaces.len());
        }
    }

    #[test]
    fn what_is_cut_short_gives_what_was_whole_and_then_an_error() {
        for compression in [Compression::Gzip, Compression::Zstd] {
            let mut packed = frame(b"whole\n", compression).unwrap();
            let second = frame(&b"0123456789 abc".repeat(9000), compression).unwrap();
            packed.extend(&second[..second.len() / 2]);
            let input = Box::new(io::Cursor::new(packed));
            let mut stream = reader(input, None, Compression::None, 1000, Arc::default()).unwrap();
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            assert_eq!(line, "whole\n");
            assert!(stream.read_to_end(&mut Vec::new()).is_err(), "{compression:?}");
        }
    }
}
