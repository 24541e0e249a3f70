//! What is wrong with a document, where, and what to do: the errors that a person with the document can mend.

use indexmap::IndexSet;
use std::fmt;
use std::io::ErrorKind;

/// How to do without an operation, wherever the crate is generated. A macro, because it is part of longer texts.
macro_rules! leave_out {
    () => {
        "leave the operation out with `--select` or `--skip-refused`, or with `selection` or `skip-refused = true` in the \
         Cargo.toml of the crate"
    };
}
pub(crate) use leave_out;

/// One problem of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The file as the user named it.
    pub file: String,
    /// JSON pointer into the file; `#` alone is the whole document.
    pub pointer: String,
    /// What is wrong, and why that matters.
    pub message: String,
    /// What to do, ending in a command where there is one.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "problem: {} {}: {}", self.file, self.pointer, self.message)?;
        write!(f, "fix: {}", self.fix)
    }
}

/// Why a file cannot be read, in the same words on every platform.
#[must_use]
pub fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// The known word that somebody who wrote `word` may have meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (strsim::jaro_winkler(known, word), known)).filter(|(likeness, _)| *likeness > 0.8);
    near.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, known)| known)
}

/// All problems found before a document was given up.
#[derive(Debug)]
pub struct Refused(pub Vec<Problem>);

impl Refused {
    /// A refusal for one reason.
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

/// Collects problems of one file, so that a user sees all of them at once.
#[derive(Debug)]
pub struct Problems {
    file: String,
    found: IndexSet<Problem>,
}

impl Problems {
    /// No problem yet in `file`.
    #[must_use]
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: IndexSet::new() }
    }

    /// Adds a problem at `pointer`.
    pub fn add(&mut self, pointer: impl fmt::Display, message: impl Into<String>, fix: impl Into<String>) {
        let problem =
            Problem { file: self.file.clone(), pointer: format!("#{pointer}"), message: message.into(), fix: fix.into() };
        // The same component can be met by several ways.
        self.found.insert(problem);
    }

    /// The problems so far.
    pub fn all(&self) -> impl Iterator<Item = &Problem> {
        self.found.iter()
    }

    /// Says of every problem where it is as `place` knows it.
    pub fn relocate<P: fmt::Display>(&mut self, place: impl Fn(&str) -> P) {
        for mut problem in std::mem::take(&mut self.found) {
            problem.pointer = format!("#{}", place(problem.pointer.trim_start_matches('#')));
            self.found.insert(problem);
        }
    }

    /// `value`, unless there were problems.
    ///
    /// # Errors
    /// All of them, if there were.
    pub fn finish<T>(self, value: T) -> Result<T, Refused> {
        if self.found.is_empty() { Ok(value) } else { Err(Refused(self.found.into_iter().collect())) }
    }
}

/// `1 file`, `2 files`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
