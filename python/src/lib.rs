//! The module `despin._despin`: what Python sees of despin. `lib/despin/__init__.py` is its front door.

#![warn(missing_docs)]

mod batch;
mod crew;
mod despinner;
mod engine;
mod error;
mod result;
mod show;
mod texts;

/// despin's compiled half.
#[pyo3::pymodule]
mod _despin {
    #[pymodule_export]
    use crate::batch::Batch;
    #[pymodule_export]
    use crate::despinner::Despinner;
    #[pymodule_export]
    use crate::result::{Result, Verdict};
    #[pymodule_export]
    use crate::show::diff;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
