//! The folders of xtask import each other as ARCHITECTURE.md lists it, and only listed folders use files, syntax trees or
//! progenitor. Files do not import each other in cycles.

use crate::common::home;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// Each folder with the folders that it may import, and each restricted path with the folders that may import it.
type List = BTreeMap<String, BTreeSet<String>>;

/// Paths outside of xtask that only listed folders may import.
const RESTRICTED: [&str; 3] = ["std::fs", "syn", "progenitor"];

#[test]
fn imports_are_those_that_the_architecture_lists() {
    let allowed = listed();
    let mut wrong = String::new();
    let found = imports();
    for (folder, imported) in found.iter().flat_map(|(folder, all)| all.iter().map(move |one| (folder, one))) {
        if !is_allowed(&allowed, folder, imported) {
            writeln!(wrong, "{folder} imports {imported}").unwrap();
        }
    }
    for (folder, imported) in allowed.iter().flat_map(|(folder, all)| all.iter().map(move |one| (folder, one))) {
        let (folder, imported) = if RESTRICTED.contains(&folder.as_str()) { (imported, folder) } else { (folder, imported) };
        if folder != "commands" && !found.get(folder).is_some_and(|all| all.contains(imported)) {
            writeln!(wrong, "{folder} no longer imports {imported}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}change the code, or the list in ARCHITECTURE.md");
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let files = &*FILES;
    let wrong: Vec<String> = cycles(files).into_iter().map(|cycle| cycle.join(" -> ")).collect();
    assert!(files.len() > 100, "{}", files.len());
    assert!(wrong.is_empty(), "files import each other in a cycle: move what both need into a third\n{}", wrong.join("\n"));
}

#[test]
fn a_cycle_of_files_is_found() {
    let file = |module: &[&str], code: &str| {
        Imports::of(module.iter().map(ToString::to_string).collect(), &syn::parse_str(code).unwrap())
    };
    let cycle = [
        file(&["fit", "a"], "use super::{b::{self, B}, c};"),
        file(&["fit", "b"], "fn f() { crate::lower::d::g(); }"),
        file(&["lower", "d"], "use crate::fit::a::Item as Other;"),
        file(&["fit", "c"], "use super::b::B;"),
    ];
    assert_eq!(cycles(&cycle), [["fit::a", "fit::b", "lower::d", "fit::a"]]);
    assert!(cycles(&cycle[..2]).is_empty());
}

#[test]
fn an_import_that_is_not_listed_is_found_however_it_is_written() {
    let allowed = listed();
    for (folder, code) in [
        ("model", "use crate::fit::fit;"),
        ("model", "use crate::{document::Document, fit};"),
        ("document", "fn f() { crate::lower::lower(); }"),
        ("lower", "mod inner { use super::super::super::compare::documents; }"),
        ("diff", "use crate::emit as printing;"),
        ("fit", "fn f() -> syn::Ident { todo() }"),
        ("diff", "use std::{fs, fmt};"),
        ("polish", "fn f() { progenitor::Generator::default(); }"),
    ] {
        let imports = Imports::of(vec![folder.to_owned(), "file".to_owned()], &syn::parse_str(code).unwrap());
        assert!(imports.found.iter().any(|imported| !is_allowed(&allowed, folder, imported)), "{folder}: {code}");
    }
}

fn is_allowed(allowed: &List, folder: &str, imported: &str) -> bool {
    let lists = |key: &str, entry: &str| allowed.get(key).is_some_and(|all| all.contains(entry));
    if RESTRICTED.contains(&imported) { lists(imported, folder) } else { lists(folder, imported) || lists(folder, "everything") }
}

/// The list in ARCHITECTURE.md.
fn listed() -> List {
    let text = std::fs::read_to_string(home().join("../ARCHITECTURE.md")).unwrap();
    let (_, section) = text.split_once("## Which folder imports which").unwrap();
    let block = section.split("```").nth(1).unwrap();
    let line = |line: &str| {
        let (folder, all) = line.rsplit_once(": ")?;
        Some((folder.to_owned(), all.split(' ').map(str::to_owned).collect()))
    };
    block.lines().filter_map(line).collect()
}

/// The imports of each folder, and of each file beside the folders.
fn imports() -> List {
    let mut found = List::new();
    for file in &*FILES {
        let top = &file.module[0];
        found.entry(top.clone()).or_default().extend(file.found.iter().filter(|imported| *imported != top).cloned());
    }
    found
}

/// All files of xtask, read once for all tests.
static FILES: LazyLock<Vec<Imports>> = LazyLock::new(|| read(&home().join("src")));

/// The imports of every file except the root, which only declares modules.
fn read(root: &Path) -> Vec<Imports> {
    let mut files = Vec::new();
    let mut open = vec![(root.join("lib.rs"), root.to_owned(), Vec::new())];
    while let Some((file, folder, module)) = open.pop() {
        let parsed = syn::parse_file(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for item in &parsed.items {
            let Item::Mod(item) = item else { continue };
            if item.content.is_none() && !is_test(&item.attrs) {
                let below = folder.join(item.ident.to_string());
                let files = [below.with_extension("rs"), below.join("mod.rs")];
                let file = files.into_iter().find(|file| file.exists()).unwrap();
                let module = module.iter().cloned().chain([item.ident.to_string()]).collect();
                open.push((file, below, module));
            }
        }
        if !module.is_empty() {
            files.push(Imports::of(module, &parsed));
        }
    }
    files
}

/// The cycles of imports between files, each once.
fn cycles(files: &[Imports]) -> Vec<Vec<String>> {
    let name = |module: &[String]| module.join("::");
    let known: BTreeSet<String> = files.iter().map(|file| name(&file.module)).collect();
    let target =
        |path: &Vec<String>| (1..=path.len()).rev().map(|length| name(&path[..length])).find(|path| known.contains(path));
    let edges: List = files
        .iter()
        .map(|file| {
            let own = name(&file.module);
            let all = file.paths.iter().filter_map(target).filter(|path| *path != own).collect();
            (own, all)
        })
        .collect();
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys() {
        follow(start, &edges, &mut Vec::new(), &mut done, &mut found);
    }
    found
}

fn follow(file: &str, edges: &List, path: &mut Vec<String>, done: &mut BTreeSet<String>, found: &mut Vec<Vec<String>>) {
    if let Some(begin) = path.iter().position(|known| known == file) {
        return found.push(path[begin..].iter().cloned().chain([file.to_owned()]).collect());
    }
    if done.contains(file) {
        return;
    }
    path.push(file.to_owned());
    for next in edges.get(file).into_iter().flatten() {
        follow(next, edges, path, done, found);
    }
    path.pop();
    done.insert(file.to_owned());
}

fn is_test(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    };
    attributes.iter().any(is_test)
}

/// The imports of one file.
struct Imports {
    /// The path of its module.
    module: Vec<String>,
    /// The folders and restricted paths that it imports.
    found: BTreeSet<String>,
    /// The paths that it imports, from the root of the crate.
    paths: BTreeSet<Vec<String>>,
}

impl Imports {
    fn of(module: Vec<String>, file: &syn::File) -> Self {
        let mut imports = Self { module, found: BTreeSet::new(), paths: BTreeSet::new() };
        imports.visit_file(file);
        imports
    }

    /// Records the target of a path, if it is in this crate or restricted.
    fn record(&mut self, path: &[String]) {
        let text = path.join("::");
        self.found.extend(
            RESTRICTED.iter().filter(|one| text == **one || text.starts_with(&format!("{one}::"))).map(|one| (*one).to_owned()),
        );
        let climbed = path.iter().take_while(|segment| *segment == "super").count();
        let whole: Vec<String> = match path.first().map(String::as_str) {
            Some("crate") => path[1..].to_vec(),
            Some("super") if climbed <= self.module.len() => {
                let above = &self.module[..self.module.len() - climbed];
                above.iter().chain(&path[climbed..]).cloned().collect()
            }
            _ => return,
        };
        self.found.extend(whole.first().cloned());
        self.paths.insert(whole);
    }

    fn tree(&mut self, tree: &UseTree, above: &[String]) {
        let with = |name: &syn::Ident| above.iter().cloned().chain([name.to_string()]).collect::<Vec<String>>();
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.record(&with(&name.ident)),
            UseTree::Rename(name) => self.record(&with(&name.ident)),
            UseTree::Glob(_) => self.record(above),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, above)),
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.record(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }
}
