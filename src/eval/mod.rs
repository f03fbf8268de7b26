//! Measures despin against texts whose originals are known, and against genuine texts.

pub mod align;
pub mod coverage;
pub mod examples;
pub mod restoration;
pub mod set;
pub mod three_way;
pub mod worth;
