//! Reads YAML 1.2: plain scalars by the core schema, keys as text, no duplicate keys, and a limit for aliases.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// The limit of `serde_json`, so that both formats accept the same documents.
const MAX_DEPTH: usize = 128;
/// The maximum size of what aliases copy, in values and bytes of text. A kilobyte of aliases could expand to any amount of
/// memory.
const MAX_COPIED_BYTES: usize = 1 << 22;

/// The maximum number of closing brackets with too little indentation. Each of them causes another pass over the text.
const MAX_OUTDENTED: usize = 64;

/// Parses a text with a single document.
///
/// The closing bracket of a flow collection may have the indentation of its key. YAML 1.2 requires more, but libyaml, js-yaml
/// and others accept it. White space is insignificant there, so that such a line is indented and read again.
pub fn parse(text: &str) -> Result<Value, String> {
    let mut text = Cow::Borrowed(text);
    let mut left = MAX_OUTDENTED;
    loop {
        let failure = match parse_strictly(&text) {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        let Some(line) = failure.outdented.and_then(|line| closing_bracket(&text, line)).filter(|_| left > 0) else {
            return Err(failure.message);
        };
        let deepest = text.lines().map(|line| line.len() - line.trim_start().len()).max().unwrap_or_default();
        text.to_mut().insert_str(line, &" ".repeat(deepest + 1));
        left -= 1;
    }
}

/// Why a text is not valid YAML.
struct Failure {
    message: String,
    /// The number of the line with too little indentation, if that is the reason.
    outdented: Option<usize>,
}

/// The start of this line, if its first character is a closing bracket.
fn closing_bracket(text: &str, number: usize) -> Option<usize> {
    let before = number.checked_sub(1)?;
    let mut lines = text.split_inclusive('\n');
    let start = lines.by_ref().take(before).map(str::len).sum();
    lines.next()?.trim_start().starts_with(['}', ']']).then_some(start)
}

fn parse_strictly(text: &str) -> Result<Value, Failure> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Failure {
            message: at(error.info(), error.marker().line(), error.marker().col()),
            outdented: (error.info() == "invalid indentation").then(|| error.marker().line()),
        })?;
        let failed = |message: String| Failure { message: at(&message, span.start.line(), span.start.col()), outdented: None };
        reader.event(event).map_err(failed)?;
    }
    Ok(reader.root.unwrap_or_default())
}

fn at(message: &str, line: usize, column: usize) -> String {
    format!("{message} at line {line} column {}", column + 1)
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    /// The values of anchors, with their depths.
    anchors: HashMap<usize, (Value, usize)>,
    copied: usize,
    root: Option<Value>,
}

/// An unfinished collection.
struct Open {
    anchor: usize,
    /// The depth of the deepest value in it so far.
    depth: usize,
    kind: Kind,
}

enum Kind {
    Sequence(Vec<Value>),
    Mapping { map: Map<String, Value>, key: Option<String>, merged: Vec<Value> },
}

