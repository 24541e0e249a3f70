//! `x-poll`: the operations whose results can be waited for, and the meaning of the states.

/// How to wait for the result of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// The id of the operation that creates.
    pub creates: String,
    /// The id of the operation that reports the state.
    pub polls: String,
    /// The parameters of the polled operation, and the sources of their values.
    pub parameters: Vec<(String, Source)>,
    /// The states, which are the same for all operations that poll with the same one.
    pub states: States,
}

/// The meaning of the states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct States {
    /// The parameter for the id.
    pub id: String,
    /// The JSON pointer to the state.
    pub state: String,
    /// Final states that mean success.
    pub success: Vec<String>,
    /// Final states that mean failure.
    pub failure: Vec<String>,
    /// States that wait for input.
    pub input: Vec<Input>,
}

/// A state that waits for input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub state: String,
    /// The JSON pointer to the question.
    pub prompt: Option<String>,
    /// The JSON pointer to the text that asks people for the answer.
    pub message: Option<String>,
    /// The JSON pointer to the list of fields that the answer needs.
    pub fields: Option<String>,
    pub answer: Option<Answer>,
}

/// The operation that sends the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The operation id.
    pub operation: String,
    /// Its path parameters, and the sources of their values.
    pub parameters: Vec<(String, Source)>,
    /// The JSON pointer to the answer's place in the request body.
    pub body: String,
}

/// A runtime expression of OpenAPI, in one of the supported forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `$response.body#/pointer`
    Response(String),
    /// `$request.path.name`
    Path(String),
}
