//! Text as data: places in it, changes to it, and the pieces it is made of.

pub mod article;
pub mod casing;
pub mod edit;
pub mod offsets;
pub mod part;
pub mod sentence;
pub mod source;
pub mod span;
pub mod token;
pub mod tokenize;
pub mod unit;
