//! The dependencies that cargo compiles for each package.

use crate::cargo::{built, cargo};
use crate::common::root;
use crate::crates as built_crates;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The crates that cargo compiles for a package with these flags.
fn crates(package: &str, flags: &[&str]) -> BTreeSet<String> {
    // Lists crates for this platform alone, because a build downloads nothing for others.
    let arguments = ["tree", "--offline", "--locked", "-p", package, "-e", "normal,build", "--prefix", "none"];
    let output = cargo(&root(), &[&arguments, flags].concat());
    built(&output);
    let tree = String::from_utf8(output.stdout).unwrap();
    tree.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

#[test]
fn users_of_the_crate_do_not_compile_the_generator() {
    let crates = crates("deck-api", &[]);
    // reqwest with rustls and ring, serde and serde_json are 90 crates today. The others are these, including deck-api itself.
    let own = ["autocfg", "chrono", "num-traits", "serde_ignored", "serde_path_to_error", "deck-api"];
    assert!(own.iter().all(|name| crates.iter().any(|line: &String| line.starts_with(&format!("{name} v")))), "{crates:?}");
    assert!(crates.len() <= 90 + own.len(), "{} crates", crates.len());
    for forbidden in ["progenitor", "typify", "openapiv3", "prettyplease", "schemars", "xtask"] {
        assert!(!crates.iter().any(|line| line.starts_with(forbidden)), "{forbidden}");
    }
}

#[test]
fn the_build_script_compiles_no_http_client_for_the_generator() {
    let script = std::fs::read_to_string(root().join("deck-api/build.rs")).unwrap();
    let flag = "--no-default-features";
    assert!(script.contains(&format!("\"xtask/Cargo.toml\", \"{flag}\"")));
    assert!(!crates("xtask", &[flag]).iter().any(|line| line.starts_with("ureq ") || line.starts_with("ring ")));
}

/// The third-party crates that cargo compiles, each with its sets of features. A crate has two sets if macros need other features.
fn features(arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    features_in(&root(), arguments)
}

fn features_in(workspace: &Path, arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let fixed = ["tree", "--offline", "--locked", "--prefix", "none", "-f", "{p}|{f}"];
    let output = cargo(workspace, &[&fixed, arguments].concat());
    built(&output);
    let tree = String::from_utf8(output.stdout).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, features) in tree.lines().filter_map(|line| line.split_once('|')) {
        if !package.contains("(/") && !package.contains(":\\") {
            let package = package.trim_end_matches(" (proc-macro)").to_owned();
            found.entry(package).or_default().insert(features.trim_end_matches(" (*)").to_owned());
        }
    }
    found
}

#[test]
fn parse_errors_in_examples_can_be_boxed_in_a_users_crate() {
    // Other crates of a workspace may enable more features, so building an example here would not show a missing one.
    let own = features(&["-p", "deck-api", "-e", "normal"]);
    let chrono = own.iter().find(|(name, _)| name.starts_with("chrono v")).unwrap();
    assert!(chrono.1.iter().all(|features| features.split(',').any(|feature| feature == "std")), "{chrono:?}");
}

#[test]
fn the_readmes_commands_compile_each_crate_once() {
    let workspace = features(&["--workspace", "-e", "normal,build,dev"]);
    // The tests enable decompression in reqwest, which the demo does not need.
    let for_tests = |package: &str| package.starts_with("reqwest v") || package.starts_with("tower-http v");
    for (package, edges) in [("xtask", "normal,build"), ("xtask", "normal,build,dev"), ("deck-api-demo", "normal,build")] {
        for (name, features) in features(&["-p", package, "-e", edges]) {
            assert_eq!(features.len(), 1, "{package} has {name} twice: {features:?}");
            let known = features.is_subset(&workspace[&name]);
            assert!(
                known || for_tests(&name),
                "{package} has {name} with {features:?}, the workspace with {:?}",
                workspace[&name]
            );
        }
    }
}

#[test]
fn the_crates_of_these_tests_compile_no_dependency_again() {
    const ALL: [&str; 3] = ["--workspace", "-e", "normal,build,dev"];
    let compiled = features(&ALL);
    for (name, features) in features_in(built_crates::crates().folder(), &ALL) {
        assert!(features.is_subset(&compiled[&name]), "{name}: {features:?} besides {:?}", compiled[&name]);
    }
}
