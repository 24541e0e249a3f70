//! Checks that generated types conform to a document's schemas: values and examples must survive decoding and encoding.

mod alternatives;
mod case;
mod verdict;

pub use case::{Alternative, Case, Look, case, seen};

use crate::compare::{Direction, short};
use crate::document::{Document, DocumentError};
use crate::examples::{self, Example};
use crate::judge::Place;
use crate::shrink::shrink;
use crate::{Judge, Values};
use alternatives::Choices;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::process::ExitCode;
use std::sync::Arc;
use verdict::Trial;

/// The maximum number of failures that are shown for one type. Further ones are only counted.
const SHOWN: usize = 3;
/// One in this many values also gets fields that the document does not declare.
const NEWER: usize = 4;
/// The number of values for each alternative of a union.
const OF_EACH: usize = 4;
/// The stack size, because documents may be deeply nested and decoders recurse.
const STACK: usize = 256 << 20;

/// The findings of a run.
#[derive(Debug, Default)]
pub struct Findings {
    /// The failures, each a JSON object: `type`, `pointer` (of the schema or the example), `message`, `value`.
    pub failures: Vec<Value>,
    kinds: HashSet<(&'static str, String)>,
    /// The number of failures.
    pub failed: usize,
    /// The number of generated values that came back unchanged.
    pub values: usize,
    /// The number of examples that came back unchanged.
    pub examples: usize,
    /// The pointers of examples that are not valid under their own schema.
    pub invalid: BTreeSet<String>,
    /// The pointers of schemas for which no valid value was found.
    pub barren: BTreeSet<String>,
    /// Where and how the judge deviates from the specification.
    pub readings: BTreeSet<String>,
}

impl Findings {
    /// Returns the numbers for the last line of the output.
    #[must_use]
    pub fn tally(&self) -> Value {
        json!({ "tally": {
            "values": self.values, "examples": self.examples, "invalid_examples": self.invalid.len(),
            "failed": self.failed, "barren": self.barren, "readings": self.readings,
        } })
    }

    /// Returns whether at least one value came back unchanged and none failed.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        self.failed == 0 && self.values + self.examples > 0
    }
}

