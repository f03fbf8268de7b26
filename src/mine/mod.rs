//! What pairs of originals and spun texts teach: derivations by a lexicon, fitted weights, and entries nobody had.

pub mod align;
pub mod blocks;
pub mod contexts;
pub mod derive;
pub mod evidence;
pub mod extract;
pub mod fit;
pub mod fold;
pub mod miner;
pub mod proposal;
pub mod propose;
pub mod segment;
pub mod side;
pub mod suspects;
pub mod tally;
