//! Adds to a crate's Cargo.toml what the runtime needs.

use super::edit::{parts, push, set, set_version};
use super::parse;
use super::requirement::{is_enough, version};
use anyhow::Context;
use toml_edit::{Array, DocumentMut, Item, Key, Table, Value};

/// Adds what the manifest `needed` of a new crate has and `manifest` lacks. Everything else stays as its owner wrote it. Returns
/// the text of the manifest, and a phrase for each change.
///
/// # Errors
/// Returns an error if `manifest` is not TOML, or a table or an array has another type.
pub fn amend(manifest: &str, needed: &str) -> anyhow::Result<(String, Vec<String>)> {
    let mut amended = parse(manifest)?;
    let needed = parse(needed)?;
    let mut changes = Vec::new();
    amend_package(table(&mut amended, "package")?, &section(&needed, "package"), &mut changes);
    let dependencies = table(&mut amended, "dependencies")?;
    for (key, need) in section(&needed, "dependencies") {
        amend_dependency(dependencies, key, need, &mut changes)?;
    }
    let optional = optional(dependencies);
    let features = table(&mut amended, "features")?;
    for (key, need) in section(&needed, "features") {
        amend_feature(features, key, need, &optional, &mut changes)?;
    }
    let text = if changes.is_empty() { manifest.to_owned() } else { amended.to_string() };
    Ok((text, changes))
}

/// A table of the manifest. It is created if it does not exist.
fn table<'m>(manifest: &'m mut DocumentMut, name: &str) -> anyhow::Result<&'m mut Table> {
    let item = manifest.entry(name).or_insert_with(|| Item::Table(Table::new()));
    item.as_table_mut().with_context(|| format!("`{name}` must be written as a table, below `[{name}]`"))
}

/// The entries of a table. The keys include their comments.
fn section<'m>(manifest: &'m DocumentMut, name: &str) -> Vec<(&'m Key, &'m Item)> {
    let table = manifest.get(name).and_then(Item::as_table);
    table.into_iter().flat_map(|table| table.iter().filter_map(|(name, _)| table.get_key_value(name))).collect()
}

/// Raises `edition` and `rust-version` to what the runtime needs.
fn amend_package(package: &mut Table, needed: &[(&Key, &Item)], changes: &mut Vec<String>) {
    let numbers = |version: &str| version.split('.').map(|number| number.parse().unwrap_or(0)).collect::<Vec<u64>>();
    for (key, need) in needed.iter().filter(|(key, _)| ["edition", "rust-version"].contains(&key.get())) {
        let Some(need) = need.as_str() else { continue };
        let too_low = match package.get(key) {
            // Without `edition`, cargo uses 2015. Without `rust-version`, there is no limit.
            None => key.get() == "edition",
            Some(found) => found.as_str().is_some_and(|found| numbers(found) < numbers(need)),
        };
        if too_low {
            set(package, key, need);
            changes.push(format!("`{key}` is {need}"));
        }
    }
}

fn amend_dependency(dependencies: &mut Table, key: &Key, need: &Item, changes: &mut Vec<String>) -> anyhow::Result<()> {
    let name = key.get();
    let Some(found) = dependencies.get_mut(name) else {
        dependencies.insert_formatted(key, need.clone());
        dependencies.set_implicit(false);
        changes.push(format!("`{name}` is new"));
        return Ok(());
    };
    // The workspace decides about this dependency.
    if found.get("workspace").is_some() {
        return Ok(());
    }
    if let (Some(have), Some(need)) = (version(found).map(str::to_owned), version(need))
        && !is_enough(&have, need)
    {
        set_version(found, need)?;
        changes.push(format!("`{name}` is {need}, no longer {have}"));
    }
    for feature in missing(found.get("features"), need.get("features")) {
        push(parts(found)?, "features", &feature)?;
        changes.push(format!("`{name}` has the feature `{feature}`"));
    }
    if is_optional(found) && !is_optional(need) {
        set(parts(found)?, "optional", false);
        changes.push(format!("`{name}` is not optional"));
    }
    Ok(())
}

/// Adds what a feature lacks, except for dependencies that are not optional: a feature cannot enable those.
fn amend_feature(
    features: &mut Table,
    key: &Key,
    need: &Item,
    optional: &[String],
    changes: &mut Vec<String>,
) -> anyhow::Result<()> {
    let name = key.get();
    // A feature that is empty in a new crate, such as `default`, is the owner's to fill.
    if need.as_array().is_some_and(Array::is_empty) {
        return Ok(());
    }
    let is_new = !features.contains_key(name);
    let mut missing = missing(features.get(name), Some(need));
    missing.retain(|part| part.strip_prefix("dep:").is_none_or(|dependency| optional.iter().any(|name| name == dependency)));
    if is_new {
        features.insert_formatted(key, Item::Value(missing.iter().map(String::as_str).collect::<Array>().into()));
        changes.push(format!("the feature `{name}` is new"));
        return Ok(());
    }
    for part in missing {
        push(features, name, &part)?;
        changes.push(format!("the feature `{name}` has `{part}`"));
    }
    Ok(())
}

fn is_optional(dependency: &Item) -> bool {
    dependency.get("optional").and_then(Item::as_bool) == Some(true)
}

fn optional(dependencies: &Table) -> Vec<String> {
    dependencies.iter().filter(|(_, item)| is_optional(item)).map(|(name, _)| name.to_owned()).collect()
}

