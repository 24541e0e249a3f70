//! The files of a new API crate. Some are regenerated later, the others belong to the owner from then on.

use super::{Inputs, first_call};
use crate::commands::{Choice, manifest, scratch};
use crate::fingerprint::SETTINGS;
use crate::pipeline::Generated;
use crate::workspace::ApiCrate;
use indexmap::IndexMap;
use std::io::Write;
use std::process::{Command, Stdio};
use toml_edit::{Array, Key, Value};

/// The inputs of the files.
pub struct CrateFiles<'a> {
    pub api: &'a ApiCrate,
    pub generated: &'a Generated,
    /// The section of the manifest with the settings of the crate.
    pub settings: &'a str,
    /// The keys of the dependency on the fake server.
    pub testkit: &'a str,
}

impl CrateFiles<'_> {
    /// All files, by path relative to the folder of the crate.
    ///
    /// # Errors
    /// Returns an error if the runtime cannot be read.
    pub fn all(&self, command: &str) -> anyhow::Result<IndexMap<String, String>> {
        let mut files = scratch::member_files(&self.api.name, self.generated, command)?;
        if let Some(text) = files.get_mut(manifest::FILE) {
            *text = self.manifest(text);
        }
        files.insert("CHANGELOG.md".to_owned(), "# Changelog\n".to_owned());
        files.insert("tests/fake.rs".to_owned(), self.fill(include_str!("templates/fake.rs.txt")));
        if first_call::find(self.generated).is_some() {
            files.insert("examples/first_call.rs".to_owned(), self.fill(include_str!("templates/first_call.rs.txt")));
        }
        Ok(files)
    }

    fn manifest(&self, text: &str) -> String {
        let (package, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        format!(
            "{package}\n\n{}\n{}\n\n[dev-dependencies]\n\
             # The fake API server that tests and examples call.\ntestkit = {{ {} }}\n\
             # Runs tests and examples.\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n",
            self.settings,
            rest.trim_end(),
            self.testkit
        )
    }

    /// Fills the placeholders of a template.
    fn fill(&self, template: &str) -> String {
        let call = first_call::find(self.generated);
        let credentials = first_call::credentials(&self.generated.prepared.model.api.security.credentials);
        let settings = &self.api.settings;
        let overlay = settings.overlay.as_ref();
        let overlay = overlay.map(|file| format!("?.with_overlay(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{file}\"))"));
        // This part of the test needs a call.
        let (before, rest) = template.split_once("// call\n").unwrap_or((template, ""));
        let text = if call.is_some() { format!("{before}{rest}") } else { before.trim_end().to_owned() + "\n" };
        let text = text
            .replace("CRATE", &self.api.name.replace('-', "_"))
            .replace("DOCUMENT", &settings.document)
            .replace("OVERLAY", &overlay.unwrap_or_default())
            .replace(".CREDENTIALS", &credentials)
            .replace("METHOD", call.as_ref().map_or("", |(method, _)| method))
            .replace(".CALL", call.as_ref().map_or("", |(_, code)| code));
        formatted(&text).unwrap_or(text)
    }
}

/// Formats the code with rustfmt, if it is installed, so that `cargo fmt` finds nothing to change.
fn formatted(code: &str) -> Option<String> {
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut rustfmt = command.spawn().ok()?;
    rustfmt.stdin.take()?.write_all(code.as_bytes()).ok()?;
    let output = rustfmt.wait_with_output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// The section of the manifest with the settings of the crate.
pub fn settings(inputs: &Inputs, choice: &Choice) -> String {
    let mut lines = vec![
        "# What the crate is generated from; paths start from this folder.".to_owned(),
        format!("[{SETTINGS}]"),
        format!("document = \"../{}\"", inputs.published.file),
    ];
    lines.extend(inputs.overlay.as_ref().map(|overlay| format!("overlay = \"../{}\"", overlay.file)));
    lines.extend(inputs.selection.as_ref().map(|selection| format!("selection = \"../{}\"", selection.file)));
    lines.extend(inputs.url.as_ref().map(|url| format!("# Where `cargo xtask update` finds the next document.\nurl = {url:?}")));
    if !choice.lenient.is_empty() {
        lines.push("# Received values of these formats that do not fit their type are kept.".to_owned());
        lines.push(format!("lenient = {}", choice.lenient.iter().collect::<Array>()));
    }
    if choice.skip_refused {
        lines.push("# Operations that are refused are left out.\nskip-refused = true".to_owned());
    }
    if !choice.types.is_empty() {
        lines.push(format!("\n# Types in Rust, by format or by component.\n[{SETTINGS}.types]"));
        lines.extend(choice.types.iter().map(|(key, rust)| format!("{} = {}", Key::new(key), Value::from(rust))));
    }
    lines.join("\n") + "\n"
}
