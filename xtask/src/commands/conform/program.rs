//! Writes the program that decodes and encodes values with the types of a crate.

use super::VALUES;
use super::cases::{Case, Look, cases};
use crate::pipeline::Generated;
use std::fmt::Write;

/// The program for the crate `name`.
pub fn main(name: &str, generated: &Generated) -> String {
    let cases = cases_of(generated);
    let used = if cases.contains(NUMBERS) { "{runtime, types}" } else { "types" };
    format!(
        "//! Generated: decodes and encodes what the document's schemas allow.\n\n\
         use {}::{used};\n\n{cases}\n\
         fn main() -> std::process::ExitCode {{\n    \
         testkit::conform::main(include_str!(\"../document.json\"), &cases(), {VALUES})\n}}\n",
        name.replace('-', "_"),
    )
}

/// Whole numbers are also decoded in their other spellings, such as `1.0`.
const NUMBERS: &str = "#[derive(serde::Deserialize, serde::Serialize)]\n\
    #[serde(transparent, bound(deserialize = \"T: runtime::ReadNumber<'de>\"))]\n\
    struct Numbers<T>(#[serde(deserialize_with = \"runtime::number\")] T);\n\n";

/// The function `cases`. It needs the modules `runtime` and `types` in scope.
#[must_use]
pub fn cases_of(generated: &Generated) -> String {
    let (cases, _) = cases(generated);
    let mut text = "use testkit::Direction;\nuse testkit::conform::{Case, Look, seen};\n\n".to_owned();
    if cases.iter().any(|case| case.number) {
        text.push_str(NUMBERS);
    }
    text.push_str("pub fn cases() -> Vec<Case> {\n    vec![\n");
    for case in &cases {
        let Case { name, pointer, direction, number, .. } = case;
        let ty = if *number { format!("Numbers<types::{name}>") } else { format!("types::{name}") };
        let look = look(case);
        // Writing to a string does not fail.
        let _ = writeln!(text, "        seen::<{ty}>({name:?}, {pointer:?}, Direction::{direction}, {look}),");
    }
    text.push_str("    ]\n}\n");
    text
}

fn look(case: &Case) -> String {
    let name = &case.name;
    let which = |variants: &mut dyn Iterator<Item = (usize, &String)>, pattern: &str| {
        let arm = |(index, variant): (usize, &String)| format!("types::{name}::{variant}{pattern} => Some({index}), ");
        let arms: Vec<String> = variants.map(arm).collect();
        format!("|value| match value {{ {}_ => None }}", arms.concat())
    };
    match &case.look {
        Look::Json => "Look::Json".to_owned(),
        Look::Union(variants, several) => {
            let names = variants.iter().map(|(variant, _)| variant).chain(several);
            let which = which(&mut names.enumerate(), "(_)");
            let variants: Vec<String> =
                variants.iter().map(|(variant, origins)| format!("({variant:?}, &{origins:?})")).collect();
            format!("Look::Union({which}, &[{}])", variants.join(", "))
        }
        Look::Strings(variants) => {
            let which = which(&mut variants.iter().map(|(_, variant)| variant).enumerate(), "");
            let strings: Vec<&String> = variants.iter().map(|(string, _)| string).collect();
            format!("Look::Strings({which}, &{strings:?})")
        }
        Look::Fields(fields) if fields.is_empty() => "Look::Json".to_owned(),
        Look::Fields(fields) => {
            let field =
                |(property, field): &(String, String)| format!("({property:?}, std::any::type_name_of_val(&value.{field})), ");
            let fields: String = fields.iter().map(field).collect();
            format!("Look::Fields(|value| vec![{fields}])")
        }
    }
}
