//! Standard output and standard error: results, messages, and one line of progress that is rewritten in place.
//!
//! Nothing else in this package writes to them. A closed pipe causes no panic.

use anyhow::Context;
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// Writes to standard output. Returns whether its reader is still there: if the pipe is closed, for example by `| head`, more
/// output is pointless, but that is not an error.
///
/// # Errors
/// Returns an error if writing fails for a reason other than a closed pipe, for example because the disk is full.
pub fn print(text: impl Display) -> anyhow::Result<bool> {
    clear_progress();
    let mut output = io::stdout().lock();
    let written = write!(output, "{text}").and_then(|()| output.flush());
    reader(written).context("cannot write to standard output")
}

/// Writes a line to standard error. Errors are ignored, since they could not be reported anywhere.
pub fn note(text: impl Display) {
    clear_progress();
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Shows that `step` is running for the document `name`, until the next output replaces this line. Only terminals show it.
pub fn progress(step: &str, name: impl Display) {
    if io::stderr().is_terminal() {
        draw(&PROGRESS.lock().unwrap_or_else(PoisonError::into_inner).rewrite(step, &name.to_string()));
    }
}

/// Removes the progress line.
pub fn clear_progress() {
    draw(&PROGRESS.lock().unwrap_or_else(PoisonError::into_inner).clear());
}

/// Whether standard output shows colours: on a terminal, unless `NO_COLOR` is set (<https://no-color.org>).
#[must_use]
pub fn has_colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

static PROGRESS: Mutex<Line> = Mutex::new(Line { width: 0 });

/// Narrower than any terminal, since a wrapped line cannot be rewritten.
const MAX_WIDTH: usize = 76;

/// A line without a line feed, which the next output overwrites. It uses no escape sequences, since not every console supports
/// them.
#[derive(Debug)]
struct Line {
    /// The number of visible characters.
    width: usize,
}

impl Line {
    /// The text to write so that only `step` and `name` are visible.
    fn rewrite(&mut self, step: &str, name: &str) -> String {
        let step = format!("{step} ");
        let text = format!("{step}{}", end_of(name, MAX_WIDTH.saturating_sub(step.chars().count())));
        let width = text.chars().count();
        let padding = " ".repeat(self.width.saturating_sub(width));
        self.width = width;
        format!("\r{text}{padding}")
    }

    /// The text to write so that nothing is visible and the next output starts in the first column.
    fn clear(&mut self) -> String {
        let width = std::mem::take(&mut self.width);
        if width == 0 { String::new() } else { format!("\r{}\r", " ".repeat(width)) }
    }
}

/// Shortens a name from its start, since the end of a path says more.
fn end_of(name: &str, width: usize) -> String {
    let visible: Vec<char> = name.chars().filter(|c| !c.is_control()).collect();
    match visible.len().checked_sub(width) {
        None | Some(0) => visible.into_iter().collect(),
        Some(too_many) => ['…'].iter().chain(visible.iter().skip(too_many + 1)).collect(),
    }
}

fn draw(text: &str) {
    if !text.is_empty() {
        let mut output = io::stderr().lock();
        let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    }
}

fn reader(written: io::Result<()>) -> io::Result<bool> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_shorter_progress_line_overwrites_a_longer_one() {
        let mut line = Line { width: 0 };
        assert_eq!(line.clear(), "", "nothing is visible yet");
        assert_eq!(line.rewrite("[1/2]", "museum.yaml"), "\r[1/2] museum.yaml");
        assert_eq!(line.rewrite("[2/2]", "a.yaml"), "\r[2/2] a.yaml     ");
        assert_eq!(line.clear(), "\r            \r");
        assert_eq!(line.clear(), "");
    }

    #[test]
    fn a_progress_line_never_wraps_and_has_no_control_characters() {
        let mut line = Line { width: 0 };
        let shown = line.rewrite("[1/1]", &format!("a\u{1b}[2J\n{}/spec.yaml", "é".repeat(200)));
        assert_eq!(shown.chars().filter(|c| c.is_control()).count(), 1, "{shown:?}");
        assert!(shown.starts_with("\r[1/1] …é") && shown.ends_with("é/spec.yaml"), "{shown:?}");
        assert_eq!(shown.chars().count(), 1 + MAX_WIDTH);
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_anything_else_is() {
        assert!(!reader(Err(ErrorKind::BrokenPipe.into())).unwrap());
        assert!(reader(Ok(())).unwrap());
        assert!(reader(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
