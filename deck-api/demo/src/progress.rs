//! A line of progress: rewritten on a terminal, elsewhere a new one where it has changed.

use std::io::{IsTerminal, Write, stdout};
use std::time::Instant;

/// The line that is shown.
pub struct Progress {
    since: Instant,
    last: String,
}

impl Default for Progress {
    fn default() -> Self {
        Self { since: Instant::now(), last: String::new() }
    }
}

impl Progress {
    /// Shows a state.
    pub fn show(&mut self, state: &str) {
        if stdout().is_terminal() {
            print!("\r\x1b[2K{state} ({} s)", self.since.elapsed().as_secs());
            // What is not shown now is shown with the next line.
            let _ = stdout().flush();
        } else if self.last != state {
            println!("{state}");
        }
        state.clone_into(&mut self.last);
    }

    /// What is printed next begins a line.
    pub fn end(&mut self) {
        if stdout().is_terminal() && !self.last.is_empty() {
            println!();
        }
        self.last.clear();
    }
}
