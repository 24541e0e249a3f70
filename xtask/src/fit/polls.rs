//! Reads `x-poll`: the operation that reports the state of what another one creates, and the meaning of the states.

use crate::document::operations;
use crate::document::pointer::Pointer;
use crate::model::operations::{Content, Location, Operation, Success};
use crate::model::polls::{Answer, Input, Poll, Source, States};
use crate::model::types::{Shape, Type, Types};
use crate::problem::Problems;
use serde_json::Value;

const FIX: &str = "correct the action of the overlay that sets it, then run `cargo xtask generate`";

/// Reads `x-poll` of all operations. `operations` are their models, and `types` their types.
pub fn read(document: &Value, operations: &[Operation], types: &Types, problems: &mut Problems) -> Vec<Poll> {
    let mut found: Vec<Poll> = Vec::new();
    for operation in operations::of(document) {
        let (Some(fact), Some(creates)) =
            (operation.value.get("x-poll"), operation.value.get("operationId").and_then(Value::as_str))
        else {
            continue;
        };
        let mut reader = Reader { at: operation.pointer.at("x-poll"), operations, types, problems };
        if let Some(poll) = reader.poll(creates, fact) {
            let other = found.iter().find(|other| other.polls == poll.polls && other.states != poll.states);
            if let Some(other) = other {
                let message = format!("lists other states of `{}` than `x-poll` of `{}` does", poll.polls, other.creates);
                reader.problem(&Pointer::default(), message);
            } else {
                found.push(poll);
            }
        }
    }
    found
}

struct Reader<'a, 'p> {
    at: Pointer,
    operations: &'a [Operation],
    types: &'a Types,
    problems: &'p mut Problems,
}

