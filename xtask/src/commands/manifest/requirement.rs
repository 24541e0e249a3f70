//! Whether a requirement on a version is enough.

use semver::{Comparator, Op, Version, VersionReq};
use toml_edit::Item;

/// The requirement of a dependency.
pub fn version(dependency: &Item) -> Option<&str> {
    dependency.as_str().or_else(|| dependency.get("version")?.as_str())
}

/// Whether every version that `have` leads cargo to is one that `need` allows.
pub fn is_enough(have: &str, need: &str) -> bool {
    let (Ok(have), Ok(need)) = (VersionReq::parse(have), VersionReq::parse(need)) else { return false };
    let Some(least) = need.comparators.first().map(least) else { return true };
    match have.comparators.as_slice() {
        // One version or more: those of one series.
        [one] if one.op != Op::Greater && one.op != Op::Less => least <= self::least(one) && need.matches(&self::least(one)),
        // Who writes several bounds has weighed them.
        several => have.matches(&least) || several.iter().any(|bound| need.matches(&self::least(bound))),
    }
}

fn least(comparator: &Comparator) -> Version {
    Version::new(comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0))
}
