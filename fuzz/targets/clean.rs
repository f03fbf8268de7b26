#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| despin_fuzz::bodies::clean(bytes));
