//! Serializes parameters and forms, and refuses values that cannot be sent.

use super::shallow::Shallow;
use super::style::{escape, escape_cookie, escape_cookie_name};
use super::{InvalidRequest, Json, Serialization, Style, deep};
use serde::Serialize;

/// A value in the form of a parameter. Deeper nested values are JSON texts.
enum Plain {
    Scalar(String),
    List(Vec<String>),
    /// A property that is an array has several values.
    Object(Vec<(String, Vec<String>)>),
}

impl Plain {
    /// Converts a value. Returns `None` for null, which is not sent.
    fn of(name: &str, json: &Json, write: fn(&str) -> String) -> Result<Option<Self>, InvalidRequest> {
        Self::with_keys(name, json, escape, write)
    }

    fn with_keys(
        name: &str,
        json: &Json,
        write_key: fn(&str) -> String,
        write: fn(&str) -> String,
    ) -> Result<Option<Self>, InvalidRequest> {
        let text = |json: &Json| Ok(Shallow::text(name, json)?.map(|text| write(&text)));
        let texts = |list: &[Json]| list.iter().filter_map(|item| text(item).transpose()).collect::<Result<Vec<_>, _>>();
        Ok(match Shallow::of(name, json)? {
            Shallow::Null => None,
            Shallow::Scalar(text) => Some(Self::Scalar(write(&text))),
            Shallow::List(list) => Some(Self::List(texts(&list)?)),
            Shallow::Object(map) => {
                let mut pairs = Vec::new();
                for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
                    let values = match Shallow::of(name, value)? {
                        Shallow::List(list) => texts(&list)?,
                        _ => text(value)?.into_iter().collect(),
                    };
                    pairs.push((write_key(key), values));
                }
                Some(Self::Object(pairs))
            }
        })
    }

    /// Returns whether there is nothing but empty texts.
    fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(text) => text.is_empty(),
            Self::List(texts) => texts.iter().all(String::is_empty),
            Self::Object(pairs) => pairs.iter().all(|(key, values)| key.is_empty() && values.iter().all(String::is_empty)),
        }
    }

    /// Returns the texts of the `explode: false` form: items, or keys and values.
    fn flat(self) -> Vec<String> {
        match self {
            Self::Scalar(text) => vec![text],
            Self::List(texts) => texts,
            Self::Object(pairs) => pairs.into_iter().flat_map(|(key, values)| std::iter::once(key).chain(values)).collect(),
        }
    }

    /// Returns the texts of the `explode: true` form: items, or `key=value`. `name` is put in front of values other than
    /// properties.
    fn exploded(self, name: Option<&str>) -> Vec<String> {
        let named = |text: String| match name {
            Some(name) => format!("{name}={text}"),
            None => text,
        };
        match self {
            Self::Scalar(text) => vec![named(text)],
            Self::List(texts) => texts.into_iter().map(named).collect(),
            Self::Object(pairs) => pairs
                .into_iter()
                .flat_map(|(key, values)| values.into_iter().map(move |value| format!("{key}={value}")))
                .collect(),
        }
    }
}

/// Serializes a path parameter.
///
/// Empty segments, `.` and `..` are refused: they would change the path, so that another operation might be called.
pub(super) fn path_segment(name: &str, value: impl Serialize, style: Style) -> Result<String, InvalidRequest> {
    let json = super::to_text(name, value)?;
    let plain = Plain::of(name, &json, escape)?;
    let is_empty = plain.as_ref().is_none_or(Plain::is_empty);
    let escaped = escape(name);
    let joined = |texts: Option<Vec<String>>, separator| texts.unwrap_or_default().join(separator);
    let segment = match style {
        Style::Json => escape(&json.text()),
        Style::LabelExploded => format!(".{}", joined(plain.map(|plain| plain.exploded(None)), ".")),
        Style::Label => format!(".{}", joined(plain.map(Plain::flat), ",")),
        Style::MatrixExploded => format!(";{}", joined(plain.map(|plain| plain.exploded(Some(&escaped))), ";")),
        Style::Matrix => format!(";{escaped}={}", joined(plain.map(Plain::flat), ",")),
        Style::SimpleExploded => joined(plain.map(|plain| plain.exploded(None)), ","),
        _ => joined(plain.map(Plain::flat), ","),
    };
    match segment.as_str() {
        _ if is_empty => Err(InvalidRequest::new(format!("`{name}` is empty, which a path parameter must not be"))),
        "." | ".." => Err(InvalidRequest::new(format!("`{name}` is `{segment}`, which would change the path"))),
        _ => Ok(segment),
    }
}

