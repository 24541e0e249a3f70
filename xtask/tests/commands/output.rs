//! Standard output and standard error: closed pipes, full disks, and progress that only terminals show.

use crate::common::scratch::{Scratch, THINGS};
use crate::common::{root, sources};
use std::process::Stdio;

/// Every command that prints, and its exit code if its output is read.
const PRINTING: [(&str, i32); 11] = [
    ("generate", 0),
    ("generate --check", 0),
    ("check", 0),
    ("lower", 0),
    ("lower --report", 0),
    ("diff --rules", 0),
    ("diff --format json", 0),
    ("diff new.json spec/deck-v2.json --fail-on minor", 4),
    ("update new.json --dry-run", 0),
    ("update new.json --dry-run --format markdown", 0),
    ("try --no-compile spec/deck-v2.json", 0),
];

fn scratch() -> Scratch {
    let scratch = Scratch::committed(THINGS);
    scratch.write("new.json", &THINGS.replace(r#""note": { "type": "string" }"#, r#""colour": { "type": "string" }"#));
    scratch
}

#[test]
fn a_closed_pipe_is_no_error_and_does_not_change_the_exit_code() {
    let scratch = scratch();
    for (arguments, code) in PRINTING {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = scratch.command(arguments).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments}: {errors}");
        assert!(!errors.contains("panicked") && !errors.contains("error"), "{arguments}: {errors}");
    }
}

#[test]
fn a_closed_standard_error_causes_no_panic() {
    let scratch = scratch();
    for (arguments, code) in [("lower gone.json", 1), ("diff gone.json new.json", 1), ("update gone.json", 1)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = scratch.command(arguments).stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments}");
    }
}

#[test]
fn no_more_documents_are_tried_after_the_pipe_is_closed() {
    let scratch = scratch();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    // The second file does not exist. Trying it would print an error.
    let command = "try --no-compile --format json spec/deck-v2.json gone.json";
    let output = scratch.command(command).stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let scratch = scratch();
    for (arguments, _) in PRINTING {
        let output = scratch.command(arguments).stdout(full()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments}: {errors}");
        assert!(errors.contains("error: cannot write to standard output: No space left"), "{arguments}: {errors}");
    }
}

#[test]
fn no_progress_is_shown_without_a_terminal() {
    let scratch = scratch();
    for arguments in ["try --no-compile spec/deck-v2.json new.json", "update new.json --dry-run", "generate"] {
        let output = scratch.command(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn only_one_file_writes_to_standard_output_and_standard_error() {
    let folder = root().join("xtask/src");
    for path in sources(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let writes = ["io::stdout", "io::stderr"].iter().any(|word| text.contains(word));
        assert_eq!(writes, path == folder.join("terminal.rs"), "{}", path.display());
    }
}
