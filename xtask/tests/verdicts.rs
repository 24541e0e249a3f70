//! Every verdict of `diff`, verified: programs are written against the crate of the old document, compiled against that of the
//! new one, and run against a fake of the API that answers by the new one.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::builds::{cargo, errors, one_at_a_time};
use common::fixtures::{Fixture, base, fixtures};
use common::{home, root};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use xtask::commands::scratch;
use xtask::diff::Verdict;
use xtask::{Input, Source};

#[test]
fn programs_compile_and_clients_work_exactly_when_the_verdicts_say_so() {
    let _guard = one_at_a_time();
    let all = fixtures();
    let together: Vec<&Fixture> = all.iter().filter(|fixture| fixture.is_together() && fixture.program().is_some()).collect();
    let alone: Vec<&Fixture> = all.iter().filter(|fixture| !fixture.is_together() && fixture.program().is_some()).collect();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [old, new] = ["old", "new"].map(|side| merged(&together, side));
    generate(folder, "old", &old);
    generate(folder, "new", &new);

    let mut members: Vec<String> = ["old", "new", "shipped", "rebuilt", "broken"].map(str::to_owned).into();
    let (kept, broken): (Vec<&Fixture>, Vec<&Fixture>) = together.iter().partition(|fixture| compiles(fixture));
    runner(folder, "shipped", "old", &together, &|_| new.clone());
    runner(folder, "rebuilt", "new", &kept, &|_| new.clone());
    binaries(folder, "broken", "new", &broken);
    for fixture in &alone {
        members.extend(by_itself(folder, fixture));
    }
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    std::fs::write(folder.join("Cargo.toml"), workspace).unwrap();
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();

    let [mut shipped, mut rebuilt] = ["shipped", "rebuilt"].map(|name| run(folder, name));
    let mut failed = failed_binaries(folder, "broken");
    for fixture in &alone {
        shipped.extend(run(folder, &fixture.name));
        match by_itself_again(fixture) {
            Again::Runs => rebuilt.extend(run(folder, &format!("{}-rebuilt", fixture.name))),
            Again::Breaks => failed.extend(failed_binaries(folder, &format!("{}-rebuilt", fixture.name))),
            Again::IsTheSame => {}
        }
    }
    let wrong = together.iter().chain(&alone).flat_map(|fixture| {
        let rebuilt = rebuilt.get(&fixture.name).map(String::as_str);
        [wrong_wire(fixture, &shipped[&fixture.name]), wrong_source(fixture, rebuilt, failed.contains_key(&fixture.name))]
    });
    let wrong: Vec<String> = wrong.flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the program still compiles with the new crate, if the verdict is right.
fn compiles(fixture: &Fixture) -> bool {
    source(fixture) < Verdict::Major || fixture.breaks_when_run()
}

/// What is made of the program of a fixture with documents of its own when it is built with the new crate.
enum Again {
    IsTheSame,
    Runs,
    Breaks,
}

fn by_itself_again(fixture: &Fixture) -> Again {
    match (source(fixture), compiles(fixture)) {
        // Another test compares the code of the two crates.
        (Verdict::Patch, _) => Again::IsTheSame,
        (_, true) => Again::Runs,
        (_, false) => Again::Breaks,
    }
}

/// The crates for a fixture with documents of its own.
fn by_itself(folder: &Path, fixture: &Fixture) -> Vec<String> {
    let [old, new] = fixture.pair();
    let [own, old_api, new_api, rebuilt] = ["", "-old", "-new", "-rebuilt"].map(|end| format!("{}{end}", fixture.name));
    generate(folder, &old_api, &old.value);
    runner(folder, &own, &old_api, &[fixture], &|_| new.value.clone());
    match by_itself_again(fixture) {
        Again::IsTheSame => return vec![own, old_api],
        Again::Runs => runner(folder, &rebuilt, &new_api, &[fixture], &|_| new.value.clone()),
        Again::Breaks => binaries(folder, &rebuilt, &new_api, &[fixture]),
    }
    generate(folder, &new_api, &new.value);
    vec![own, old_api, new_api, rebuilt]
}

/// What the old client does with the new server, if the verdict says otherwise.
fn wrong_wire(fixture: &Fixture, outcome: &str) -> Option<String> {
    let verdict = wire(fixture);
    let wrong = verdict != Verdict::Unknown && (verdict < Verdict::Major) != (outcome == "works");
    wrong.then(|| format!("{}: wire is {verdict}, but the old client with the new server {outcome}", fixture.name))
}

/// What the program does with the new crate, if the verdict says otherwise.
fn wrong_source(fixture: &Fixture, rebuilt: Option<&str>, failed: bool) -> Option<String> {
    let outcome = match (rebuilt, fixture.breaks_when_run(), wire(fixture)) {
        (Some(outcome), true, _) if !outcome.starts_with("sends nothing") => outcome,
        (Some(outcome), false, Verdict::Patch | Verdict::Minor) if outcome != "works" => outcome,
        (None, ..) if !compiles(fixture) && !failed => "compiles",
        // What the server does not take is not the crate's fault.
        _ => return None,
    };
    Some(format!("{}: source is {}, but the program rebuilt {outcome}", fixture.name, source(fixture)))
}

#[test]
fn where_the_source_does_not_change_neither_does_the_code() {
    for fixture in fixtures().iter().filter(|fixture| !fixture.is_together() && source(fixture) == Verdict::Patch) {
        let [old, new] = fixture.pair().map(|document| {
            let generated = xtask::generate(&input(&document.value)).unwrap();
            let code = generated.files.iter().filter(|(file, _)| *file != "mod.rs");
            code.map(|(file, text)| (file.clone(), xtask::emit::without_header(text).to_owned())).collect::<BTreeMap<_, _>>()
        });
        assert!(old == new, "{}: the code changes", fixture.name);
    }
}

fn verdict(fixture: &Fixture, part: usize) -> Verdict {
    let of = |fact: &String| match fact.split(' ').nth(part).unwrap() {
        "patch" => Verdict::Patch,
        "minor" => Verdict::Minor,
        "major" => Verdict::Major,
        _ => Verdict::Unknown,
    };
    fixture.facts().iter().map(of).max().unwrap_or_default()
}

fn wire(fixture: &Fixture) -> Verdict {
    verdict(fixture, 1)
}

fn source(fixture: &Fixture) -> Verdict {
    verdict(fixture, 2)
}

fn merged(fixtures: &[&Fixture], side: &str) -> Value {
    let mut document = base();
    for fixture in fixtures {
        fixture.put(side, &mut document);
    }
    document
}

fn input(document: &Value) -> Input {
    let published = Source { file: "fixtures.json".to_owned(), text: document.to_string() };
    Input { published, crate_name: "fixtures-api".to_owned(), ..Input::default() }
}

/// Generates the crate `fixtures_api` of a document, in the package `name`.
fn generate(folder: &Path, name: &str, document: &Value) {
    let generated = xtask::generate(&input(document)).unwrap_or_else(|error| panic!("{name}: {}", xtask::report::error(&error)));
    let mut files = scratch::crate_files(&root(), name, &generated, scratch::Membership::Free).unwrap();
    files["Cargo.toml"].push_str("\n[lib]\nname = \"fixtures_api\"\n");
    scratch::write(&folder.join(name), &files).unwrap();
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

const DEPENDENCIES: &str = "serde_json = \"1\"\ntokio = { version = \"1\", features = [\"rt\"] }\n";

fn manifest(name: &str, api: &str) -> String {
    let testkit = root().join("deck-api/testkit").to_str().unwrap().to_owned();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         fixtures_api = {{ package = \"{api}\", path = \"../{api}\" }}\ndeck-api-testkit = {{ path = {testkit:?} }}\n{DEPENDENCIES}"
    )
}

/// A program as a function.
fn function(fixture: &Fixture) -> String {
    format!(
        "#[allow(unused_imports, unused_variables)]\nuse fixtures_api::{{Client, Error, Null, operations, types}};\n\n\
         pub async fn run(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\n{}\nOk(())\n}}\n",
        fixture.program().unwrap()
    )
}

/// A binary that runs the programs of `fixtures` through the crate `api`, each against the document that it is given.
fn runner(folder: &Path, name: &str, api: &str, fixtures: &[&Fixture], document: &dyn Fn(&Fixture) -> Value) {
    let home_of = folder.join(name);
    write(&home_of.join("Cargo.toml"), &manifest(name, api));
    let main = std::fs::read_to_string(home().join("tests/diffs/runner/main.rs")).unwrap();
    write(&home_of.join("src/main.rs"), &main);
    let mut programs = "use fixtures_api::Client;\n\npub type Outcome = Result<(), Box<dyn std::error::Error>>;\n\n".to_owned();
    let mut arms = String::new();
    for fixture in fixtures {
        let module = snake(&fixture.name);
        writeln!(programs, "mod {module} {{\n{}}}", function(fixture)).unwrap();
        writeln!(arms, "{:?} => {module}::run(client).await,", fixture.name).unwrap();
    }
    writeln!(
        programs,
        "\npub async fn run(name: &str, client: &Client) -> Outcome {{\nmatch name {{\n{arms}_ => unreachable!() }}\n}}"
    )
    .unwrap();
    write(&home_of.join("src/programs.rs"), &format!("#![allow(warnings)]\n{programs}"));
    let facts = |fixture: &&Fixture| {
        let mut says = fixture.says.clone();
        says["name"] = json!(fixture.name);
        says["document"] = document(fixture);
        says
    };
    write(&home_of.join("fixtures.json"), &Value::Array(fixtures.iter().map(facts).collect()).to_string());
}

/// A binary for each program that must not compile with the new crate.
fn binaries(folder: &Path, name: &str, api: &str, fixtures: &[&Fixture]) {
    let home = folder.join(name);
    write(&home.join("Cargo.toml"), &manifest(name, api));
    for fixture in fixtures {
        write(&home.join(format!("src/bin/{}.rs", fixture.name)), &format!("{}\nfn main() {{}}\n", function(fixture)));
    }
}

/// What became of each program.
fn run(folder: &Path, name: &str) -> BTreeMap<String, String> {
    let output = cargo(folder, &["run", "--offline", "--quiet", "-p", name]);
    assert!(output.status.success(), "{name}: {}", errors(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split_once('\t').unwrap()).map(|(name, what)| (name.to_owned(), what.to_owned())).collect()
}

/// The binaries that do not compile, and why.
fn failed_binaries(folder: &Path, name: &str) -> BTreeMap<String, String> {
    let output = cargo(folder, &["check", "--offline", "--keep-going", "--message-format", "json", "-p", name, "--bins"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages
        .filter(|message| message["reason"] == "compiler-message" && message["message"]["level"] == "error")
        .map(|message| (message["target"]["name"].as_str().unwrap().to_owned(), message["message"]["message"].to_string()))
        .collect()
}