/// Returns the escaped pairs of a value in a query or a form.
pub(super) fn query_pairs(name: &str, value: impl Serialize, how: Serialization) -> Result<Vec<String>, InvalidRequest> {
    let json = super::to_text(name, value)?;
    match how.style() {
        Style::DeepObject | Style::DeepBrackets | Style::DeepIndices => deep::pairs(name, &escape(name), &json, how),
        style => pairs(name, &json, style, escape, how.escape()),
    }
}

/// Returns the cookies of a value, escaped as far as cookies need it.
pub(super) fn cookies(name: &str, value: impl Serialize, style: Style) -> Result<Vec<String>, InvalidRequest> {
    if style != Style::Text {
        return pairs(name, &super::to_text(name, value)?, style, escape_cookie_name, escape_cookie);
    }
    let Some(text) = header_text(name, value, Style::Simple)? else { return Ok(Vec::new()) };
    if text.contains(|character: char| !matches!(character, ' '..='~') || character == ';') {
        return Err(InvalidRequest::new(format!("`{name}` contains a character that is not allowed in a cookie")));
    }
    Ok(vec![format!("{}={text}", escape_cookie_name(name))])
}

/// Returns the pairs of a value, each a name or key and a text.
fn pairs(
    name: &str,
    json: &Json,
    style: Style,
    write_key: fn(&str) -> String,
    write: fn(&str) -> String,
) -> Result<Vec<String>, InvalidRequest> {
    let escaped = write_key(name);
    // An empty array is left out: `ids=` would be an array with an empty string.
    let joined = |texts: Vec<String>, separator: &str| {
        if texts.is_empty() { Vec::new() } else { vec![format!("{escaped}={}", texts.join(separator))] }
    };
    if style == Style::Json {
        return Ok(if json.is_null() { Vec::new() } else { vec![format!("{escaped}={}", write(&json.text()))] });
    }
    let Some(plain) = Plain::with_keys(name, json, write_key, write)? else { return Ok(Vec::new()) };
    Ok(match style {
        Style::SpaceDelimited => joined(plain.flat(), "%20"),
        Style::PipeDelimited => joined(plain.flat(), "%7C"),
        Style::Form => plain.exploded(Some(&escaped)),
        _ => joined(plain.flat(), ","),
    })
}

/// Serializes a form body. `styles` has the properties whose serialization is not the default.
pub(super) fn form(body: &impl Serialize, styles: &[(&str, Serialization)], required: &[&str]) -> Result<String, InvalidRequest> {
    let mut pairs = Vec::new();
    for (name, value) in fields(&super::to_text("body", body)?)? {
        let own = styles.iter().find(|(own, _)| *own == name).map(|(_, style)| *style);
        // By default, an object within the form is a JSON text.
        let usual = if value.is_object() { Style::Json } else { Style::Form };
        let can_be_left_out = value.is_null() || !required.contains(&name.as_str());
        let own = query_pairs(&name, value, own.unwrap_or(usual.into()))?;
        pairs.extend(if can_be_left_out { own } else { super::value::not_empty(&name, (!own.is_empty()).then_some(own))? });
    }
    Ok(pairs.join("&"))
}

