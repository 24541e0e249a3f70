//! A process that writes is killed at random moments, and the next run ends well.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::scratch::Scratch;
use std::process::{Child, Stdio};
use xtask::fingerprint::in_header;
use xtask::journal::FOLDER;

const KILLS: usize = 50;
const MODULES: [&str; 2] = ["deck-api/src/generated/mod.rs", "deck-api/src/generated/types.rs"];
const FILES: [&str; 7] = [
    "Cargo.lock",
    "deck-api/CHANGELOG.md",
    "deck-api/Cargo.toml",
    MODULES[0],
    MODULES[1],
    "spec/deck-v2.json",
    "spec/overlay.yaml",
];

/// A generator of numbers that are the same in every run of the test (xorshift).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % 1_000_000).unwrap() * limit / 1_000_000
    }
}

/// Looks at the child so many times, and kills it then; how often it was looked at.
fn look(child: &mut Child, times: usize) -> usize {
    for looked in 0..times {
        if child.try_wait().unwrap().is_some() {
            return looked;
        }
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
    times
}

fn document(property: &str) -> String {
    common::scratch::DOCUMENT.replace("\"name\"", &format!("\"{property}\""))
}

#[test]
fn generate_killed_at_fifty_random_moments_ends_well_at_the_next_run() {
    let scratch = Scratch::new();
    let start = |scratch: &Scratch| scratch.command("generate").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let whole = look(&mut start(&scratch), usize::MAX);
    let mut random = Seeded(0x5eed_dec4);
    let mut interrupted = 0;
    for kill in 0..KILLS {
        scratch.write("spec/deck-v2.json", &document(&format!("field_{kill}")));
        // Half of the kills fall anywhere, half of them while the journal is there.
        let mut child = start(&scratch);
        if kill % 2 == 0 {
            look(&mut child, random.below(whole));
        } else {
            while child.try_wait().unwrap().is_none() && !scratch.root().join(FOLDER).exists() {
                std::thread::yield_now();
            }
            look(&mut child, random.below(whole / 20));
        }
        interrupted += usize::from(scratch.root().join(FOLDER).exists());
        // A check ends what was begun; then the files are of one run, and no other file is there.
        let checked = scratch.command("check").output().unwrap();
        assert!([Some(0), Some(4)].contains(&checked.status.code()), "{}", String::from_utf8_lossy(&checked.stderr));
        let texts = MODULES.map(|name| scratch.read(name));
        let inputs = texts.each_ref().map(|text| in_header(text, "Inputs: ").unwrap().to_owned());
        assert_eq!(inputs[0], inputs[1], "kill {kill}");
        let names: Vec<String> = scratch.files().into_keys().collect();
        assert_eq!(names, FILES, "kill {kill}");
    }
    assert!(interrupted >= 5, "only {interrupted} of {KILLS} kills fell while files were written");
    assert!(scratch.command("generate").output().unwrap().status.success());
    assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
}
