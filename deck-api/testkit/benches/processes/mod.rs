//! Processes of a benchmark: the same program again, on a separate core, or under callgrind.

use deck_api_testkit::FakeServer;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

/// Whether a program can be started.
pub fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// This program with other arguments, started by `wrapper`. A thousand calls need more open files than shells allow by default.
fn this(wrapper: &[&str], arguments: &[&str]) -> Command {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 8192 2>/dev/null; exec \"$@\"", "sh"]).args(wrapper).arg(program).args(arguments);
    command
}

/// This program on one core, if the system has several cores and `taskset`.
fn on_core(core: usize, arguments: &[&str]) -> Command {
    let has_two = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
    let number = core.to_string();
    if has_two && is_there("taskset") { this(&["taskset", "-c", &number], arguments) } else { this(&[], arguments) }
}

/// Runs this program on `core`, and returns its output.
pub fn pinned(core: usize, arguments: &[&str]) -> String {
    let output = on_core(core, arguments).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Counts the instructions of this program.
pub fn instructions(arguments: &[&str]) -> f64 {
    let output = this(&["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.split_once("Collected : "));
    line.and_then(|(_, number)| number.trim().parse().ok()).unwrap_or_else(|| panic!("callgrind reported no count: {text}"))
}

/// The fake server in a separate process, on the second core.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    pub fn start() -> Self {
        let mut command = on_core(1, &["serve"]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { process, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its standard input tells it to stop.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves until the process that has started this one closes its end of the standard input.
pub fn serve_until_told(server: &FakeServer) {
    println!("{}", server.base_url());
    // The server stops when reading ends, with or without an error.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
