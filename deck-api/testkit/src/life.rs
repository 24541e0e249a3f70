//! The life of a job: the states it goes through, and what its body says in each of them.

use serde_json::Value;
use std::time::Duration;

/// How long a state lasts unless a life says otherwise.
const SECOND: Duration = Duration::from_secs(1);

/// The states that a job goes through, from the first to the last.
///
/// A state that asks for input lasts until it is answered, a final state for ever, any other state for its time.
///
/// ```
/// use deck_api_testkit::Life;
/// use serde_json::json;
/// use std::time::Duration;
///
/// let life = Life::of(["queued", "running", "completed"])
///     .lasting(Duration::from_secs(5))
///     .with_fields("completed", &json!({ "output": { "total": 12 } }));
/// ```
#[derive(Clone, Debug)]
pub struct Life {
    pub(crate) stages: Vec<Stage>,
}

/// A state of a life.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) state: String,
    /// Properties of the body while the job is in this state.
    pub(crate) fields: Value,
    pub(crate) lasts: Duration,
}

impl Life {
    /// A life of these states, each of which lasts a second.
    #[must_use]
    pub fn of<S: Into<String>>(states: impl IntoIterator<Item = S>) -> Self {
        let stage = |state: S| Stage { state: state.into(), fields: Value::Null, lasts: SECOND };
        Self { stages: states.into_iter().map(stage).collect() }
    }

    /// The same with properties that the body has while the job is in `state`.
    #[must_use]
    pub fn with_fields(mut self, state: &str, fields: &Value) -> Self {
        for stage in self.stages.iter_mut().filter(|stage| stage.state == state) {
            stage.fields = fields.clone();
        }
        self
    }

    /// The same with another time for each of its states.
    #[must_use]
    pub fn lasting(mut self, time: Duration) -> Self {
        self.stages.iter_mut().for_each(|stage| stage.lasts = time);
        self
    }
}
