//! The life of a job: its states, and the properties of its body in each state.

use serde_json::Value;
use std::time::Duration;

/// The default duration of a state.
const SECOND: Duration = Duration::from_secs(1);

/// The sequence of states of a job.
///
/// A state that asks for input lasts until it is answered. A final state lasts forever. Every other state lasts for its duration.
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
    /// The properties of the body while the job is in this state.
    pub(crate) fields: Value,
    pub(crate) lasts: Duration,
}

impl Life {
    /// Creates a life with these states. Each state lasts a second.
    #[must_use]
    pub fn of<S: Into<String>>(states: impl IntoIterator<Item = S>) -> Self {
        let stage = |state: S| Stage { state: state.into(), fields: Value::Null, lasts: SECOND };
        Self { stages: states.into_iter().map(stage).collect() }
    }

    /// Sets properties of the body while the job is in `state`.
    #[must_use]
    pub fn with_fields(mut self, state: &str, fields: &Value) -> Self {
        for stage in self.stages.iter_mut().filter(|stage| stage.state == state) {
            stage.fields = fields.clone();
        }
        self
    }

    /// Sets the duration of each state.
    #[must_use]
    pub fn lasting(mut self, time: Duration) -> Self {
        self.stages.iter_mut().for_each(|stage| stage.lasts = time);
        self
    }
}
