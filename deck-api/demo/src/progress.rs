//! A progress line: a terminal shows it in place; otherwise, each change is a new line.

use std::io::{IsTerminal, Write, stdout};
use std::time::Instant;

/// The current line.
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
            // If flushing fails, the next line shows the text.
            let _ = stdout().flush();
        } else if self.last != state {
            println!("{state}");
        }
        state.clone_into(&mut self.last);
    }

    /// Ends the progress line, so that the next output begins a new line.
    pub fn end(&mut self) {
        if stdout().is_terminal() && !self.last.is_empty() {
            println!();
        }
        self.last.clear();
    }
}
