//! Standard output and standard error: results, messages, and one line of progress that is rewritten in place.
//!
//! Nothing else in this package writes to either of them. Where the reader of a pipe is gone, nothing panics.

use anyhow::Context;
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// Whether anybody still reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// There is a reader, as far as anyone knows.
    Listening,
    /// The pipe is closed, as by `| head`: more output is pointless, and no error.
    Gone,
}

/// Writes to standard output.
///
/// # Errors
/// Returns an error if it cannot be written for another reason than a closed pipe: the disk is full, for example.
pub fn print(text: impl Display) -> anyhow::Result<Reader> {
    clear_progress();
    let mut output = io::stdout().lock();
    let written = write!(output, "{text}").and_then(|()| output.flush());
    reader(written).context("cannot write to standard output")
}

/// Writes a line to standard error. If nobody can read it, there is nobody to tell either.
pub fn note(text: impl Display) {
    clear_progress();
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Shows in the line of progress that `step` is being done with the document `name`, until the next output replaces it.
/// Only on a terminal.
pub fn progress(step: &str, name: impl Display) {
    if io::stderr().is_terminal() {
        draw(&PROGRESS.lock().unwrap_or_else(PoisonError::into_inner).rewrite(step, &name.to_string()));
    }
}

/// Removes the line of progress.
pub fn clear_progress() {
    draw(&PROGRESS.lock().unwrap_or_else(PoisonError::into_inner).clear());
}

/// Whether standard output shows colours: it is a terminal, and <https://no-color.org> is not asked for.
#[must_use]
pub fn has_colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

static PROGRESS: Mutex<Line> = Mutex::new(Line { width: 0 });

/// Shorter than any terminal: a line that wraps could not be rewritten.
const MAX_WIDTH: usize = 76;

/// A line without a line feed, which the next text overwrites. No escape sequences: not every console knows them.
#[derive(Debug)]
struct Line {
    /// How many characters of it are visible.
    width: usize,
}

impl Line {
    /// What to write so that only `step` and `name` are visible.
    fn rewrite(&mut self, step: &str, name: &str) -> String {
        let step = format!("{step} ");
        let text = format!("{step}{}", end_of(name, MAX_WIDTH.saturating_sub(step.chars().count())));
        let width = text.chars().count();
        let padding = " ".repeat(self.width.saturating_sub(width));
        self.width = width;
        format!("\r{text}{padding}")
    }

    /// What to write so that nothing is visible and the next output starts at the left.
    fn clear(&mut self) -> String {
        let width = std::mem::take(&mut self.width);
        if width == 0 { String::new() } else { format!("\r{}\r", " ".repeat(width)) }
    }
}

/// The end of a path tells more than its beginning.
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

fn reader(written: io::Result<()>) -> io::Result<Reader> {
    match written {
        Ok(()) => Ok(Reader::Listening),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_shorter_line_of_progress_covers_the_longer_one_before_it() {
        let mut line = Line { width: 0 };
        assert_eq!(line.clear(), "", "nothing is visible yet");
        assert_eq!(line.rewrite("[1/2]", "museum.yaml"), "\r[1/2] museum.yaml");
        assert_eq!(line.rewrite("[2/2]", "a.yaml"), "\r[2/2] a.yaml     ");
        assert_eq!(line.clear(), "\r            \r");
        assert_eq!(line.clear(), "");
    }

    #[test]
    fn a_line_of_progress_never_wraps_and_holds_no_control_characters() {
        let mut line = Line { width: 0 };
        let shown = line.rewrite("[1/1]", &format!("a\u{1b}[2J\n{}/spec.yaml", "é".repeat(200)));
        assert_eq!(shown.chars().filter(|c| c.is_control()).count(), 1, "{shown:?}");
        assert!(shown.starts_with("\r[1/1] …é") && shown.ends_with("é/spec.yaml"), "{shown:?}");
        assert_eq!(shown.chars().count(), 1 + MAX_WIDTH);
    }

    #[test]
    fn a_closed_pipe_is_no_error_and_anything_else_is() {
        assert_eq!(reader(Err(ErrorKind::BrokenPipe.into())).unwrap(), Reader::Gone);
        assert_eq!(reader(Ok(())).unwrap(), Reader::Listening);
        assert!(reader(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
