//! Any bytes through everything before progenitor.
#![no_main]

#[path = "../../tests/generator/robust/judge.rs"]
#[allow(dead_code, reason = "each target uses a part of it")]
mod judge;
#[path = "../../tests/generator/robust/mutate.rs"]
#[allow(dead_code, reason = "each target uses a part of it")]
mod mutate;
mod mutator;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    drop(judge::prepared(&String::from_utf8_lossy(data)));
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutator::mutate(data, size, max_size, seed)
});
