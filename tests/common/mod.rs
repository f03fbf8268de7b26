//! Where the project's test data is.

use std::path::{Path, PathBuf};

/// The folder of test data, unless it is absent; `test` is who asks.
pub fn shared(test: &str) -> Option<PathBuf> {
    let path = match std::env::var_os("DESPIN_SHARED") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    if path.join("seeds").is_dir() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test}: no test data; set DESPIN_SHARED");
    eprintln!("{test}: skipped, since there is no test data; set DESPIN_SHARED");
    None
}
