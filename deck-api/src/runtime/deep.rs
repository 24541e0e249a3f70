//! Serializes `deepObject` parameters: `name[key]=value`. OpenAPI does not define nested arrays and objects; the overlay has to.

use super::shallow::Shallow;
use super::style::escape;
use super::{InvalidRequest, Json, Serialization, Style};

/// Returns the query pairs of `json`. `escaped` is the escaped `name`.
pub(super) fn pairs(name: &str, escaped: &str, json: &Json, how: Serialization) -> Result<Vec<String>, InvalidRequest> {
    let mut writer = Writer { style: how.style(), escape: how.escape(), pairs: Vec::new() };
    match Shallow::of(name, json)? {
        Shallow::Object(map) => writer.members(name, escaped, &map)?,
        _ => writer.write(name, escaped, json)?,
    }
    Ok(writer.pairs)
}

struct Writer {
    style: Style,
    escape: fn(&str) -> String,
    pairs: Vec<String>,
}

impl Writer {
    /// Writes a value. `place` is its name in error messages, `escaped` its name on the wire.
    fn write(&mut self, place: &str, escaped: &str, json: &Json) -> Result<(), InvalidRequest> {
        match (Shallow::of(place, json)?, self.style) {
            (Shallow::Null, _) => {}
            (Shallow::Scalar(text), _) => self.pairs.push(format!("{escaped}={}", (self.escape)(&text))),
            (Shallow::Object(_) | Shallow::List(_), Style::DeepObject) => {
                let what = if json.is_array() { "an array" } else { "an object" };
                return Err(InvalidRequest::new(format!(
                    "`{place}` is {what}, whose form in a `deepObject` is undefined: the overlay has to define it with \
                     `x-deep-object`"
                )));
            }
            (Shallow::Object(map), _) => self.members(place, escaped, &map)?,
            (Shallow::List(list), Style::DeepBrackets) => {
                for item in list {
                    if item.is_array() || item.is_object() {
                        return Err(InvalidRequest::new(format!(
                            "`{place}` contains arrays or objects, whose items `x-deep-object: brackets` cannot separate; use `indices`"
                        )));
                    }
                    self.write(place, &format!("{escaped}%5B%5D"), &item)?;
                }
            }
            (Shallow::List(list), _) => {
                for (index, item) in list.iter().filter(|item| !item.is_null()).enumerate() {
                    self.write(&format!("{place}[{index}]"), &format!("{escaped}%5B{index}%5D"), item)?;
                }
            }
        }
        Ok(())
    }

    fn members(&mut self, place: &str, escaped: &str, members: &[(String, Json)]) -> Result<(), InvalidRequest> {
        for (key, json) in members {
            self.write(&format!("{place}.{key}"), &format!("{escaped}%5B{}%5D", escape(key)), json)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn written(value: &Value, style: Style) -> Result<Vec<String>, String> {
        let pairs = pairs("n", "n", &Json::from(value.clone()), style.into()).map_err(|error| error.to_string())?;
        let mut pairs: Vec<String> = pairs.into_iter().map(|pair| pair.replace("%5B", "[").replace("%5D", "]")).collect();
        pairs.sort();
        Ok(pairs)
    }

    #[test]
    fn scalars_are_written_the_same_in_every_style() {
        for style in [Style::DeepObject, Style::DeepBrackets, Style::DeepIndices] {
            assert_eq!(written(&json!({ "a": 1, "b": "x&y", "c": null }), style).unwrap(), ["n[a]=1", "n[b]=x%26y"]);
            assert_eq!(written(&json!(5), style).unwrap(), ["n=5"]);
        }
    }

    #[test]
    fn nested_values_are_refused_with_their_place_unless_their_style_is_known() {
        for (value, place) in [
            (json!({ "a": { "b": 1 } }), "`n.a` is an object"),
            (json!({ "a": [1] }), "`n.a` is an array"),
            (json!([1]), "`n` is an array"),
        ] {
            assert!(written(&value, Style::DeepObject).unwrap_err().contains(place), "{value}");
        }
    }

    #[test]
    fn items_of_arrays_are_kept_apart() {
        let list = json!({ "ids": ["a", null, "b"], "age": { "min": 5 } });
        assert_eq!(written(&list, Style::DeepBrackets).unwrap(), ["n[age][min]=5", "n[ids][]=a", "n[ids][]=b"]);
        assert_eq!(written(&list, Style::DeepIndices).unwrap(), ["n[age][min]=5", "n[ids][0]=a", "n[ids][1]=b"]);
        let objects = json!([{ "price": "p1", "count": 1 }, { "price": "p2" }]);
        assert!(written(&objects, Style::DeepBrackets).unwrap_err().contains("use `indices`"));
        assert_eq!(written(&objects, Style::DeepIndices).unwrap(), ["n[0][count]=1", "n[0][price]=p1", "n[1][price]=p2"]);
    }
}
