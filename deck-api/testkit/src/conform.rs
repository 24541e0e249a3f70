//! Whether generated types are a document's schemas: values and examples are decoded and encoded again, and must stay the same.

use crate::compare::{Direction, differences_at, short};
use crate::document::{Document, DocumentError};
use crate::examples::{self, Example};
use crate::judge::Place;
use crate::shrink::shrink;
use crate::unknown;
use crate::{Judge, Values};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

/// More failures of one type are counted, not shown.
const SHOWN: usize = 3;
/// One in so many values gets fields that the document does not know.
const NEWER: usize = 4;
/// Documents are nested as deep as their owners like, and decoders recurse.
const STACK: usize = 256 << 20;

/// A generated type, and the schema that it is made of.
pub struct Case {
    name: &'static str,
    pointer: &'static str,
    direction: Direction,
    round_trip: fn(&str) -> Result<Value, String>,
}

/// A case for the type `T`. Where the schema allows null, that is left to whoever holds a `T`.
#[must_use]
pub fn case<T: DeserializeOwned + Serialize>(name: &'static str, pointer: &'static str, direction: Direction) -> Case {
    let round_trip = |text: &str| {
        let decoded: T = serde_json::from_str(text).map_err(|error| format!("does not decode: {error}"))?;
        serde_json::to_value(decoded).map_err(|error| format!("does not encode: {error}"))
    };
    Case { name, pointer, direction, round_trip }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Findings {
    /// One JSON object a line: `type`, `pointer` (of the schema, or of the example), `message`, `value`.
    pub failures: Vec<Value>,
    kinds: HashSet<(&'static str, String)>,
    /// How often something was found.
    pub failed: usize,
    /// How many values were made and came back the same.
    pub values: usize,
    /// How many examples came back the same.
    pub examples: usize,
    /// The pointers of examples that are not valid under their own schema.
    pub invalid: BTreeSet<String>,
    /// The pointers of schemas for which no valid value was found.
    pub barren: BTreeSet<String>,
}

impl Findings {
    /// The numbers, as the last line of the output has them.
    #[must_use]
    pub fn tally(&self) -> Value {
        json!({ "tally": {
            "values": self.values, "examples": self.examples, "invalid_examples": self.invalid.len(),
            "failed": self.failed, "barren": self.barren,
        } })
    }
}

/// Tries every case with `values` values and the document's examples, and prints one JSON object for each failure, and the
/// tally. Succeeds where nothing failed.
#[must_use]
pub fn main(document: &str, cases: &[Case], values: usize) -> ExitCode {
    // A panic of a decoder is a failure like any other, and told as one.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || check(document, cases, values));
        thread.map(std::thread::ScopedJoinHandle::join)
    });
    match outcome {
        Ok(Ok(Ok(findings))) => {
            findings.failures.iter().for_each(|failure| println!("{failure}"));
            println!("{}", findings.tally());
            if findings.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
/// Where the document cannot be read.
pub fn check(document: &str, cases: &[Case], values: usize) -> Result<Findings, DocumentError> {
    let document = Arc::new(Document::parse(document)?);
    let mut findings = Findings::default();
    for direction in [Direction::Request, Direction::Response] {
        let judge = Arc::new(Judge::towards(document.clone(), direction));
        let cases: Vec<&Case> = cases.iter().filter(|case| case.direction == direction).collect();
        check_one_way(&judge, &cases, values, &mut findings);
    }
    Ok(findings)
}

fn check_one_way(judge: &Arc<Judge>, cases: &[&Case], values: usize, findings: &mut Findings) {
    let mut places: HashMap<Place, &Case> = HashMap::new();
    for (number, case) in cases.iter().enumerate() {
        // A type of what does not go this way has nothing to show.
        let Ok(place) = judge.place(case.pointer) else { continue };
        let mut source = Values::by(judge.clone(), 7 + number as u64);
        try_values(judge, case, &place, &mut source, values, findings);
        places.entry(place).or_insert(case);
    }
    for example in examples::all(judge) {
        if !matches!(judge.admits_at(&example.schema, &example.value), Ok(true)) {
            findings.invalid.insert(example.pointer);
            continue;
        }
        let mut spread = Vec::new();
        examples::spread(judge, example, &|place| places.contains_key(place), &mut spread, 0);
        for Example { pointer, schema, value } in spread {
            let Some(case) = places.get(&schema).filter(|_| !value.is_null()) else { continue };
            match verdict(judge, case, &schema, &value, true) {
                None => findings.examples += 1,
                Some(message) => findings.fail(case, &pointer, &message, &value, 0),
            }
        }
    }
}

fn try_values(judge: &Judge, case: &Case, place: &Place, source: &mut Values, count: usize, findings: &mut Findings) {
    let mut failed = 0;
    for made in 0..count {
        let value = match source.make_at(place) {
            Ok(Some(Value::Null)) => continue,
            Ok(Some(value)) => value,
            // Once one was found, a try in vain is bad luck.
            Ok(None) if made > 0 => continue,
            Ok(None) => {
                findings.barren.insert(format!("#{}", case.pointer));
                return;
            }
            Err(error) => {
                findings.barren.insert(format!("#{}: {error}", case.pointer));
                return;
            }
        };
        let newer = made % NEWER == 0;
        match verdict(judge, case, place, &value, newer) {
            None => findings.values += 1,
            Some(_) if failed >= SHOWN => findings.failed += 1,
            Some(_) => {
                // The least value that still fails shows why it does.
                let still = |value: &Value| {
                    matches!(judge.admits_at(place, value), Ok(true)) && verdict(judge, case, place, value, newer).is_some()
                };
                let least = shrink(value, &still);
                let message = verdict(judge, case, place, &least, newer).unwrap_or_default();
                findings.fail(case, &format!("#{}", case.pointer), &message, &least, failed);
                failed += 1;
            }
        }
    }
}

impl Findings {
    fn fail(&mut self, case: &Case, pointer: &str, message: &str, value: &Value, shown: usize) {
        self.failed += 1;
        let pointer = if pointer.starts_with('#') { pointer.to_owned() } else { format!("#{pointer}") };
        // One value is enough for what fails in the same way.
        if shown < SHOWN && self.kinds.insert((case.name, kind(message))) {
            self.failures.push(json!({ "type": case.name, "pointer": pointer, "message": message, "value": short(value, 2000) }));
        }
    }
}

/// A message without what differs from value to value: the place in the text, the numbers of items, and the values themselves.
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

/// What went wrong with a value on its way through the type, or, with `newer`, with one of tomorrow.
fn verdict(judge: &Judge, case: &Case, place: &Place, value: &Value, newer: bool) -> Option<String> {
    let come_back = |sent: &Value| {
        let mut back = round_trip(case, sent)?;
        unknown::take_out(&mut back);
        let differences = differences_at(judge, place, value, &back, case.direction).map_err(|error| error.to_string())?;
        differences.into_iter().next().map_or(Ok(()), Err)
    };
    let of_tomorrow = || unknown::add(judge, std::slice::from_ref(place), value).map_err(|error| error.to_string());
    let mut outcome = come_back(value);
    if outcome.is_ok() && newer && case.direction == Direction::Response {
        let unknown = |message| format!("with a field that the document does not know: {message}");
        outcome = of_tomorrow().and_then(|value| come_back(&value)).map_err(unknown);
    }
    outcome.err()
}

fn round_trip(case: &Case, value: &Value) -> Result<Value, String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| (case.round_trip)(&value.to_string())));
    outcome.unwrap_or_else(|_| Err("the decoder panicked".to_owned()))
}
