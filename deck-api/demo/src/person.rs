//! Answers questions: asks the person at the terminal, or uses a given code.

use deck_api::Interaction;
use serde_json::{Map, Value};
use std::io::{IsTerminal, Write, stdin, stdout};

/// The source of answers.
pub struct Person {
    /// The answer if there is no terminal.
    known: Option<&'static str>,
}

impl Person {
    /// Without a terminal, nobody answers.
    pub fn at_the_terminal() -> Self {
        Self { known: None }
    }

    /// Without a terminal, `code` is the answer to every question.
    pub fn who_knows(code: &'static str) -> Self {
        Self { known: Some(code) }
    }

    /// Returns the answer to a question, or `None` if there is nobody to ask.
    pub fn answer(&self, question: &Interaction) -> Option<Value> {
        if !question.is_answerable() {
            return None;
        }
        println!("{} asks: {}", question.id(), question.message().unwrap_or("for input"));
        let has_terminal = stdin().is_terminal() && stdout().is_terminal();
        let mut answer = Map::new();
        for field in question.fields() {
            let label = field.label.as_deref().unwrap_or(&field.name);
            let value = if has_terminal { ask(label)? } else { self.known_answer(label)? };
            answer.insert(field.name.clone(), Value::from(value));
        }
        Some(Value::from(answer))
    }

    fn known_answer(&self, label: &str) -> Option<String> {
        let known = self.known?;
        println!("{label}: {known} (no terminal, so the demo answers by itself)");
        Some(known.to_owned())
    }
}

/// Reads a line from the terminal. Returns `None` at the end of its input. Nothing else runs meanwhile, so this may block.
fn ask(label: &str) -> Option<String> {
    print!("{label}: ");
    stdout().flush().ok()?;
    let mut line = String::new();
    let read = stdin().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim().to_owned())
}