/// Tries every case with `values` generated values and the document's examples. Prints a JSON object for each failure, and the
/// tally. Succeeds if values came back unchanged and nothing failed.
#[must_use]
pub fn main(document: &str, cases: &[Case], values: usize) -> ExitCode {
    // A panic of a decoder is reported like any other failure.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || check(document, cases, values));
        thread.map(std::thread::ScopedJoinHandle::join)
    });
    match outcome {
        Ok(Ok(Ok(findings))) => {
            findings.failures.iter().for_each(|failure| println!("{failure}"));
            println!("{}", findings.tally());
            if findings.is_pass() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Ok(Ok(Err(error))) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

/// Tries every case.
///
/// # Errors
///
/// Returns an error if the document cannot be read.
pub fn check(document: &str, cases: &[Case], values: usize) -> Result<Findings, DocumentError> {
    let document = Arc::new(Document::parse(document)?);
    let mut findings = Findings::default();
    for direction in [Direction::Request, Direction::Response] {
        let judge = Arc::new(Judge::towards(document.clone(), direction));
        let cases: Vec<&Case> = cases.iter().filter(|case| case.direction == direction).collect();
        findings.readings.extend(judge.readings().iter().cloned());
        check_one_way(&judge, direction, &cases, values, &mut findings);
    }
    Ok(findings)
}

fn check_one_way(judge: &Arc<Judge>, direction: Direction, cases: &[&Case], values: usize, findings: &mut Findings) {
    let mut trials: HashMap<Place, Trial<'_>> = HashMap::new();
    let places: Vec<Option<Place>> = cases.iter().map(|case| judge.place(case.pointer).ok()).collect();
    let all: Vec<Choices> =
        places.iter().map(|place| place.as_ref().map_or_else(Choices::default, |place| Choices::of(judge, place))).collect();
    for (number, case) in cases.iter().enumerate() {
        // A type that is not used in this direction has no values.
        let Some(place) = &places[number] else { continue };
        let trial = Trial { judge, case, place, choices: &all[number] };
        let mut source = Values::by(judge.clone(), 7 + number as u64);
        try_values(&trial, &mut source, values, findings);
        trials.entry(place.clone()).or_insert(trial);
    }
    for example in examples::all(judge, direction) {
        if !matches!(judge.admits_at(&example.schema, &example.value), Ok(true)) {
            findings.invalid.insert(example.pointer);
            continue;
        }
        let mut spread = Vec::new();
        examples::spread(judge, example, &|place| trials.contains_key(place), &mut spread, 0);
        for Example { pointer, schema, value } in spread {
            let Some(trial) = trials.get(&schema).filter(|_| !value.is_null()) else { continue };
            match trial.verdict(&value, true) {
                None => findings.examples += 1,
                Some(message) => findings.fail(trial.case, &pointer, &message, &value, 0),
            }
        }
    }
}

/// Tries values of the whole schema, and some of each alternative.
fn try_values(trial: &Trial<'_>, source: &mut Values, count: usize, findings: &mut Findings) {
    let any = trial.judge.schema(trial.place).clone();
    if !try_some(trial, source, &any, count, findings) {
        findings.barren.insert(format!("#{}", trial.case.pointer));
        return;
    }
    for alternative in &trial.choices.alternatives {
        for schema in &alternative.schemas {
            if !try_some(trial, source, schema, OF_EACH, findings) {
                findings.barren.insert(format!("{} in #{}", alternative.is, trial.case.pointer));
            }
        }
    }
    // A value cannot be two alternatives that a discriminator distinguishes.
    for schema in &trial.choices.pairs {
        try_some(trial, source, schema, OF_EACH, findings);
    }
}

/// Tries values of `schema` that are valid for the type. Returns whether there were any.
fn try_some(trial: &Trial<'_>, source: &mut Values, schema: &Value, count: usize, findings: &mut Findings) -> bool {
    let mut failed = 0;
    let mut found = false;
    for made in 0..count {
        let value = match source.make_of(trial.place, schema) {
            Ok(Some(value)) => value,
            // Once a value was found, a failed attempt to generate another one does not matter.
            Ok(None) if made > 0 => continue,
            Ok(None) => return false,
            Err(error) => {
                findings.barren.insert(format!("#{}: {error}", trial.case.pointer));
                return true;
            }
        };
        found = true;
        if value.is_null() {
            continue;
        }
        let newer = made % NEWER == 0;
        match trial.verdict(&value, newer) {
            None => findings.values += 1,
            Some(_) if failed >= SHOWN => findings.failed += 1,
            Some(_) => {
                // A minimal failing value shows the cause best.
                let still = |value: &Value| {
                    matches!(trial.judge.admits_at(trial.place, value), Ok(true)) && trial.verdict(value, newer).is_some()
                };
                let least = shrink(value, &still);
                let message = trial.verdict(&least, newer).unwrap_or_default();
                findings.fail(trial.case, &format!("#{}", trial.case.pointer), &message, &least, failed);
                failed += 1;
            }
        }
    }
    found
}

impl Findings {
    fn fail(&mut self, case: &Case, pointer: &str, message: &str, value: &Value, shown: usize) {
        self.failed += 1;
        let pointer = if pointer.starts_with('#') { pointer.to_owned() } else { format!("#{pointer}") };
        // One value is enough for failures with the same message.
        if shown < SHOWN && self.kinds.insert((case.name, kind(message))) {
            self.failures.push(json!({ "type": case.name, "pointer": pointer, "message": message, "value": short(value, 2000) }));
        }
    }
}

/// Removes what differs between values from a message: positions, item numbers, and the values themselves.
fn kind(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or_default();
    match message.split_once("`: ") {
        Some((place, change)) => {
            let end = ["is lost", "was added"].into_iter().find(|end| change.ends_with(end)).unwrap_or("became");
            place.split('/').filter(|segment| segment.parse::<usize>().is_err()).chain([end]).collect::<Vec<_>>().join("/")
        }
        None => message.to_owned(),
    }
}
