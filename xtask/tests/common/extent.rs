//! How much a test tries: one variable for the tests of all packages.

/// All of it where `TESTS=full` is set, as `.ci/run` does; else a sample, the same in every run.
pub fn extent(sample: usize, full: usize) -> usize {
    if std::env::var("TESTS").is_ok_and(|extent| extent == "full") { full } else { sample }
}