impl<'a> Reader<'a, '_> {
    fn problem(&mut self, below: &Pointer, message: impl Into<String>) {
        self.problems.add(format!("{}{below}", self.at), message, FIX);
    }

    fn poll(&mut self, creates: &str, fact: &Value) -> Option<Poll> {
        let polls = self.operation(fact, &Pointer::default())?;
        if !matches!(polls.success, Success::One(Content::Json(_))) {
            self.problem(&Pointer::default().at("operationId"), format!("`{}` must have one success, which is JSON", polls.id));
            return None;
        }
        let created = self.operations.iter().find(|operation| operation.id == creates);
        let parameters = self.parameters(fact, polls, created, &Pointer::default());
        let mut known = parameters.iter().flatten();
        let id = known.find(|(_, source)| matches!(source, Source::Response(_))).map(|(name, _)| name.clone());
        if parameters.is_some() && id.is_none() {
            self.problem(&Pointer::default().at("parameters"), "must take the ID from `$response.body#/…`");
        }
        let state = self.pointer(fact, "state", &Pointer::default());
        if fact.get("state").is_none() {
            self.problem(&Pointer::default().at("state"), "must be the JSON pointer to the state");
        }
        let (success, failure) = (texts(fact, "success"), texts(fact, "failure"));
        if success.is_empty() {
            self.problem(&Pointer::default().at("success"), "must list at least one final state");
        }
        let mut input = Vec::new();
        for (state, value) in fact.get("input").and_then(Value::as_object).into_iter().flatten() {
            input.push(self.input(state, value, polls));
        }
        self.cancel(fact, created);
        let states = States { id: id?, state: state?, success, failure, input };
        Some(Poll { creates: creates.to_owned(), polls: polls.id.clone(), parameters: parameters?, states })
    }

    fn input(&mut self, state: &str, value: &Value, polls: &Operation) -> Input {
        let below = Pointer::default().at("input").at(state);
        let [prompt, message, fields] = ["prompt", "message", "fields"].map(|key| self.pointer(value, key, &below));
        let answer = value.get("answer").and_then(|answer| self.answer(answer, polls, &below.at("answer")));
        Input { state: state.to_owned(), prompt, message, fields, answer }
    }

    /// Checks how to cancel. Only the fake server uses that, but it has to be correct.
    fn cancel(&mut self, fact: &Value, created: Option<&Operation>) {
        let Some(cancel) = fact.get("cancel") else { return };
        let below = Pointer::default().at("cancel");
        if let Some(operation) = self.operation(cancel, &below) {
            self.parameters(cancel, operation, created, &below);
        }
        if texts(cancel, "states").is_empty() {
            self.problem(&below.at("states"), "must list the states that the job goes through after it is canceled");
        }
    }

    fn answer(&mut self, value: &Value, polls: &Operation, below: &Pointer) -> Option<Answer> {
        let operation = self.operation(value, below)?;
        let parameters = self.parameters(value, operation, Some(polls), below)?;
        if let Some((name, _)) = parameters.iter().find(|(name, _)| !is_in_path(operation, name)) {
            self.problem(&below.at("parameters").at(name), "must be a parameter of the path");
            return None;
        }
        let body = self.pointer(value, "body", below).unwrap_or_default();
        Some(Answer { operation: operation.id.clone(), parameters, body })
    }

    /// The operation that a part of the extension names.
    fn operation(&mut self, value: &Value, below: &Pointer) -> Option<&'a Operation> {
        let id = value.get("operationId").and_then(Value::as_str);
        let found = self.operations.iter().find(|operation| Some(operation.id.as_str()) == id);
        if found.is_none() {
            self.problem(&below.at("operationId"), "names no operation of the document");
        }
        found
    }

    /// The parameters of `operation`, and the source of each. `request` is the operation that `$request` means, if it is known.
    fn parameters(
        &mut self,
        value: &Value,
        operation: &Operation,
        request: Option<&Operation>,
        below: &Pointer,
    ) -> Option<Vec<(String, Source)>> {
        let below = below.at("parameters");
        let given = value.get("parameters").and_then(Value::as_object);
        let composite = |operation: &Operation| format!("is an array or an object in `{}`, not a scalar", operation.id);
        let mut found = Vec::new();
        for (name, expression) in given.into_iter().flatten() {
            let source = expression.as_str().and_then(Source::parse);
            let message = match (source, request) {
                _ if !operation.parameters.iter().any(|known| known.name == *name) => {
                    format!("`{}` has no such parameter", operation.id)
                }
                (Some(Source::Path(path)), Some(request)) if !is_in_path(request, &path) => {
                    format!("`{}` has no path parameter `{path}`", request.id)
                }
                _ if !self.is_single(operation, name) => composite(operation),
                (Some(Source::Path(path)), Some(request)) if !self.is_single(request, &path) => composite(request),
                (Some(source), _) => {
                    found.push((name.clone(), source));
                    continue;
                }
                (None, _) => "must be `$response.body#/…` or `$request.path.…`".to_owned(),
            };
            self.problem(&below.at(name), message);
        }
        let is_given = |name: &str| given.is_some_and(|given| given.contains_key(name));
        let missing = operation.parameters.iter().find(|known| known.required && !is_given(&known.name));
        if let Some(missing) = missing {
            self.problem(&below, format!("lacks `{}`, which `{}` requires", missing.name, operation.id));
        }
        (missing.is_none() && found.len() == given.map_or(0, serde_json::Map::len)).then_some(found)
    }

    /// Whether a value of another message can become the parameter. Setters of objects take builders, not values.
    fn is_single(&self, operation: &Operation, name: &str) -> bool {
        let mut named = operation.parameters.iter().filter(|known| known.name == *name);
        named.all(|known| match known.value.ty.behind_aliases(self.types) {
            Type::Array(_) | Type::Map(_) => false,
            Type::Named(name) => {
                !matches!(self.types.get(name).map(|def| &def.shape), Some(Shape::Struct(_) | Shape::Wrapper(_)))
            }
            Type::Any | Type::Scalar(_) | Type::Custom(_) => true,
        })
    }

    fn pointer(&mut self, value: &Value, key: &str, below: &Pointer) -> Option<String> {
        let pointer = value.get(key)?.as_str().filter(|text| text.starts_with('/'));
        if pointer.is_none() {
            self.problem(&below.at(key), "must be a JSON pointer");
        }
        pointer.map(str::to_owned)
    }
}

fn is_in_path(operation: &Operation, name: &str) -> bool {
    operation.parameters.iter().any(|known| known.name == name && known.location == Location::Path)
}

/// The strings of an array.
fn texts(fact: &Value, key: &str) -> Vec<String> {
    let list = fact.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Source {
    /// Parses a runtime expression.
    #[must_use]
    pub fn parse(expression: &str) -> Option<Self> {
        let body = expression.strip_prefix("$response.body#").filter(|pointer| pointer.starts_with('/'));
        let path = expression.strip_prefix("$request.path.").filter(|name| !name.is_empty());
        body.map(|pointer| Self::Response(pointer.to_owned())).or_else(|| path.map(|name| Self::Path(name.to_owned())))
    }
}
