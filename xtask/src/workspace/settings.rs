//! The settings of an API crate: the table `[package.metadata.openapi]` of its Cargo.toml.

use crate::fingerprint::{SETTINGS, setting};
use crate::problem::{Problem, Refused, nearest};
use indexmap::IndexMap;
use std::ops::Range;
use toml_edit::{Document, Item, Table, TableLike};

/// The settings as written. Paths are relative to the folder of the crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The file with the published document.
    pub document: String,
    /// The file with the overlay.
    pub overlay: Option<String>,
    /// The file with the selection.
    pub selection: Option<String>,
    /// The address at which the owner of the API publishes the document.
    pub url: Option<String>,
    /// Additional traits that generated types derive.
    pub derives: Vec<String>,
    /// The Rust types that the user chooses, by format or by reference to a component.
    pub types: IndexMap<String, String>,
    /// The formats of lenient scalars: values that do not parse are kept as received.
    pub lenient: Vec<String>,
    /// The package that `cargo xtask demo` runs.
    pub demo: Option<String>,
    /// Whether refused operations are left out.
    pub skip_refused: bool,
    /// Whether the runtime of the crate is maintained there, instead of copied by the generator.
    pub own_runtime: bool,
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A string on a single line, because the crate's build script reads it without a TOML parser.
    Line,
    Text,
    Texts,
    /// A table of strings.
    Table,
    Flag,
}

const KEYS: [(&str, Kind); 10] = [
    ("document", Kind::Line),
    ("overlay", Kind::Line),
    ("selection", Kind::Line),
    ("url", Kind::Text),
    ("derives", Kind::Texts),
    ("types", Kind::Table),
    ("lenient", Kind::Texts),
    ("demo", Kind::Text),
    ("skip-refused", Kind::Flag),
    ("own-runtime", Kind::Flag),
];

/// Reads the settings from a manifest.
struct Reader<'m> {
    file: &'m str,
    text: &'m str,
    problems: Vec<Problem>,
}

/// Reads the settings from the manifest `text`; `None` if it has none.
///
/// # Errors
/// Returns an error if the manifest is not TOML, has a key that is unknown, or a value of another type.
pub fn read(file: &str, text: &str) -> Result<Option<Settings>, Refused> {
    let mut reader = Reader { file, text, problems: Vec::new() };
    let manifest = match Document::parse(text) {
        Ok(manifest) => manifest,
        Err(error) => {
            reader.problem("", error.span(), error.message(), "correct the manifest, then run the command again");
            return Err(Refused(reader.problems));
        }
    };
    let metadata = manifest.get("package").and_then(|package| package.get("metadata"));
    let Some(item) = metadata.and_then(|metadata| metadata.get("openapi")) else { return Ok(None) };
    let settings = if let Some(table) = item.as_table() {
        reader.settings(table)
    } else {
        reader.problem("", item.span(), "it is not a table", &format!("write the settings below `[{SETTINGS}]`"));
        Settings::default()
    };
    if reader.problems.is_empty() { Ok(Some(settings)) } else { Err(Refused(reader.problems)) }
}

impl Reader<'_> {
    fn settings(&mut self, table: &Table) -> Settings {
        for (key, item) in table {
            if let Some((_, kind)) = KEYS.iter().find(|(known, _)| *known == key) {
                self.check(key, item, *kind);
            } else {
                let span = table.key(key).and_then(toml_edit::Key::span);
                self.problem(key, span, &format!("the key `{key}` is unknown"), &suggestion(key));
            }
        }
        if table.get("document").is_none() {
            let fix = "add the file with the OpenAPI document: `document = \"../spec/openapi.json\"`";
            self.problem("", table.span(), "the key `document` is missing", fix);
        }
        let text = |key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
        let texts = |key: &str| {
            let list = table.get(key).and_then(Item::as_array).into_iter().flatten();
            list.filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        let types = table.get("types").and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter);
        let flag = |key: &str| table.get(key).and_then(Item::as_bool).unwrap_or_default();
        Settings {
            document: text("document").unwrap_or_default(),
            overlay: text("overlay"),
            selection: text("selection"),
            url: text("url"),
            derives: texts("derives"),
            types: types.map(|(format, rust)| (format.to_owned(), rust.as_str().unwrap_or_default().to_owned())).collect(),
            lenient: texts("lenient"),
            demo: text("demo"),
            skip_refused: flag("skip-refused"),
            own_runtime: flag("own-runtime"),
        }
    }

    fn check(&mut self, key: &str, item: &Item, kind: Kind) {
        let texts = |item: &Item| item.as_array().is_some_and(|list| list.iter().all(toml_edit::Value::is_str));
        let (good, wanted) = match kind {
            // TOML accepts it, but the build script would read something else.
            Kind::Line => (
                item.is_str() && setting(self.text, key) == item.as_str(),
                "a string between quotation marks, in a line of its own",
            ),
            Kind::Text => (item.is_str(), "a string"),
            Kind::Texts => (texts(item), "an array of strings"),
            Kind::Table => {
                (item.as_table_like().is_some_and(|table| table.iter().all(|(_, value)| value.is_str())), "a table of strings")
            }
            Kind::Flag => (item.is_bool(), "`true` or `false`"),
        };
        if !good {
            let example = match kind {
                Kind::Line | Kind::Text => format!("{key} = \"…\""),
                Kind::Texts => format!("{key} = [\"…\"]"),
                Kind::Table => format!("{key} = {{ uuid = \"uuid::Uuid\" }}"),
                Kind::Flag => format!("{key} = true"),
            };
            let fix = format!("write it below `[{SETTINGS}]` as `{example}`");
            self.problem(key, item.span(), &format!("`{key}` must be {wanted}"), &fix);
        }
    }

    fn problem(&mut self, key: &str, span: Option<Range<usize>>, message: &str, fix: &str) {
        let before = span.and_then(|span| self.text.get(..span.start));
        let place = before.map(|before| format!(":{}", before.matches('\n').count() + 1)).unwrap_or_default();
        let key = if key.is_empty() { String::new() } else { format!("/{key}") };
        self.problems.push(Problem {
            file: format!("{}{place}", self.file),
            pointer: format!("#/package/metadata/openapi{key}"),
            message: message.to_owned(),
            fix: fix.to_owned(),
        });
    }
}

