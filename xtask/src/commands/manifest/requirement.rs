//! Compares version requirements.

use semver::{Comparator, Op, Version, VersionReq};
use toml_edit::Item;

/// The version requirement of a dependency.
pub fn version(dependency: &Item) -> Option<&str> {
    dependency.as_str().or_else(|| dependency.get("version")?.as_str())
}

/// Whether the requirement `have` ensures a version that `need` accepts.
pub fn is_enough(have: &str, need: &str) -> bool {
    let (Ok(have), Ok(need)) = (VersionReq::parse(have), VersionReq::parse(need)) else { return false };
    let Some(least) = need.comparators.first().map(least) else { return true };
    match have.comparators.as_slice() {
        // A single lower bound: cargo picks a version of the same series.
        [one] if one.op != Op::Greater && one.op != Op::Less => least <= self::least(one) && need.matches(&self::least(one)),
        // Several bounds are the deliberate choice of the owner.
        several => have.matches(&least) || several.iter().any(|bound| need.matches(&self::least(bound))),
    }
}

fn least(comparator: &Comparator) -> Version {
    Version::new(comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0))
}
