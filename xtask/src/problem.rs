//! Problems of a document: what is wrong, where, and how its owner can fix it.

use indexmap::IndexSet;
use std::fmt;
use std::io::ErrorKind;

/// The advice to leave an operation out, for any way of generating. It is a macro, so that `concat!` can use it.
macro_rules! leave_out {
    () => {
        "leave the operation out with `--select` or `--skip-refused`, or with `selection` or `skip-refused = true` in the \
         Cargo.toml of the crate"
    };
}
pub(crate) use leave_out;

/// A problem of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The file, as the user named it.
    pub file: String,
    /// The JSON pointer into the file. `#` is the whole document.
    pub pointer: String,
    /// What is wrong, and why that matters.
    pub message: String,
    /// How to fix it, with a command at the end where there is one.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "problem: {} {}: {}", self.file, self.pointer, self.message)?;
        write!(f, "fix: {}", self.fix)
    }
}

/// The fix if a file of the command line cannot be read.
pub const CORRECT_THE_PATH: &str = "correct the path, then run the command again";

/// The reason why a file cannot be read, in the same words on every platform.
#[must_use]
pub fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// The known word that is most similar to `word`, if one is similar enough.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (strsim::jaro_winkler(known, word), known)).filter(|(likeness, _)| *likeness > 0.8);
    near.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, known)| known)
}

/// All problems of a document that is refused.
#[derive(Debug)]
pub struct Refused(pub Vec<Problem>);

impl Refused {
    /// A refusal with one problem.
    #[must_use]
    pub fn one(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f, "\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

/// Collects the problems of a file, so that the user sees all of them at once.
#[derive(Debug)]
pub struct Problems {
    file: String,
    found: IndexSet<Problem>,
}

impl Problems {
    /// Creates an empty list for `file`.
    #[must_use]
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: IndexSet::new() }
    }

    /// Adds a problem at `pointer`.
    pub fn add(&mut self, pointer: impl fmt::Display, message: impl Into<String>, fix: impl Into<String>) {
        let problem =
            Problem { file: self.file.clone(), pointer: format!("#{pointer}"), message: message.into(), fix: fix.into() };
        // The same component can be reached in several ways.
        self.found.insert(problem);
    }

    /// The problems so far.
    pub fn all(&self) -> impl Iterator<Item = &Problem> {
        self.found.iter()
    }

    /// Translates the places of all problems.
    pub fn relocate<P: fmt::Display>(&mut self, place: impl Fn(&str) -> P) {
        for mut problem in std::mem::take(&mut self.found) {
            problem.pointer = format!("#{}", place(problem.pointer.trim_start_matches('#')));
            self.found.insert(problem);
        }
    }

    /// Returns `value` if there are no problems.
    ///
    /// # Errors
    /// Returns all problems, if there are any.
    pub fn finish<T>(self, value: T) -> Result<T, Refused> {
        if self.found.is_empty() { Ok(value) } else { Err(Refused(self.found.into_iter().collect())) }
    }
}

/// A number with its noun: `1 file`, `2 files`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