impl Reader {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let key = matches!(self.open.last(), Some(Open { kind: Kind::Mapping { key: None, .. }, .. }));
                let value = if key { Value::String(text.into_owned()) } else { scalar(text, style, tag.as_deref())? };
                self.value(anchor, value, 0)
            }
            Event::Alias(anchor) => {
                let (value, depth) = self.anchors.get(&anchor).ok_or("an alias is inside the node that it refers to")?;
                if self.open.len() + depth > MAX_DEPTH {
                    return Err(too_deep());
                }
                self.copied += super::size(value);
                let (value, depth) = (value.clone(), *depth);
                self.within_bounds()?;
                self.value(0, value, depth)
            }
            Event::SequenceStart(anchor, tag) => self.begin(anchor, tag.as_deref(), Kind::Sequence(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), Kind::Mapping { map: Map::new(), key: None, merged: Vec::new() })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::DocumentStart(_) if self.root.is_some() => Err("the file holds more than one document".into()),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, kind: Kind) -> Result<(), String> {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            return Err(format!("the tag `{}{}` is not in the YAML core schema", tag.handle, tag.suffix));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep());
        }
        self.open.push(Open { anchor, depth: 0, kind });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(Open { anchor, depth, kind }) = self.open.pop() else { return Ok(()) };
        let value = match kind {
            Kind::Sequence(items) => Value::Array(items),
            Kind::Mapping { mut map, merged, .. } => {
                for value in merged {
                    merge(&mut map, value)?;
                }
                Value::Object(map)
            }
        };
        self.value(anchor, value, depth + 1)
    }

    /// Adds a complete value to the collection that contains it.
    fn value(&mut self, anchor: usize, value: Value, depth: usize) -> Result<(), String> {
        if anchor != 0 {
            self.copied += super::size(&value);
            self.within_bounds()?;
            self.anchors.insert(anchor, (value.clone(), depth));
        }
        if let Some(open) = self.open.last_mut() {
            open.depth = open.depth.max(depth);
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(value),
            Some(Kind::Sequence(items)) => items.push(value),
            Some(Kind::Mapping { map, key, merged }) => match key.take() {
                None => match value {
                    Value::String(text) if map.contains_key(&text) => return Err(super::names::twice(&text)),
                    Value::String(text) => *key = Some(text),
                    _ => return Err("a key is not text".into()),
                },
                // Merge keys are not part of YAML 1.2, but have no other sensible meaning.
                Some(key) if key == "<<" => merged.push(value),
                Some(key) => drop(map.insert(key, value)),
            },
        }
        Ok(())
    }

    fn within_bounds(&self) -> Result<(), String> {
        if self.copied > MAX_COPIED_BYTES { Err("the aliases expand to too much data".into()) } else { Ok(()) }
    }
}

fn too_deep() -> String {
    format!("nested deeper than {MAX_DEPTH} levels")
}

/// Merges the mapping that `<<` names. Keys of the mapping itself take precedence.
fn merge(map: &mut Map<String, Value>, value: Value) -> Result<(), String> {
    match value {
        Value::Object(other) => {
            for (key, value) in other {
                map.entry(key).or_insert(value);
            }
        }
        Value::Array(list) if list.iter().all(Value::is_object) => {
            for other in list {
                merge(map, other)?;
            }
        }
        _ => return Err("`<<` names no mapping".into()),
    }
    Ok(())
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let plain = match tag {
        None => style == ScalarStyle::Plain,
        Some(tag) if tag.is_yaml_core_schema() => tag.suffix != "str",
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => false,
        Some(tag) => return Err(format!("the tag `{}{}` is not in the YAML core schema", tag.handle, tag.suffix)),
    };
    if plain { core(&text) } else { Ok(Value::String(text.into_owned())) }
}

/// Interprets a plain scalar by the core schema of YAML 1.2 (10.3.2): `yes` and `18:00` are strings, `08` is eight.
fn core(text: &str) -> Result<Value, String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        ".nan" | ".NaN" | ".NAN" => return Err(no_number(text)),
        _ if matches!(unsigned, ".inf" | ".Inf" | ".INF") => return Err(no_number(text)),
        _ if is_float(unsigned) => return number(text),
        _ => match radix(text) {
            Some(number) => number.into(),
            None => Value::String(text.to_owned()),
        },
    })
}

fn radix(text: &str) -> Option<u64> {
    let (digits, radix) = text.strip_prefix("0x").map(|hex| (hex, 16)).or(text.strip_prefix("0o").map(|octal| (octal, 8)))?;
    digits.chars().all(|c| c.is_digit(radix)).then(|| u64::from_str_radix(digits, radix).ok())?
}

/// Whether the text is a float, such as `.5`, `1.` or `1.5e-3`.
fn is_float(unsigned: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) =
        unsigned.split_once(['e', 'E']).map_or((unsigned, "0"), |(mantissa, exponent)| (mantissa, exponent));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    digits(whole)
        && digits(fraction)
        && mantissa.len() > usize::from(mantissa.contains('.'))
        && !exponent.is_empty()
        && digits(exponent)
}

fn number(text: &str) -> Result<Value, String> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Ok(number.into());
    }
    text.parse().ok().and_then(Number::from_f64).map(Value::Number).ok_or_else(|| no_number(text))
}

fn no_number(text: &str) -> String {
    format!("JSON has no number `{text}`")
}

#[cfg(test)]
mod tests {
    use super::{core, parse};
    use serde_json::json;