/// Returns the fields of a form.
pub(super) fn fields(body: &Json) -> Result<Vec<(String, Json)>, InvalidRequest> {
    match Shallow::of("body", body)? {
        Shallow::Null => Ok(Vec::new()),
        Shallow::Object(fields) => Ok(fields),
        Shallow::Scalar(_) | Shallow::List(_) => Err(InvalidRequest::new("a form body must be an object")),
    }
}

/// Serializes a header parameter. Returns `None` if there is nothing to send.
pub(super) fn header_text(name: &str, value: impl Serialize, style: Style) -> Result<Option<String>, InvalidRequest> {
    let json = super::to_text(name, value)?;
    if style == Style::Json {
        return Ok((!json.is_null()).then(|| json.text().into_owned()));
    }
    let texts = Plain::with_keys(name, &json, str::to_owned, str::to_owned)?.map(|plain| match style {
        Style::SimpleExploded => plain.exploded(None),
        _ => plain.flat(),
    });
    Ok(texts.filter(|texts| !texts.is_empty()).map(|texts| texts.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[test]
    fn numbers_of_any_size_are_sent_with_all_of_their_digits() {
        let large: super::super::Integer = "123456789012345678901234567890".parse().unwrap();
        let value = (&large, 1.5, [("a", &large)]);
        assert_eq!(path_segment("id", &large, Style::Simple).unwrap(), large.to_string());
        assert_eq!(query_pairs("n", (&large, 1.5), Style::FormJoined.into()).unwrap(), [format!("n={large},1.5")]);
        assert_eq!(header_text("n", value, Style::Json).unwrap().unwrap(), format!("[{large},1.5,[[\"a\",{large}]]]"));
        let form = form(&BTreeMap::from([("a", &large)]), &[], &[]).unwrap();
        assert_eq!(form, format!("a={large}"));
    }

    #[test]
    fn numbers_in_nested_json_stay_numbers() {
        let nested = json!([{ "a": 1.5, "b": [2, 2.5] }, [0.5]]);
        let written = |pairs: Vec<String>| pairs.join("&").replace("%22", "\"").replace("%2C", ",").replace("%3A", ":");
        let items = r#"n=%7B"a":1.5,"b":%5B2,2.5%5D%7D&n=%5B0.5%5D"#;
        assert_eq!(written(query_pairs("n", &nested, Style::Form.into()).unwrap()), items);
        assert_eq!(written(vec![form(&json!({ "n": nested }), &[], &[]).unwrap()]), items);
        let object = json!({ "k": { "a": 1.5 } });
        assert_eq!(written(query_pairs("n", &object, Style::Form.into()).unwrap()), r#"k=%7B"a":1.5%7D"#);
        assert_eq!(header_text("n", &object, Style::Simple).unwrap().unwrap(), r#"k,{"a":1.5}"#);
        assert_eq!(path_segment("n", [[1.5]], Style::Simple).unwrap(), "%5B1.5%5D");
    }

    #[test]
    fn unreadable_json_is_refused_and_not_silently_omitted() {
        for text in [r#"{"\ud800":1.5}"#, r#"["\ud800",1.5]"#, r#""\ud800""#] {
            let json: Json = serde_json::from_str(text).unwrap();
            let error = query_pairs("filter", &json, Style::FormJoined.into()).unwrap_err();
            assert!(error.to_string().starts_with("`filter` cannot be serialized: "), "{error}");
        }
        let body: Json = serde_json::from_str(r#"{"\ud800":1}"#).unwrap();
        let error = form(&body, &[], &[]).unwrap_err();
        assert!(error.to_string().starts_with("`body` cannot be serialized: "), "{error}");
    }

    #[test]
    fn path_segments_are_escaped_completely() {
        for (value, expected) in [
            ("task_1", "task_1"),
            ("a/b", "a%2Fb"),
            ("a b", "a%20b"),
            ("..%2f", "..%252f"),
            ("%2e", "%252e"),
            ("?#&", "%3F%23%26"),
            ("ä", "%C3%A4"),
            ("...", "..."),
        ] {
            assert_eq!(path_segment("id", value, Style::Simple).unwrap(), expected);
        }
    }

    #[test]
    fn path_segments_that_would_change_the_path_are_refused() {
        let styles = [Style::Simple, Style::Label, Style::MatrixExploded];
        for style in styles {
            assert!(path_segment("id", "", style).unwrap_err().to_string().contains("`id`"), "{style:?}");
            assert!(path_segment("id", Vec::<String>::new(), style).is_err(), "{style:?}");
        }
        for (value, style) in [(".", styles[0]), ("..", styles[0]), (".", styles[1])] {
            assert!(path_segment("id", value, style).is_err(), "{value} {style:?}");
        }
    }

    #[test]
    fn values_are_written_into_a_path_in_each_style() {
        let (list, object) = (json!(["blue", "a,b"]), json!({ "R": 100, "G": "x/y", "none": null }));
        for (style, of_text, of_list, of_object) in [
            (Style::Simple, "blue", "blue,a%2Cb", "R,100,G,x%2Fy"),
            (Style::SimpleExploded, "blue", "blue,a%2Cb", "R=100,G=x%2Fy"),
            (Style::Label, ".blue", ".blue,a%2Cb", ".R,100,G,x%2Fy"),
            (Style::LabelExploded, ".blue", ".blue.a%2Cb", ".R=100.G=x%2Fy"),
            (Style::Matrix, ";c=blue", ";c=blue,a%2Cb", ";c=R,100,G,x%2Fy"),
            (Style::MatrixExploded, ";c=blue", ";c=blue;c=a%2Cb", ";R=100;G=x%2Fy"),
            (Style::Json, "%22blue%22", "%5B%22blue%22%2C%22a%2Cb%22%5D", ""),
        ] {
            assert_eq!(path_segment("c", "blue", style).unwrap(), of_text, "{style:?}");
            assert_eq!(path_segment("c", &list, style).unwrap(), of_list, "{style:?}");
            if !of_object.is_empty() {
                let keys = |text: &str| -> std::collections::BTreeSet<String> {
                    text.split([',', '.', ';']).map(str::to_owned).collect()
                };
                assert_eq!(keys(&path_segment("c", &object, style).unwrap()), keys(of_object), "{style:?}");
            }
        }
    }

    #[test]
    fn values_are_written_into_a_query_in_each_style() {
        let (list, object) = (json!(["a,b", "c&d", null]), json!({ "k": ["x", "y"] }));
        for (style, of_list, of_object) in [
            (Style::Form, vec!["n=a%2Cb", "n=c%26d"], vec!["k=x", "k=y"]),
            (Style::FormJoined, vec!["n=a%2Cb,c%26d"], vec!["n=k,x,y"]),
            (Style::SpaceDelimited, vec!["n=a%2Cb%20c%26d"], vec!["n=k%20x%20y"]),
            (Style::PipeDelimited, vec!["n=a%2Cb%7Cc%26d"], vec!["n=k%7Cx%7Cy"]),
        ] {
            assert_eq!(query_pairs("n", &list, style.into()).unwrap(), of_list, "{style:?}");
            assert_eq!(query_pairs("n", &object, style.into()).unwrap(), of_object, "{style:?}");
            assert!(query_pairs("n", Vec::<String>::new(), style.into()).unwrap().is_empty(), "{style:?}");
            assert!(query_pairs("n", Value::Null, style.into()).unwrap().is_empty(), "{style:?}");
            assert_eq!(query_pairs("n", 5, style.into()).unwrap(), ["n=5"], "{style:?}");
        }
        assert_eq!(query_pairs("n", json!({ "a": [1] }), Style::Json.into()).unwrap(), ["n=%7B%22a%22%3A%5B1%5D%7D"]);
    }

    #[test]
    fn allowed_reserved_characters_stay_and_do_not_change_the_query() {
        let reserved = |value: Value, style: Style| query_pairs("n/m", value, style.allow_reserved()).unwrap();
        assert_eq!(reserved(json!("a/b:c?d=e@f;g"), Style::Form), ["n%2Fm=a/b:c?d=e@f;g"]);
        assert_eq!(reserved(json!("a&b+c#d%e[f] g"), Style::Form), ["n%2Fm=a%26b%2Bc%23d%25e%5Bf%5D%20g"]);
        assert_eq!(reserved(json!(["a/b", "c,d"]), Style::Form), ["n%2Fm=a/b", "n%2Fm=c,d"]);
        assert_eq!(reserved(json!(["a/b", "c,d"]), Style::FormJoined), ["n%2Fm=a/b,c%2Cd"]);
        assert_eq!(reserved(json!({ "k=": "a/b" }), Style::Form), ["k%3D=a/b"]);
        assert_eq!(reserved(json!({ "k/l": "a/b" }), Style::DeepObject), ["n%2Fm%5Bk%2Fl%5D=a/b"]);
    }

    #[test]
    fn cookies_escape_only_what_a_cookie_cannot_contain() {
        for (value, style, expected) in [
            (json!("aGk+/w=="), Style::Form, vec!["n=aGk+/w=="]),
            (json!("a;b, \"%ä\\"), Style::Form, vec!["n=a%3Bb%2C%20%22%25%C3%A4%5C"]),
            (json!(["a", "b,c"]), Style::Form, vec!["n=a", "n=b%2Cc"]),
            (json!(["a", "b,c"]), Style::FormJoined, vec!["n=a,b%2Cc"]),
            (json!({ "k=": "v" }), Style::Form, vec!["k%3D=v"]),
            (json!({ "k": 1 }), Style::FormJoined, vec!["n=k,1"]),
            (json!({ "k": 1 }), Style::Json, vec!["n={%22k%22:1}"]),
            (json!("50%, \"x\""), Style::Text, vec!["n=50%, \"x\""]),
            (json!(""), Style::Form, vec!["n="]),
            (json!(null), Style::Form, vec![]),
            (json!(null), Style::Text, vec![]),
            (json!([]), Style::FormJoined, vec![]),
        ] {
            assert_eq!(cookies("n", value, style).unwrap(), expected, "{style:?}");
        }
        for text in ["a;b=c", "a\r\nb", "ä"] {
            assert!(cookies("n", text, Style::Text).is_err(), "{text}");
        }
    }

    #[test]
    fn forms_repeat_items_of_arrays_and_write_objects_as_json() {
        let body = json!({ "a": "x y", "list": [1, 2], "object": { "k": 1 }, "deep": { "k": 1 }, "none": null });
        let pairs = form(&body, &[("deep", Style::DeepObject.into())], &[]).unwrap();
        let mut pairs: Vec<&str> = pairs.split('&').collect();
        pairs.sort_unstable();
        assert_eq!(pairs, ["a=x%20y", "deep%5Bk%5D=1", "list=1", "list=2", "object=%7B%22k%22%3A1%7D"]);
        assert!(form(&"text", &[], &[]).is_err());
    }

    #[test]
    fn a_required_array_of_a_form_cannot_be_empty() {
        let styles = [("deep", Style::DeepObject.into())];
        for (body, name) in [(json!({ "ids": [], "deep": { "a": 1 } }), "ids"), (json!({ "ids": [1], "deep": {} }), "deep")] {
            let error = form(&body, &styles, &["ids", "deep"]).unwrap_err().to_string();
            assert_eq!(error, format!("`{name}` is required, but is empty, which cannot be sent"));
            assert!(form(&body, &styles, &[]).is_ok());
        }
        assert_eq!(form(&json!({ "ids": null }), &styles, &["ids"]).as_deref(), Ok(""));
    }

    #[test]
    fn arrays_in_a_header_are_separated_by_commas() {
        assert_eq!(header_text("x", ["a", "b"], Style::Simple).unwrap().as_deref(), Some("a,b"));
    }
}
