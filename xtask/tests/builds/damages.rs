//! `try --conform` finds every deliberate error in the generated types of one document.
//!
//! Each damaged copy of the types is a module of one crate, which compiles once.

use crate::common::{case, extent, home};
use crate::crates::{Crate, crates as built, testkit};
use serde_json::Value;
use xtask::commands::conform::cases_of;

const PACKAGE: &str = "damages";

/// The name of the undamaged copy.
const INTACT: &str = "intact";

/// A name, and the replacements `(from, to)` in the source of the types.
type Damage = (&'static str, &'static [(&'static str, &'static str)]);

const DAMAGES: [Damage; 22] = [
    ("tags_swapped", &[(r#"["cat", "lion"]"#, r#"["?"]"#), (r#"["dog"]"#, r#"["cat", "lion"]"#), (r#"["?"]"#, r#"["dog"]"#)]),
    ("tag_value_lost", &[(r#"["cat", "lion"]"#, r#"["cat"]"#)]),
    ("variant_dead", &[(r#"["type" = ["square"]]"#, r#"["type" = ["squire"]]"#)]),
    ("alternative_unguarded", &[(r#"["kind" = ["dog"]]"#, "[]")]),
    ("both_only_one", &[("ByPhone(ByPhone)[]", r#"ByPhone(ByPhone)["mail" = []]"#)]),
    ("several_and_other_swapped", &[("Contact, Other; Several:", "Contact, Several; Other:")]),
    ("field_dropped", &[("pub flag:", "#[serde(skip)]\npub flag:")]),
    ("field_renamed", &[(r#"rename = "parent-id""#, r#"rename = "parent_id""#)]),
    ("integer_narrowed", &[("pub count: i64", "pub count: i32")]),
    ("integer_a_float", &[("pub count: i64", "pub count: f64")]),
    ("float_an_integer", &[("pub ratio: Option<f64>", "pub ratio: Option<i64>")]),
    ("option_doubled", &[("pub parent_id: Option<String>", "pub parent_id: Option<Option<String>>")]),
    ("option_doubled_through_a_box", &[("pub pet: Option<Pet>", "pub pet: Option<Box<Option<Pet>>>")]),
    ("null_lost", &[("pub note: Option<Option<String>>", "pub note: Option<String>")]),
    ("string_misspelled", &[(r#"Closed = "closed""#, r#"Closed = "close""#)]),
    ("strings_swapped", &[(r#"Open = "open", Closed = "closed""#, r#"Open = "closed", Closed = "open""#)]),
    ("rest_dropped", &[("#[serde(flatten)]", "#[serde(skip)]")]),
    ("list_a_single_value", &[("pub sizes: Option<Vec<i64>>", "pub sizes: Option<i64>")]),
    (
        "map_of_other_values",
        &[("Option<std::collections::BTreeMap<String, String>>", "Option<std::collections::BTreeMap<String, bool>>")],
    ),
    ("unknown_fields_refused", &[("#[non_exhaustive]\npub struct Cat", "#[serde(deny_unknown_fields)]\npub struct Cat")]),
    ("boolean_a_string", &[("pub flag: Option<bool>", "pub flag: Option<String>")]),
    ("instant_a_day", &[("pub since: Option<chrono::DateTime<chrono::Utc>>", "pub since: Option<chrono::naive::NaiveDate>")]),
];

/// The undamaged copy, and the damages that this run tests.
fn selected() -> Vec<Damage> {
    let few = DAMAGES.into_iter().enumerate().filter(|(number, _)| number.is_multiple_of(extent(11, 1)));
    std::iter::once((INTACT, &[][..])).chain(few.map(|(_, damage)| damage)).collect()
}

fn damaged(types: &str, (name, replaced): Damage) -> String {
    // All copies use the builders of the undamaged types.
    let text = types.replace("super::builder::", "crate::builder::");
    replaced.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{name}: the types no longer contain `{from}`");
        text.replacen(from, to, 1)
    })
}

/// The crate with all damaged copies.
pub fn crates() -> Vec<Crate> {
    let mut input = case(home().join("tests/damages/document.yaml")).input;
    PACKAGE.clone_into(&mut input.crate_name);
    let generated = xtask::generate(&input).unwrap();
    let cases = format!("use super::types;\nuse crate::runtime;\nuse deck_api_testkit as testkit;\n{}", cases_of(&generated));
    let member = Crate::generated(PACKAGE, &generated);
    let lib = format!("{}\npub mod damaged;\n", String::from_utf8_lossy(&member.files["src/lib.rs"]));
    let selected = selected();
    let module = |(name, _): &Damage| format!("pub mod {name} {{ pub mod types; pub mod cases; }}\n");
    let modules: Vec<String> = selected.iter().map(module).collect();
    let all: Vec<String> = selected.iter().map(|(name, _)| format!("({name:?}, {name}::cases::cases())")).collect();
    let all =
        format!("pub fn all() -> Vec<(&'static str, Vec<deck_api_testkit::conform::Case>)> {{ vec![{}] }}\n", all.join(", "));
    let member = member
        .manifest(|text| text.replace("[dependencies]\n", &format!("[dependencies]\n{}", testkit())))
        .with("src/lib.rs", lib)
        .with("src/damaged.rs", modules.concat() + &all)
        .with("src/document.json", serde_json::to_string(&generated.prepared.document.value).unwrap())
        .with("src/bin/judge.rs", JUDGE);
    let files = selected.into_iter().flat_map(|damage| {
        [("types", damaged(&generated.files["types.rs"], damage)), ("cases", cases.clone())]
            .map(|(file, text)| (format!("src/damaged/{}/{file}.rs", damage.0), text))
    });
    vec![files.fold(member, |member, (file, text)| member.with(&file, text))]
}

/// A program that checks each copy, and prints the errors in it.
const JUDGE: &str = r#"//! Checks each copy of the types.

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    for (name, cases) in damages::damaged::all() {
        let findings = deck_api_testkit::conform::check(include_str!("../document.json"), &cases, 40).unwrap();
        println!("{}", serde_json::json!({ "name": name, "pass": findings.is_pass(), "failures": findings.failures, "barren": findings.barren }));
    }
}
"#;

#[test]
fn every_damage_is_found_and_the_undamaged_copy_passes() {
    let output = built().run(PACKAGE, "judge");
    let lines: Vec<Value> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(lines.len(), selected().len(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in &lines {
        assert_eq!(line["pass"], line["name"] == INTACT, "{line}");
        assert!(line["barren"].as_array().unwrap().is_empty(), "{line}");
    }
}
