//! Verifies every verdict of `diff`. Programs are written for the crate of the old document, compiled with the crate of the new
//! one, and run against a fake API that responds by the new one.

use crate::common::fixtures::{Fixture, base, fixtures};
use crate::common::{extent, home};
use crate::crates::{Crate, Crates, crates as built, testkit};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use xtask::compare::Verdict;
use xtask::{Input, Source};

/// The fixtures that have a program: those that share one pair of documents, and those with documents of their own.
struct Programs {
    together: Vec<Fixture>,
    alone: Vec<Fixture>,
}

impl Programs {
    fn read() -> Self {
        let all = fixtures().into_iter().filter(|fixture| fixture.program().is_some());
        let (together, alone): (Vec<Fixture>, Vec<Fixture>) = all.partition(Fixture::is_together);
        let tried = |fixtures: Vec<Fixture>, step| fixtures.into_iter().step_by(step).collect();
        Self { together: tried(together, extent(6, 1)), alone: tried(alone, extent(20, 1)) }
    }
}

/// The crates of all fixtures, and the programs that use them.
pub fn crates() -> Vec<Crate> {
    let Programs { together, alone } = Programs::read();
    let together: Vec<&Fixture> = together.iter().collect();
    let [old, new] = ["old", "new"].map(|side| merged(&together, side));
    let [old_api, new_api] = [("verdicts-old", &old), ("verdicts-new", &new)].map(|(name, document)| api(name, document));
    let (kept, broken): (Vec<&Fixture>, Vec<&Fixture>) = together.iter().partition(|fixture| compiles(fixture));
    let mut members = vec![
        runner("verdicts-shipped", &old_api, &together),
        runner("verdicts-rebuilt", &new_api, &kept),
        library("verdicts-broken", &new_api, &broken),
        old_api,
        new_api,
    ];
    members.extend(alone.iter().flat_map(by_itself));
    members
}