fn suggestion(key: &str) -> String {
    match nearest(key, KEYS.iter().map(|(known, _)| *known)) {
        Some(known) => format!("write `{known}`"),
        None => format!("remove it; known are {}", KEYS.map(|(known, _)| format!("`{known}`")).join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn manifest(settings: &str) -> String {
        format!("[package]\nname = \"api\"\n\n[{SETTINGS}]\n{settings}\n[features]\ndocument = []\n")
    }

    #[test]
    fn settings_are_read_from_the_manifest_of_a_crate() {
        let text = manifest(
            "document = \"../spec/api.json\" # theirs\noverlay = '../spec/api.yaml'\nurl = \"https://example.com/api.json\"\nderives = [\"Hash\"]\n",
        );
        let settings = read("api/Cargo.toml", &text).unwrap().unwrap();
        assert_eq!(settings.document, "../spec/api.json");
        assert_eq!(settings.overlay.as_deref(), Some("../spec/api.yaml"));
        assert_eq!((settings.selection, settings.own_runtime), (None, false));
        assert_eq!(settings.url.as_deref(), Some("https://example.com/api.json"));
        assert_eq!(settings.derives, ["Hash"]);
        assert_eq!(read("api/Cargo.toml", "[package]\nname = \"api\"\n").unwrap(), None);
    }

    /// Each case has a line of the settings, and the expected place, message and fix.
    #[test]
    fn wrong_settings_are_named_with_a_line_and_a_fix() {
        for (line, place, message, fix) in [
            ("ovrelay = \"a.yaml\"", ":6 #/package/metadata/openapi/ovrelay", "the key `ovrelay` is unknown", "write `overlay`"),
            ("colour = 1", ":6 #/package/metadata/openapi/colour", "the key `colour` is unknown", "known are `document`"),
            ("overlay = 1", ":6 #/package/metadata/openapi/overlay", "must be a string", "overlay = \"…\""),
            ("overlay = \"\"\"\na.yaml\"\"\"", ":6 #", "in a line of its own", "overlay = \"…\""),
            ("overlay = \"a\\u002Eyaml\"", ":6 #", "in a line of its own", "overlay = \"…\""),
            ("derives = \"Hash\"", ":6 #/package/metadata/openapi/derives", "an array of strings", "derives = [\"…\"]"),
            ("types = \"decimal\"", ":6 #/package/metadata/openapi/types", "a table of strings", "types = { uuid = "),
            ("own-runtime = \"yes\"", ":6 #", "`true` or `false`", "own-runtime = true"),
        ] {
            let error = read("api/Cargo.toml", &manifest(&format!("document = \"a.json\"\n{line}\n"))).unwrap_err().to_string();
            assert!(error.contains(&format!("api/Cargo.toml{place}")), "{line}: {error}");
            assert!(error.contains(message) && error.contains(fix), "{line}: {error}");
        }
        let missing = read("api/Cargo.toml", &manifest("")).unwrap_err().to_string();
        assert!(missing.contains("api/Cargo.toml:4 #/package/metadata/openapi: the key `document` is missing"), "{missing}");
        for text in ["[package.metadata]\nopenapi = { document = \"a.json\" }\n", "[package.metadata]\nopenapi = 1\n"] {
            let inline = read("api/Cargo.toml", text).unwrap_err().to_string();
            assert!(inline.contains("Cargo.toml:2 #") && inline.contains("below `[package.metadata.openapi]`"), "{inline}");
        }
        let broken = read("api/Cargo.toml", "[package]\nname = \n").unwrap_err().to_string();
        assert!(broken.contains("api/Cargo.toml:2 #"), "{broken}");
    }
}
