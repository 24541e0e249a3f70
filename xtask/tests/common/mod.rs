//! Test cases and golden files, for all tests of the generator.
#![allow(dead_code, reason = "each test uses a part of it")]

mod extent;
pub mod fixtures;
pub mod loopback;
pub mod scratch;

#[allow(unused_imports, reason = "each test uses a part of it")]
pub use extent::extent;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xtask::{Generated, Input, Source, workspace};

/// A document with the files beside it.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub path: PathBuf,
    pub input: Input,
}

/// The folder of this crate.
pub fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    home().parent().unwrap().to_owned()
}

/// All Rust files below a folder.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns every file below a folder and its text, without those of git. Paths are relative to the folder.
pub fn files(root: &Path) -> BTreeMap<String, String> {
    let mut open = vec![root.to_owned()];
    let mut found = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() && name != ".git" {
                open.push(path);
            } else if path.is_file() {
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// All cases, in the order of their names.
pub fn cases() -> Vec<Case> {
    let folder = home().join("tests/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".yaml") && !path.to_string_lossy().ends_with(".overlay.yaml"));
    paths.sort();
    paths.into_iter().map(case).collect()
}

/// The case of a document.
pub fn case(path: PathBuf) -> Case {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let overlay = format!("{name}.overlay.yaml");
    let published = Source { file: format!("{name}.yaml"), text: read(&path).unwrap() };
    let input = Input {
        // An error here occurs again when the case is generated.
        beside: workspace::beside(path.parent().unwrap(), &published).unwrap_or_default(),
        published,
        overlay: read(&path.with_file_name(&overlay)).map(|text| Source { file: overlay, text }),
        document_url: None,
        selection: Source { file: format!("{name}.select"), text: read(&path.with_extension("select")).unwrap_or_default() },
        crate_name: "case-api".to_owned(),
        ..Input::default()
    };
    Case { name, path, input }
}

/// The generated code without its headers, or the refusal.
pub fn outcome(case: &Case) -> Result<String, String> {
    match xtask::generate(&case.input) {
        Ok(generated) => Ok(code(&generated)),
        Err(error) => Err(format!("{}\n", xtask::report::error(&error))),
    }
}

/// All modules of generated code, without their headers.
pub fn code(generated: &Generated) -> String {
    let file = |(name, text): (&String, &String)| format!("// {name}\n\n{}", xtask::emit::without_header(text));
    xtask::emit::modules(&generated.files).map(file).collect::<Vec<_>>().join("\n")
}

/// The inputs of deck-api.
pub fn deck() -> Input {
    let root = root();
    workspace::input(&root, &workspace::api_crate::one(&root, &["deck-api".to_owned()]).unwrap()).unwrap()
}

/// Compares a text with a golden file, or writes the file if `UPDATE` is set.
pub fn expect(path: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    let name = path.file_name().unwrap().to_string_lossy();
    assert!(
        golden == text,
        "{name} has changed; if that is meant, run: UPDATE=1 cargo test -p xtask\n{}",
        xtask::report::unified(&name, &golden, text)
    );
}
