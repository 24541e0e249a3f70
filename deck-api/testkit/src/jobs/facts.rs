//! Reads the `x-poll` extensions of a document, which describe the jobs that its operations create.

use crate::document::escape;
use crate::{Document, DocumentError, Operation};
use serde_json::Value;

/// A kind of job: the objects that one operation creates.
#[derive(Clone, Debug)]
pub struct Kind {
    pub creates: Operation,
    pub polls: Call,
    /// JSON pointer to the ID in the body of the created job.
    pub id: String,
    /// JSON pointer to the state.
    pub state: String,
    pub success: Vec<String>,
    pub failure: Vec<String>,
    pub inputs: Vec<Input>,
    pub cancel: Option<Cancel>,
}

/// An operation on a job, and where the values of its parameters come from.
#[derive(Clone, Debug)]
pub struct Call {
    pub operation: Operation,
    pub parameters: Vec<(String, Source)>,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// JSON pointer into the body of the created job.
    Body(String),
    /// A path parameter of the creating operation.
    Path(String),
}

/// A state in which the job needs input.
#[derive(Clone, Debug)]
pub struct Input {
    pub state: String,
    pub prompt: Option<String>,
    pub message: Option<String>,
    pub fields: Option<String>,
    /// The operation that accepts the answer, and the pointer to the answer in its request body.
    pub answer: Option<(Call, String)>,
}

/// The operation that cancels a job, and the states that follow.
#[derive(Clone, Debug)]
pub struct Cancel {
    pub call: Call,
    pub states: Vec<String>,
}

impl Kind {
    pub fn is_final(&self, state: &str) -> bool {
        self.success.iter().chain(&self.failure).any(|known| known == state)
    }

    /// Returns the input state with this name.
    pub fn input(&self, state: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.state == state)
    }

    /// Returns the calls that refer to a job of this kind.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let answers = self.inputs.iter().filter_map(|input| input.answer.as_ref()).map(|(call, _)| call);
        [&self.polls].into_iter().chain(answers).chain(self.cancel.iter().map(|cancel| &cancel.call))
    }

    /// Returns the pointers to the ID in the bodies of the creating and the polling operation.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        let parameters = self.calls().flat_map(|call| &call.parameters);
        let pointers = parameters.filter_map(|(_, source)| match source {
            Source::Body(pointer) => Some(pointer),
            Source::Path(_) => None,
        });
        [&self.id].into_iter().chain(pointers)
    }
}

/// Returns the job kinds of all operations that have the extension.
///
/// # Errors
///
/// Returns an error if an extension names an operation that does not exist, or lacks the location of the ID or the state.
pub fn read(document: &Document) -> Result<Vec<Kind>, DocumentError> {
    let operations = document.operations();
    let mut kinds = Vec::new();
    for creates in &operations {
        let pointer = format!("{}/x-poll", creates.pointer);
        let Some(fact) = document.at(&pointer) else { continue };
        kinds.push(kind(&operations, creates, fact, &pointer)?);
    }
    Ok(kinds)
}

fn kind(operations: &[Operation], creates: &Operation, fact: &Value, at: &str) -> Result<Kind, DocumentError> {
    let polls = call(operations, fact, at)?;
    let id = polls.parameters.iter().find_map(|(_, source)| match source {
        Source::Body(pointer) => Some(pointer.clone()),
        Source::Path(_) => None,
    });
    let missing = |key: &str, what: &str| DocumentError::new(format!("#{at}/{key}: {what}"));
    let id = id.ok_or_else(|| missing("parameters", "one must take the ID from `$response.body#/…`"))?;
    let state = text(fact, "state").ok_or_else(|| missing("state", "must be the JSON pointer to the state"))?;
    let mut inputs = Vec::new();
    for (state, value) in fact.get("input").and_then(Value::as_object).into_iter().flatten() {
        inputs.push(input(operations, state, value, &format!("{at}/input/{}", escape(state)))?);
    }
    let cancel = fact.get("cancel").map(|value| {
        let call = call(operations, value, &format!("{at}/cancel"))?;
        Ok(Cancel { call, states: texts(value, "states") })
    });
    let (success, failure) = (texts(fact, "success"), texts(fact, "failure"));
    Ok(Kind { creates: creates.clone(), polls, id, state, success, failure, inputs, cancel: cancel.transpose()? })
}

fn input(operations: &[Operation], state: &str, value: &Value, at: &str) -> Result<Input, DocumentError> {
    let answer = value.get("answer").map(|answer| {
        let call = call(operations, answer, &format!("{at}/answer"))?;
        Ok((call, text(answer, "body").unwrap_or_default()))
    });
    let [prompt, message, fields] = ["prompt", "message", "fields"].map(|key| text(value, key));
    Ok(Input { state: state.to_owned(), prompt, message, fields, answer: answer.transpose()? })
}

fn call(operations: &[Operation], value: &Value, at: &str) -> Result<Call, DocumentError> {
    let id = text(value, "operationId").unwrap_or_default();
    let operation = operations.iter().find(|operation| operation.id == id);
    let operation = operation
        .ok_or_else(|| DocumentError::new(format!("#{at}/operationId: `{id}` is not an operation of the document")))?
        .clone();
    let mut parameters = Vec::new();
    for (name, expression) in value.get("parameters").and_then(Value::as_object).into_iter().flatten() {
        let source = expression.as_str().and_then(source);
        let source = source.ok_or_else(|| {
            DocumentError::new(format!("#{at}/parameters/{}: must be `$response.body#/…` or `$request.path.…`", escape(name)))
        })?;
        parameters.push((name.clone(), source));
    }
    Ok(Call { operation, parameters })
}

fn source(expression: &str) -> Option<Source> {
    let body = expression.strip_prefix("$response.body#").map(|pointer| Source::Body(pointer.to_owned()));
    body.or_else(|| expression.strip_prefix("$request.path.").map(|name| Source::Path(name.to_owned())))
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
