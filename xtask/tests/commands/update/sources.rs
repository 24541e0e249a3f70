//! The sources of an update: a file, the tree, standard input, a URL.

use super::{PUBLISHED, accepted, edited, refused, update, version};
use crate::common::extent;
use crate::common::loopback::{Loopback, page, status};
use crate::common::scratch::{OVERLAY, Scratch, THINGS};
use std::process::Stdio;
use xtask::journal::{Edits, FOLDER, Fault, Tree};

#[test]
fn a_document_edited_in_the_tree_is_compared_with_the_last_commit() {
    let scratch = Scratch::committed(THINGS);
    scratch.write(PUBLISHED, &edited(", \"note\": { \"type\": \"string\" }", ""));
    let update = || accepted(&scratch.command("update spec/deck-v2.json").output().unwrap());
    let text = update();
    assert!(text.contains("`types::Thing::note` is gone") && text.contains("0.1.0 becomes 0.2.0"), "{text}");
    assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
    // A second update does nothing, whether or not the first one is committed.
    assert!(update().contains("nothing to do"));
    assert_eq!(version(&scratch), "0.2.0");
    // If only the overlay has changed, there is nothing to update, but the code is stale.
    scratch.commit();
    scratch.write("spec/overlay.yaml", &OVERLAY.replace("x-fact: 1", "x-fact: 2"));
    assert!(update().contains(
        "nothing to do\n[the generated code is older than the document, the overlay or the settings; run `cargo xtask generate`]"
    ));
}

#[test]
fn a_document_is_kept_byte_for_byte_and_yaml_becomes_json_with_a_note() {
    let scratch = Scratch::committed(THINGS);
    let odd = THINGS.replace('\n', "\r\n").replace("\"1.0\"", "\"\\u0031.0\"") + "\r\n\r\n";
    accepted(&update(&scratch, &odd, ""));
    assert_eq!(scratch.read(PUBLISHED), odd);
    let yaml = "# the owner's comment\nopenapi: 3.1.1\ninfo: { title: Thing API, version: '1.1' }\npaths: {}\n";
    let text = accepted(&update(&scratch, yaml, "--allow-removed"));
    assert!(text.contains("is YAML and was turned into JSON"), "{text}");
    let written: serde_json::Value = serde_json::from_str(&scratch.read(PUBLISHED)).unwrap();
    assert_eq!(written["info"]["version"], "1.1");
}

#[test]
fn a_refused_document_is_named_by_its_file_and_changes_nothing() {
    let scratch = Scratch::committed(THINGS);
    let before = scratch.files();
    for (document, expected) in [
        (edited("\"3.1.1\"", "\"2.0\""), "new.json #/openapi: "),
        (
            edited("{ \"type\": \"integer\" }", "{ \"$ref\": \"#/components/schemas/Gone\" }"),
            "new.json #/components/schemas/Thing/properties/size/$ref: ",
        ),
        (THINGS[..THINGS.len() / 2].to_owned(), "new.json #: the file cannot be read"),
        ("<!doctype html>".to_owned(), "new.json #: a web page"),
        (String::new(), "new.json #: "),
    ] {
        let text = refused(&update(&scratch, &document, ""));
        assert!(text.contains(expected) && text.contains("fix: "), "{text}");
        assert_eq!(scratch.files(), before);
    }
}

#[test]
fn a_document_from_standard_input_is_read_to_its_end() {
    use std::io::Write;
    let scratch = Scratch::committed(THINGS);
    let mut child = scratch.command("update -").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let new = edited("\"1.0\"", "\"1.1\"");
    child.stdin.take().unwrap().write_all(new.as_bytes()).unwrap();
    let text = accepted(&child.wait_with_output().unwrap());
    assert!(text.contains("Read standard input: Thing API 1.1"), "{text}");
    assert_eq!(scratch.read(PUBLISHED), new);
}

#[test]
fn the_next_update_from_a_url_finishes_an_interrupted_one() {
    let scratch = Scratch::committed(THINGS);
    let new = edited("\"1.0\"", "\"1.1\"");
    let served = new.clone();
    let server = Loopback::start(move |head| match head {
        head if head.starts_with("GET /v2.json ") => page("application/json", &served),
        _ => status("404 Not Found", ""),
    });
    let command = |path: &str| scratch.command(&format!("update {}", server.url(path)));
    let before = scratch.files();
    let text = refused(&command("/gone.json").output().unwrap());
    assert!(text.contains("the server answers 404 Not Found"), "{text}");
    assert_eq!(scratch.files(), before);
    accepted(&command("/v2.json").output().unwrap());
    let is_new = |(name, text): &(String, String)| before.get(name) != Some(text);
    let edits: Edits = scratch.files().into_iter().filter(is_new).map(|(name, text)| (name, Some(text))).collect();
    let mut interrupted = 0;
    for steps in (1..).step_by(extent(9, 1)) {
        scratch.git("reset --quiet --hard");
        let (tree, _) = Tree::open(scratch.root(), &mut Fault::none()).unwrap();
        if tree.commit(&edits, &mut Fault::after(steps)).is_ok() {
            break;
        }
        drop(tree);
        interrupted += 1;
        assert!(scratch.root().join(FOLDER).exists());
        let text = accepted(&command("/v2.json").output().unwrap());
        assert_eq!((scratch.read(PUBLISHED), version(&scratch)), (new.clone(), "0.1.1".to_owned()), "{text}");
        assert!(!scratch.root().join(FOLDER).exists());
        assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
    }
    assert!(interrupted > 3, "{interrupted}");
    scratch.git("reset --quiet --hard");
    assert_eq!(scratch.files(), before);
}
