//! The `despin` command.

fn main() {}
