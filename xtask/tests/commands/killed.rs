//! Kills a writing process at random moments. The next run must succeed.

use crate::common::extent;
use crate::common::scratch::{DOCUMENT, Scratch, THINGS};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use xtask::fingerprint::in_header;
use xtask::journal::{FOLDER, MANIFEST};

const GENERATED: [&str; 4] = [
    "deck-api/src/generated/credentials.rs",
    "deck-api/src/generated/mod.rs",
    "deck-api/src/generated/public_api.txt",
    "deck-api/src/generated/types.rs",
];
const FILES: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "deck-api/CHANGELOG.md",
    "deck-api/Cargo.toml",
    GENERATED[0],
    GENERATED[1],
    GENERATED[2],
    GENERATED[3],
    "spec/deck-v2.json",
    "spec/overlay.yaml",
];

/// A random number generator (xorshift) with the same numbers in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % 1_000_000).unwrap() * limit / 1_000_000
    }
}

/// Polls the child this number of times, then kills it. Returns the number of polls.
fn poll(child: &mut Child, times: usize) -> usize {
    for polled in 0..times {
        if child.try_wait().unwrap().is_some() {
            return polled;
        }
        std::thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
    times
}

fn document(property: &str) -> String {
    DOCUMENT.replace("\"name\"", &format!("\"{property}\""))
}

/// Starts a command and kills it: at any moment, after it has begun to write, or after its journal is complete.
///
/// On a busy machine, the command may end before it is killed. That case is valid too.
fn kill(command: &mut Command, kill: usize, whole: usize, random: &mut Seeded, root: &Path) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = root.join(FOLDER);
    let (sign, polls) = match kill % 3 {
        0 => (root.to_owned(), random.below(whole)),
        1 => (journal, random.below(whole / 20)),
        _ => (journal.join(MANIFEST), random.below(whole / 50)),
    };
    while !sign.exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    poll(&mut child, polls);
}

#[test]
fn a_killed_update_leaves_all_of_its_files_or_none() {
    let scratch = Scratch::committed(THINGS);
    let outside = tempfile::tempdir().unwrap();
    let new = outside.path().join("new.json");
    std::fs::write(&new, THINGS.replace("\"1.0\"", "\"1.1\"")).unwrap();
    let update = || scratch.command(&format!("update {}", new.display()));
    let old = scratch.files();
    let whole = poll(&mut update().stdout(Stdio::null()).spawn().unwrap(), usize::MAX);
    let updated = scratch.files();
    assert!(updated.iter().filter(|(name, text)| old.get(*name) != Some(text)).count() >= 6);
    let mut random = Seeded(0x5eed_cafe);
    let (mut before, mut after) = (0, 0);
    let kills = extent(5, 50);
    let mut round = 0;
    // Some kills must come early, and some late.
    while round < kills || before == 0 || after == 0 {
        assert!(round < 20 * kills, "{before} old, {after} new");
        scratch.git("reset --quiet --hard");
        kill(&mut update(), round, whole, &mut random, scratch.root());
        let checked = scratch.command("check").output().unwrap();
        assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stderr));
        match scratch.files() {
            files if files == old => before += 1,
            files if files == updated => after += 1,
            files => panic!("kill {round}: neither old nor new: {files:?}"),
        }
        round += 1;
    }
}

#[test]
fn the_run_after_a_killed_generate_succeeds() {
    let scratch = Scratch::new();
    let whole = poll(&mut scratch.command("generate").stdout(Stdio::null()).spawn().unwrap(), usize::MAX);
    let mut random = Seeded(0x5eed_dec4);
    let mut interrupted = 0;
    let mut round = 0;
    // A busy machine gets more rounds, because some kills must happen while files are written.
    let kills = extent(3, 50);
    while round < kills || interrupted < kills.min(5) {
        assert!(round < 20 * kills.max(50), "only {interrupted} of {round} kills happened while files were written");
        scratch.write("spec/deck-v2.json", &document(&format!("field_{round}")));
        kill(&mut scratch.command("generate"), round, whole, &mut random, scratch.root());
        interrupted += usize::from(scratch.root().join(FOLDER).exists());
        // A check finishes the interrupted run. Then all files are of one run, and no other file exists.
        let checked = scratch.command("check").output().unwrap();
        assert!([Some(0), Some(4)].contains(&checked.status.code()), "{}", String::from_utf8_lossy(&checked.stderr));
        let texts = GENERATED.map(|name| scratch.read(name));
        let inputs = texts.each_ref().map(|text| in_header(text, "Inputs: ").unwrap().to_owned());
        assert_eq!(inputs[0], inputs[1], "kill {round}");
        let names: Vec<String> = scratch.files().into_keys().collect();
        assert_eq!(names, FILES, "kill {round}");
        round += 1;
    }
    assert!(scratch.command("generate").output().unwrap().status.success());
    assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
}
