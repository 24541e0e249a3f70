//! The journal writes a set of files completely or not at all, whatever step the program stops at.

use crate::common::{extent, files};
use std::collections::BTreeMap;
use std::path::Path;
use xtask::journal::{Edits, FOLDER, Fault, Recovery, Tree};

const OLD: [(&str, &str); 3] =
    [("spec/a.json", "old document"), ("src/types.rs", "old types"), ("src/gone.rs", "not made any more")];
const NEW: [(&str, &str); 3] =
    [("spec/a.json", "new document"), ("src/types.rs", "new types"), ("src/deep/added.rs", "new file")];

fn old_tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in OLD {
        std::fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

fn edits() -> Edits {
    let written = NEW.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())));
    written.chain([("src/gone.rs".to_owned(), None)]).collect()
}

fn named(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn open(root: &Path) -> Option<Recovery> {
    Tree::open(root, &mut Fault::none()).unwrap().1
}

/// Stops a commit after each possible number of steps, and passes each tree to `check`. Returns the steps of a whole commit.
fn stop_everywhere(mut check: impl FnMut(&Path, usize)) -> usize {
    for steps in 0.. {
        let folder = old_tree();
        let (tree, recovery) = Tree::open(folder.path(), &mut Fault::none()).unwrap();
        assert_eq!(recovery, None);
        let outcome = tree.commit(&edits(), &mut Fault::after(steps));
        drop(tree);
        if outcome.is_ok() {
            assert_eq!(files(folder.path()), named(&NEW));
            return steps;
        }
        check(folder.path(), steps);
    }
    unreachable!()
}

#[test]
fn a_run_stopped_at_any_step_leaves_all_of_its_files_or_none() {
    let (mut rolled_back, mut finished) = (0, 0);
    let steps = stop_everywhere(|root, steps| {
        let recovery = open(root);
        let found = files(root);
        assert!(!root.join(FOLDER).exists(), "step {steps}");
        match recovery {
            Some(Recovery::Finished(paths)) => {
                finished += 1;
                assert_eq!(found, named(&NEW), "step {steps}");
                assert_eq!(paths, edits().keys().cloned().collect::<Vec<_>>());
            }
            Some(Recovery::RolledBack) => {
                rolled_back += 1;
                assert_eq!(found, named(&OLD), "step {steps}");
            }
            None => assert!(found == named(&OLD) || found == named(&NEW), "step {steps}"),
        }
        assert_eq!(open(root), None, "nothing is left to do");
    });
    assert!(steps > 20 && rolled_back > 5 && finished > 10, "{steps} steps: {rolled_back} rolled back, {finished} finished");
}

#[test]
fn an_interrupted_recovery_is_resumed() {
    stop_everywhere(|root, steps| {
        // Neighboring steps leave similar states, so some are skipped.
        if !steps.is_multiple_of(extent(17, 4)) {
            return;
        }
        let before = files(root);
        for again in 0.. {
            restore(root, &before);
            if Tree::open(root, &mut Fault::after(again)).is_ok() {
                break;
            }
            open(root);
            let found = files(root);
            assert!(found == named(&OLD) || found == named(&NEW), "steps {steps} and {again}: {found:?}");
        }
    });
}

fn restore(root: &Path, files: &BTreeMap<String, String>) {
    for entry in std::fs::read_dir(root).unwrap() {
        std::fs::remove_dir_all(entry.unwrap().path()).unwrap();
    }
    for (path, text) in files {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    }
}

#[test]
fn files_edited_after_the_interruption_are_not_overwritten() {
    let mut refused = 0;
    stop_everywhere(|root, _| {
        let finishing = root.join(FOLDER).join("manifest.json").exists() && root.join(FOLDER).join("0").exists();
        std::fs::write(root.join("spec/a.json"), "by hand").unwrap();
        let outcome = Tree::open(root, &mut Fault::none());
        assert_eq!(outcome.is_err(), finishing);
        if let Err(error) = outcome {
            refused += 1;
            assert!(error.to_string().contains("git checkout -- spec/a.json") && error.to_string().contains(FOLDER), "{error}");
        }
        assert_eq!(std::fs::read_to_string(root.join("spec/a.json")).unwrap(), "by hand");
    });
    assert!(refused > 5, "{refused}");
}

#[test]
fn a_file_that_cannot_be_staged_changes_nothing() {
    let folder = old_tree();
    std::fs::write(folder.path().join(FOLDER), "a file where the folder should be").unwrap();
    let before = files(folder.path());
    let (tree, _) = Tree::open(folder.path(), &mut Fault::none()).unwrap();
    let error = tree.commit(&edits(), &mut Fault::none()).unwrap_err();
    assert!(format!("{error:#}").contains(FOLDER), "{error:#}");
    assert_eq!(files(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_stays_and_its_target_is_replaced() {
    let folder = old_tree();
    let document = folder.path().join("spec/a.json");
    let shared = folder.path().join("shared.json");
    std::fs::rename(&document, &shared).unwrap();
    std::os::unix::fs::symlink("../shared.json", &document).unwrap();
    let (tree, _) = Tree::open(folder.path(), &mut Fault::none()).unwrap();
    tree.commit(&edits(), &mut Fault::none()).unwrap();
    assert_eq!(std::fs::read_link(&document).unwrap(), Path::new("../shared.json"));
    assert_eq!(std::fs::read_to_string(&shared).unwrap(), "new document");
}

#[test]
fn two_writers_of_one_tree_wait_for_each_other() {
    let folder = old_tree();
    let (tree, _) = Tree::open(folder.path(), &mut Fault::none()).unwrap();
    #[cfg(unix)]
    assert!(fs4::FileExt::try_lock(&std::fs::File::open(folder.path()).unwrap()).is_err(), "the folder is not locked");
    let root = folder.path().to_owned();
    let second =
        std::thread::spawn(move || Tree::open(&root, &mut Fault::none()).map(|(tree, recovery)| (files(tree.root()), recovery)));
    // If the second writer did not wait, it would roll this journal back, or read a half-written tree.
    tree.commit(&edits(), &mut Fault::none()).unwrap();
    drop(tree);
    let (found, recovery) = second.join().unwrap().unwrap();
    assert_eq!((found, recovery), (named(&NEW), None));
}
