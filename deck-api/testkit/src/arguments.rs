//! Parses the command line of the program.

use serde_json::Value;
use std::path::PathBuf;

pub const HELP: &str = "\
Serves a fake API on loopback, based on its OpenAPI document.

Usage: deck-api-testkit [--port PORT] [--document FILE] [--overlay FILE] [--faults PERCENT] [--state STATE[=FIELDS]]…

Without --document, it serves the Deck API. An object that an operation with `x-poll` creates goes through its states, a
second each, asks for input and accepts answers. The server checks each request against the document and prints it, with
everything that the document does not allow.

Options:
  --port PORT            the port; without it, any free one
  --document FILE        an OpenAPI document, JSON or YAML
  --overlay FILE         an OpenAPI Overlay for it, with the `x-` facts that the document lacks
  --faults PERCENT       this percentage of the requests fails, half of them after they were carried out
  --state STATE[=FIELDS] a state of everything that is created, in order; FIELDS is a JSON object of properties of its body:
                         --state queued --state 'completed={\"output\":{\"total\":12}}'
  -h, --help             prints this
";

/// The parsed command line.
#[derive(Debug, Default, PartialEq)]
pub struct Arguments {
    pub port: u16,
    pub document: Option<PathBuf>,
    pub overlay: Option<PathBuf>,
    pub faults: u32,
    pub states: Vec<(String, Value)>,
    pub help: bool,
}

/// Parses the arguments after the program's name.
///
/// # Errors
///
/// Returns an error if an argument is unknown or its value is invalid.
pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Arguments, String> {
    let mut read = Arguments::default();
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        let (name, attached) = match argument.split_once('=').filter(|_| argument.starts_with("--")) {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || attached.clone().or_else(|| rest.next()).ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "-h" | "--help" => read.help = true,
            "--port" => read.port = number(&name, &value()?, "a port from 0 to 65535")?,
            "--document" => read.document = Some(value()?.into()),
            "--overlay" => read.overlay = Some(value()?.into()),
            "--faults" => {
                read.faults = number(&name, &value()?, "a percentage from 0 to 100")?;
                if read.faults > 100 {
                    return Err(format!("{name} must be a percentage from 0 to 100, not `{}`", read.faults));
                }
            }
            "--state" => read.states.push(state(&value()?)?),
            _ => return Err(format!("unknown option `{name}`")),
        }
    }
    if read.overlay.is_some() && read.document.is_none() {
        return Err("--overlay needs --document: name the document that it belongs to".to_owned());
    }
    Ok(read)
}

fn number<N: std::str::FromStr>(name: &str, value: &str, what: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("{name} must be {what}, not `{value}`"))
}

fn state(value: &str) -> Result<(String, Value), String> {
    let Some((state, fields)) = value.split_once('=') else { return Ok((value.to_owned(), Value::Null)) };
    let parsed = serde_json::from_str::<Value>(fields).ok().filter(Value::is_object);
    let parsed = parsed.ok_or_else(|| format!("--state: what follows `{state}=` must be a JSON object, not `{fields}`"))?;
    Ok((state.to_owned(), parsed))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(line: &str) -> Result<Arguments, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn values_follow_their_option_or_an_equals_sign() {
        let expected = Arguments { port: 4010, document: Some("a.json".into()), ..Arguments::default() };
        assert_eq!(of("--port 4010 --document a.json").unwrap(), expected);
        assert_eq!(of("--port=4010 --document=a.json").unwrap(), expected);
    }

    #[test]
    fn states_keep_their_order_and_their_fields() {
        let states = of(r#"--state queued --state=done={"total":12}"#).unwrap().states;
        assert_eq!(states, [("queued".to_owned(), Value::Null), ("done".to_owned(), json!({ "total": 12 }))]);
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (line, expected) in [
            ("--prot 1", "unknown option `--prot`"),
            ("serve", "unknown option `serve`"),
            ("--port", "--port needs a value"),
            ("--port 70000", "not `70000`"),
            ("--faults 101", "from 0 to 100"),
            ("--overlay a.yaml", "--overlay needs --document"),
            ("--state done=12", "must be a JSON object"),
        ] {
            let message = of(line).unwrap_err();
            assert!(message.contains(expected), "{line}: {message}");
        }
    }
}
