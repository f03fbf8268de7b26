//! Where the pairs of `despin mine` come from: two files, two directories of like names, one directory, or records.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::bulk::compress;
use crate::bulk::shape::of_name;
use crate::cli::eval::pair_paths;
use crate::cli::mine::MineArgs;
use crate::cli::{eval_records, files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::mine::background::Background;
use crate::mine::fit::Pair;
use crate::text::source::{Encoding, Source};

/// Gives every pair that `args` name to `work`, one after the other.
///
/// # Errors
///
/// Where a text cannot be read or its other half is missing, and those of `work`, which end it.
pub fn each_pair(args: &MineArgs, mut work: impl FnMut(Pair) -> Result<()>) -> Result<()> {
    let encoding = args.encoding.encoding()?;
    let read = |path: &Path| Ok(decoded(&files::read(path)?, encoding));
    if args.original.len() != args.spun.len() {
        let fault = format!("{} originals and {} spun texts", args.original.len(), args.spun.len());
        return Err(Error::new(ErrorKind::Usage, "mine", fault, "give --spun once for each --original"));
    }
    for (original, spun) in args.original.iter().zip(&args.spun) {
        for (original, spun) in couples(original, spun)? {
            work(Pair { original: read(&original)?, spun: read(&spun)? })?;
        }
    }
    for path in &args.pairs {
        if eval_records::has_records(path) {
            let fields = [args.original_field.as_str(), args.spun_field.as_str()];
            eval_records::each(path, &fields, &args.id, |record| {
                let Ok([original, spun]) = <[String; 2]>::try_from(record.texts) else { return Ok(()) };
                if args.half.has(&record.name) { work(Pair { original, spun }) } else { Ok(()) }
            })?;
            continue;
        }
        for found in pair_paths(path, args.half)? {
            work(Pair { original: read(&found.original)?, spun: read(&found.spun)? })?;
        }
    }
    Ok(())
}

fn decoded(bytes: &[u8], encoding: Option<Encoding>) -> String {
    Source::decode_as(bytes, encoding).text
}

/// The files at `original` and `spun`: themselves, or those of two directories that have the same name.
fn couples(original: &Path, spun: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    match (original.is_dir(), spun.is_dir()) {
        (false, false) => return Ok(vec![(original.to_path_buf(), spun.to_path_buf())]),
        (true, true) => {}
        _ => {
            let place = format!("{} and {}", original.display(), spun.display());
            return Err(Error::new(ErrorKind::Usage, place, "a file and a directory", "give two of a kind"));
        }
    }
    let (originals, spuns) = (named(original)?, named(spun)?);
    let n_alone = originals.keys().filter(|&n| !spuns.contains_key(n)).count()
        + spuns.keys().filter(|&n| !originals.contains_key(n)).count();
    let found: Vec<(PathBuf, PathBuf)> =
        originals.into_iter().filter_map(|(name, path)| Some((path, spuns.get(&name)?.clone()))).collect();
    let place = format!("{} and {}", original.display(), spun.display());
    if found.is_empty() {
        return Err(Error::new(ErrorKind::Usage, place, "no two files have the same name", "name them alike"));
    }
    if n_alone > 0 {
        let fault = format!("{n_alone} files have no other half, and are passed over");
        report(&Error::new(ErrorKind::Usage, place, fault, "name them alike to have them read"));
    }
    Ok(found)
}

/// The files of a directory and its folders, by name within it; `.spun` and `.original` before an ending say nothing.
fn named(dir: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in ignore::WalkBuilder::new(dir).standard_filters(false).build() {
        let entry =
            entry.map_err(|e| Error::new(ErrorKind::Io, dir.display().to_string(), e.to_string(), "check it"))?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            let name = entry.path().strip_prefix(dir).unwrap_or(entry.path()).to_string_lossy().into_owned();
            let name = name.replace(".spun.", ".").replace(".original.", ".");
            found.insert(name, entry.into_path());
        }
    }
    Ok(found)
}

/// Counts in the corpus at `path`: text by line, or the field `text` of records; packed with gzip or zstd, or not.
///
/// # Errors
///
/// Where it cannot be read, or has no words.
pub fn count(path: &Path, background: &mut Background) -> Result<()> {
    if eval_records::has_records(path) {
        eval_records::each(path, &["text"], "id", |record| {
            record.texts.iter().for_each(|text| background.read(text));
            Ok(())
        })?;
    } else {
        let unreadable = |e| Error::io(path, "read it", e, "give a text in UTF-8, plain or packed with gzip or zstd");
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let packed = of_name(&inputs::name(path)).1;
        // A corpus may pack as well as it likes: it is read line by line, and lines are not kept.
        let stream =
            compress::reader(Box::new(file), None, packed, u64::MAX, Default::default()).map_err(unreadable)?;
        for line in std::io::BufRead::lines(std::io::BufReader::new(stream)) {
            background.read(&line.map_err(unreadable)?);
        }
    }
    if background.n_words() == 0 {
        let mend = "give a corpus of genuine text";
        return Err(Error::new(ErrorKind::Usage, inputs::name(path), "it has no words", mend));
    }
    Ok(())
}
