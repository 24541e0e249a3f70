//! The number of cases that a test runs. One variable sets it for the tests of all packages.

/// Returns `full` if `TESTS=full` is set, as in `.ci/run`, or else `sample`. A sample is the same in every run.
pub fn extent(sample: usize, full: usize) -> usize {
    if std::env::var("TESTS").is_ok_and(|extent| extent == "full") { full } else { sample }
}
