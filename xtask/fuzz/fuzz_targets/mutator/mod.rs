//! Changes a document by its structure, or else its bytes as the fuzzer does.

use fastrand::Rng;

/// Writes a mutation of the first `size` bytes of `data` in their place, and hands back how long it is.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Rng::with_seed(seed.into());
    let document = std::str::from_utf8(&data[..size]).ok().and_then(|text| xtask::document::parse("any.yaml", text).ok());
    if let Some(document) = document.filter(|_| random.u8(0..4) > 0) {
        let mutant = crate::mutate::structure(&document.value, &mut random).to_string();
        if mutant.len() <= max_size {
            data[..mutant.len()].copy_from_slice(mutant.as_bytes());
            return mutant.len();
        }
    }
    libfuzzer_sys::fuzzer_mutate(data, size, max_size)
}