#[test]
fn programs_compile_and_clients_work_exactly_when_the_verdicts_say_so() {
    let Programs { together, alone } = Programs::read();
    let crates = built();
    let (mut shipped, mut rebuilt) = std::thread::scope(|scope| {
        let shipped = scope.spawn(|| run(crates, "verdicts-shipped"));
        let rebuilt = run(crates, "verdicts-rebuilt");
        (shipped.join().unwrap(), rebuilt)
    });
    let mut failed = rejected(crates, "verdicts-broken");
    for fixture in &alone {
        shipped.extend(run(crates, &fixture.name));
        let again = format!("{}-rebuilt", fixture.name);
        match by_itself_again(fixture) {
            Again::Runs => rebuilt.extend(run(crates, &again)),
            Again::Breaks => failed.extend(rejected(crates, &again)),
            Again::IsTheSame => {}
        }
    }
    let wrong = together.iter().chain(&alone).flat_map(|fixture| {
        let rebuilt = rebuilt.get(&fixture.name).map(String::as_str);
        [wrong_wire(fixture, &shipped[&fixture.name]), wrong_source(fixture, rebuilt, failed.contains(&snake(&fixture.name)))]
    });
    let wrong: Vec<String> = wrong.flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the program must still compile with the new crate, according to the verdict.
fn compiles(fixture: &Fixture) -> bool {
    source(fixture) < Verdict::Major || fixture.breaks_when_run()
}

/// The result of building the program of a fixture with its own documents with the new crate.
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
fn by_itself(fixture: &Fixture) -> Vec<Crate> {
    let [old, new] = fixture.pair();
    let [own, old_api, new_api, rebuilt] = ["", "-old", "-new", "-rebuilt"].map(|end| format!("{}{end}", fixture.name));
    let old_api = api(&old_api, &old.value);
    let shipped = runner(&own, &old_api, &[fixture]);
    let again = by_itself_again(fixture);
    if matches!(again, Again::IsTheSame) {
        return vec![shipped, old_api];
    }
    let new_api = api(&new_api, &new.value);
    let rebuilt = match again {
        Again::Runs => runner(&rebuilt, &new_api, &[fixture]),
        _ => library(&rebuilt, &new_api, &[fixture]),
    };
    vec![shipped, old_api, new_api, rebuilt]
}

/// Describes what the old client does with the new server, if the verdict says otherwise.
fn wrong_wire(fixture: &Fixture, outcome: &str) -> Option<String> {
    let verdict = wire(fixture);
    let wrong = verdict != Verdict::Unknown && (verdict < Verdict::Major) != (outcome == "works");
    wrong.then(|| format!("{}: wire is {verdict}, but the old client with the new server {outcome}", fixture.name))
}

/// Describes what the program does with the new crate, if the verdict says otherwise.
fn wrong_source(fixture: &Fixture, rebuilt: Option<&str>, failed: bool) -> Option<String> {
    let outcome = match (rebuilt, fixture.breaks_when_run(), wire(fixture)) {
        (Some(outcome), true, _) if !outcome.starts_with("sends nothing") => outcome,
        (Some(outcome), false, Verdict::Patch | Verdict::Minor) if outcome != "works" => outcome,
        (None, ..) if !compiles(fixture) && !failed => "compiles",
        // A request that the server rejects is not the crate's fault.
        _ => return None,
    };
    Some(format!("{}: source is {}, but the program rebuilt {outcome}", fixture.name, source(fixture)))
}

#[test]
fn the_code_is_the_same_where_the_verdict_for_source_is_patch() {
    for fixture in fixtures().iter().filter(|fixture| !fixture.is_together() && source(fixture) == Verdict::Patch) {
        let [old, new] = fixture.pair().map(|document| {
            let generated = xtask::generate(&input("fixtures-api", &document.value)).unwrap();
            let code = xtask::emit::modules(&generated.files).filter(|(file, _)| *file != "mod.rs");
            // Docs name the URL of a server, which may change.
            let undocumented = |text: &str| text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<String>();
            code.map(|(file, text)| (file.clone(), undocumented(text))).collect::<BTreeMap<_, _>>()
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

fn input(name: &str, document: &Value) -> Input {
    let published = Source { file: "fixtures.json".to_owned(), text: document.to_string() };
    Input { published, crate_name: name.to_owned(), ..Input::default() }
}

fn api(name: &str, document: &Value) -> Crate {
    Crate::of(&input(name, document))
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn manifest(name: &str, api: &Crate) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{}{}\
         serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"rt\"] }}\n",
        api.dependency("fixtures_api"),
        testkit(),
    )
}

/// The program of a fixture as a function.
fn function(fixture: &Fixture) -> String {
    format!(
        "#[allow(unused_imports, unused_variables)]\nuse fixtures_api::{{Client, Error, Null, operations, types}};\n\n\
         pub async fn run(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\n{}\nOk(())\n}}\n",
        fixture.program().unwrap()
    )
}

/// A binary that runs the programs of `fixtures` through the crate `api`, each against a server of its new document.
fn runner(name: &str, api: &Crate, fixtures: &[&Fixture]) -> Crate {
    let main = std::fs::read(home().join("tests/diffs/runner/main.rs")).unwrap();
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
    let facts = |fixture: &&Fixture| {
        let mut says = fixture.says.clone();
        says["name"] = json!(fixture.name);
        let [_, new] = fixture.pair();
        says["document"] = new.value;
        says
    };
    Crate::new(name, &manifest(name, api))
        .with("src/main.rs", main)
        .with("src/programs.rs", format!("#![allow(warnings)]\n{programs}"))
        .with("fixtures.json", Value::Array(fixtures.iter().map(facts).collect()).to_string())
}

/// A library with the programs that must not compile with the new crate, each in a module.
fn library(name: &str, api: &Crate, fixtures: &[&Fixture]) -> Crate {
    let modules = fixtures.iter().map(|fixture| snake(&fixture.name)).collect();
    let member = Crate::new(name, &manifest(name, api)).with("src/lib.rs", root_of(&modules));
    fixtures.iter().fold(member, |member, fixture| member.with(&module_file(&snake(&fixture.name)), function(fixture)))
}

fn root_of(modules: &BTreeSet<String>) -> String {
    modules.iter().fold("#![allow(warnings)]\n".to_owned(), |text, module| text + &format!("mod {module};\n"))
}

fn module_file(module: &str) -> String {
    format!("src/{module}.rs")
}

/// The result of each program.
fn run(crates: &Crates, name: &str) -> BTreeMap<String, String> {
    let output = crates.run(name, name);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split_once('\t').unwrap()).map(|(name, what)| (name.to_owned(), what.to_owned())).collect()
}

/// The modules of a [`library`] that do not compile. The compiler stops after the first phase with errors, so the modules
/// without errors are compiled again without the others.
fn rejected(crates: &Crates, name: &str) -> BTreeSet<String> {
    let declared =
        |root: &str| root.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).map(str::to_owned).collect();
    let mut left: BTreeSet<String> = declared(&crates.read(name, "src/lib.rs"));
    let mut errors: Vec<String> = crates.errors(name).flat_map(|message| message.files.clone()).collect();
    let mut rejected = BTreeSet::new();
    loop {
        let found = |module: &String| errors.iter().any(|file| file.ends_with(&module_file(module)));
        let (faulty, good): (BTreeSet<String>, BTreeSet<String>) = left.into_iter().partition(found);
        rejected.extend(faulty.iter().cloned());
        if faulty.is_empty() || good.is_empty() {
            return rejected;
        }
        errors = crates.rebuilt(name, "src/lib.rs", &root_of(&good)).into_iter().flat_map(|message| message.files).collect();
        left = good;
    }
}