/// The strings in the array `need` that the array `found` lacks.
fn missing(found: Option<&Item>, need: Option<&Item>) -> Vec<String> {
    let texts = |item: Option<&Item>| -> Vec<String> {
        let list = item.and_then(Item::as_array).into_iter().flat_map(Array::iter);
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let found = texts(found);
    texts(need).into_iter().filter(|text| !found.contains(text)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    const NEEDED: &str = "[package]\nname = \"api\"\nedition = \"2024\"\nrust-version = \"1.88\"\n\n\
        [features]\n# Calls that block.\nblocking = [\"tokio/rt\"]\nspans = [\"dep:tracing\"]\n\n\
        [dependencies]\nhttp = { version = \"0.13.5\", default-features = false, features = [\"a\", \"b\"] }\n\
        # Waits.\ntokio = \"1\"\ntracing = { version = \"0.1\", optional = true }\n";

    fn whole(dependencies: &str) -> String {
        let rest = ["http = \"0.13.5\"\n", "tokio = \"1\"\n", "tracing = { version = \"0.1\", optional = true }\n"];
        let name = |line: &str| line.split(' ').next().unwrap().to_owned();
        let rest: String = rest.into_iter().filter(|line| !dependencies.contains(&name(line))).collect();
        format!(
            "[package]\nname = \"api\"\nedition = \"2024\"\n\n[features]\nblocking = [\"tokio/rt\"]\nspans = [\"dep:tracing\"]\n\n\
             [dependencies]\n{rest}{dependencies}"
        )
    }

    /// Each case has a dependency of the owner, the expected result, and the expected report.
    #[test]
    fn a_dependency_gets_missing_settings_and_keeps_the_others() {
        let table = [
            (
                "http = \"0.13.7\"",
                "http = { version = \"0.13.7\", features = [\"a\", \"b\"] }",
                "`http` has the feature `a`, `http` has the feature `b`",
            ),
            ("http = { version = \"0.13.9\", features = [\"b\", \"c\", \"a\"] } # ours", "", ""),
            ("http = { workspace = true }", "", ""),
            ("http.workspace = true", "", ""),
            ("http = { path = \"../http\", features = [\"a\", \"b\"] }", "", ""),
            ("tokio = \"1.40\"", "", ""),
            ("tokio = \"=1.40.1\"", "", ""),
            ("tokio = \">=1.2, <1.9\"", "", ""),
            ("tokio = \"0.2\" # old", "tokio = \"1\" # old", "`tokio` is 1, no longer 0.2"),
            ("tokio = \"2\"", "tokio = \"1\"", "`tokio` is 1, no longer 2"),
            ("tokio = \"*\"", "", ""),
            (
                "tokio = { version = \"1\", optional = true }",
                "tokio = { version = \"1\", optional = false }",
                "`tokio` is not optional",
            ),
            ("tracing = \"0.1\"", "", ""),
        ];
        for (line, expected, said) in table {
            let features = "http = { version = \"0.13.5\", features = [\"a\", \"b\"] }\n";
            let before = whole(&format!("{line}\n{}", if line.starts_with("http") { "" } else { features }));
            // A feature cannot enable a dependency that is not optional.
            let before = if line == "tracing = \"0.1\"" { before.replace("[\"dep:tracing\"]", "[]") } else { before };
            let after = amend(&before, NEEDED).unwrap();
            let expected = if expected.is_empty() { before.clone() } else { before.replace(line, expected) };
            assert_eq!((after.0.as_str(), after.1.join(", ").as_str()), (expected.as_str(), said), "{line}");
            let again = amend(&after.0, NEEDED).unwrap();
            assert!(again.1.is_empty(), "{line}: {:?}", again.1);
        }
    }

    #[test]
    fn a_dependency_may_be_a_table_of_its_own() {
        let before = whole("\n[dependencies.http]\nversion = \"0.12\" # why\nfeatures = [\n    \"a\",\n]\n")
            .replace("http = \"0.13.5\"\n", "");
        let after = amend(&before, NEEDED).unwrap();
        assert_eq!(after.1, ["`http` is 0.13.5, no longer 0.12", "`http` has the feature `b`"]);
        assert!(after.0.contains("version = \"0.13.5\" # why\n") && amend(&after.0, NEEDED).unwrap().1.is_empty(), "{}", after.0);
    }

    #[test]
    fn missing_keys_and_tables_are_added_with_their_comments() {
        let after = amend("# mine\n[package]\nname = \"api\"\nrust-version = \"1.70\" # old\n", NEEDED).unwrap();
        assert_eq!(
            after.1,
            [
                "`edition` is 2024",
                "`rust-version` is 1.88",
                "`http` is new",
                "`tokio` is new",
                "`tracing` is new",
                "the feature `blocking` is new",
                "the feature `spans` is new"
            ]
        );
        assert!(
            after.0.starts_with("# mine\n[package]\nname = \"api\"\nrust-version = \"1.88\" # old\nedition = \"2024\"\n"),
            "{}",
            after.0
        );
        assert!(
            after.0.contains("# Waits.\ntokio = \"1\"\n") && after.0.contains("# Calls that block.\nblocking = [\"tokio/rt\"]\n"),
            "{}",
            after.0
        );
        assert!(amend(&after.0, NEEDED).unwrap().1.is_empty());
        let inherited = "[package]\nname = \"api\"\nedition.workspace = true\nrust-version.workspace = true\n";
        assert!(!amend(inherited, NEEDED).unwrap().1.iter().any(|change| change.contains("edition") || change.contains("rust")));
    }
}