    #[test]
    fn plain_scalars_are_read_by_the_core_schema() {
        let cases = [
            ("18:00", json!("18:00")),
            ("08", json!(8)),
            ("1_000", json!("1_000")),
            ("yes", json!("yes")),
            ("no", json!("no")),
            ("0o14", json!(12)),
            ("014", json!(14)),
            ("0x1F", json!(31)),
            ("+12", json!(12)),
            ("-0", json!(0)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            ("-1.5e3", json!(-1500.0)),
            ("1e", json!("1e")),
            (".", json!(".")),
            ("-", json!("-")),
            ("3.1.0", json!("3.1.0")),
            ("2024-01-01", json!("2024-01-01")),
            ("~", json!(null)),
            ("TRUE", json!(true)),
            ("tRUE", json!("tRUE")),
            ("18446744073709551615", json!(u64::MAX)),
            ("18446744073709552000", json!(1.844_674_407_370_955_2e19)),
        ];
        for (text, value) in cases {
            assert_eq!(core(text), Ok(value), "{text}");
        }
        assert!(core(".inf").is_err() && core("-.inf").is_err() && core(".NaN").is_err() && core("1e999").is_err());
    }

    #[test]
    fn keys_and_quoted_scalars_are_strings_as_written() {
        let text = "200: a\n1.10: b\nyes: c\n'08': '08'\nnull: !!str 1\nfolded: >-\n  1\n";
        let value = json!({ "200": "a", "1.10": "b", "yes": "c", "08": "08", "null": "1", "folded": "1" });
        assert_eq!(parse(text), Ok(value));
    }

    #[test]
    fn aliases_and_merges_are_copies_and_own_keys_take_precedence() {
        let text = "a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: *a\n";
        let value = json!({ "a": { "x": 1, "y": 2 }, "b": { "y": 3, "x": 1 }, "c": { "x": 1, "y": 2 } });
        assert_eq!(parse(text), Ok(value));
    }

    #[test]
    fn a_closing_bracket_may_stand_at_the_indentation_of_its_key() {
        let text = "a:\n  b: {\n    \"c\": \"}\"\n  }\n  d: [\n    'e'\n  ]\nf: |\n  x\n  }\n";
        assert_eq!(parse(text), Ok(json!({ "a": { "b": { "c": "}" }, "d": ["e"] }, "f": "x\n}\n" })));
        assert!(parse("a:\n  b: {\n    \"c\": \"d\"\n  e: f\n  }\n").is_err(), "other wrong indentation is still an error");
        let many = |number: usize| (0..number).map(|key| format!("  k{key}: [\n    'x'\n  ]\n")).collect::<Vec<_>>().concat();
        assert!(parse(&format!("a:\n{}", many(super::MAX_OUTDENTED))).is_ok());
        assert!(parse(&format!("a:\n{}", many(super::MAX_OUTDENTED + 1))).is_err(), "each of them requires another parse");
    }

    #[test]
    fn invalid_input_is_an_error_with_its_place() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        let mut tower = format!("a0: &a0 {}x{}\n", "[".repeat(70), "]".repeat(70));
        tower.push_str(&format!("a1: &a1 {}*a0{}\n", "[".repeat(70), "]".repeat(70)));
        let cases = [
            ("a: 1\nb: 2\na: 3\n", "duplicate key `a` at line 3 column 1"),
            ("a: 1\n---\nb: 2\n", "the file holds more than one document at line 2 column 1"),
            ("? [a]\n: 1\n", "a key is not text at line 1 column 5"),
            ("a: !thing 1\n", "the tag `!thing` is not in the YAML core schema at line 1 column 4"),
            ("a: &a [*a]\n", "an alias is inside the node that it refers to at line 1 column 8"),
            (&format!("{}{}", "[".repeat(200), "]".repeat(200)), "nested deeper than 128 levels at line 1 column 129"),
            (&"- ".repeat(100_000), "nested deeper than 128 levels at line 1 column 257"),
            (&"[".repeat(100_000), "recursion limit exceeded at line 1 column 256"),
            (&tower, "nested deeper than 128 levels at line 2 column"),
            (&bomb, "the aliases expand to too much data at line 6 column"),
            ("a: [1\n", ""),
            ("\u{0}\u{1}\u{2}", ""),
        ];
        for (text, message) in cases {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
