//! What pairs of originals and spun texts teach: derivations by a lexicon, fitted weights, and entries nobody had.

pub mod align;
pub mod background;
pub mod blocks;
pub mod derive;
pub mod evidence;
pub mod fit;
pub mod fold;
pub mod known;
pub mod miner;
pub mod proposals;
pub mod propose;
pub mod segment;
pub mod side;
pub mod suspects;
