//! The texts of the dictionaries that are built in.

macro_rules! dictionaries {
    ($($name:literal)*) => {
        &[$((concat!("dictionaries/en/", $name), include_str!(concat!("../../dictionaries/en/", $name)))),*]
    };
}

/// Name and text of each built-in dictionary, in the order in which they are laid over each other: later ones win.
pub const FILES: &[(&str, &str)] = dictionaries![
    "autoblog.tsv"
    "names.tsv"
    "academic.tsv"
    "thesaurus.tsv"
];
