//! Who answers a question: the person at the terminal, or else a code that is known beforehand.

use deck_api::Interaction;
use serde_json::{Map, Value};
use std::io::{IsTerminal, Write, stdin, stdout};

/// Somebody who can be asked.
pub struct Person {
    /// The answer where there is no terminal.
    known: Option<&'static str>,
}

impl Person {
    /// Without a terminal there is nobody.
    pub fn at_the_terminal() -> Self {
        Self { known: None }
    }

    /// Without a terminal, `code` is the answer to everything.
    pub fn who_knows(code: &'static str) -> Self {
        Self { known: Some(code) }
    }

    /// The answer to a question; `None` where there is nobody to ask.
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
        println!("{label}: {known} (there is no terminal to ask at, so the demo answers by itself)");
        Some(known.to_owned())
    }
}

/// A line of the terminal; `None` where its input has ended. Nothing else is under way meanwhile, so this may block.
fn ask(label: &str) -> Option<String> {
    print!("{label}: ");
    stdout().flush().ok()?;
    let mut line = String::new();
    let read = stdin().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim().to_owned())
}
