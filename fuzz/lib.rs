//! What the targets check, which `tests/fuzz/` has.

#[path = "../tests/fuzz/bodies/mod.rs"]
pub mod bodies;
#[path = "../tests/fuzz/seeds.rs"]
pub mod seeds;
