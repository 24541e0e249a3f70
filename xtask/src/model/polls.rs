//! `x-poll`: what can be waited for, and what its states mean.

/// The states of what an operation creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// The id of the operation that creates.
    pub creates: String,
    /// The id of the operation that tells the state.
    pub polls: String,
    /// The parameters of the latter, and where their values come from.
    pub parameters: Vec<(String, Source)>,
    /// The facts about the states, the same for all that is polled by one operation.
    pub states: States,
}

/// What the states mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct States {
    /// The parameter that carries the id.
    pub id: String,
    /// JSON pointer to the state.
    pub state: String,
    /// Final states that are a success.
    pub success: Vec<String>,
    /// Final states that are a failure.
    pub failure: Vec<String>,
    /// States in which somebody has to do something.
    pub input: Vec<Input>,
}

/// A state in which somebody has to do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub state: String,
    /// JSON pointer to what is asked.
    pub prompt: Option<String>,
    /// JSON pointer to the sentence that asks.
    pub message: Option<String>,
    /// JSON pointer to the list of fields that the answer has.
    pub fields: Option<String>,
    pub answer: Option<Answer>,
}

/// The operation that takes the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its id.
    pub operation: String,
    /// Its path parameters, and where their values come from.
    pub parameters: Vec<(String, Source)>,
    /// JSON pointer to the place of the answer in the request body.
    pub body: String,
}

/// A runtime expression of OpenAPI, as far as it can be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `$response.body#/pointer`
    Response(String),
    /// `$request.path.name`
    Path(String),
}
