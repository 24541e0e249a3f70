//! Parses values in paths, queries, headers and forms by the style of their parameter.
//!
//! The text is split before it is percent-decoded, so that an escaped delimiter is a part of a value.

use crate::http::unescape;

/// A parsed value: texts and their structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wire {
    /// One text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Texts by name.
    Object(Vec<(String, String)>),
}

/// The shape of a value that a schema expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string, a number or a boolean.
    Scalar,
    /// An array.
    List,
    /// An object.
    Object,
}

/// Parses a value whose parts have one delimiter: `1,2`, or for an object `x,1,y,2`, exploded `x=1,y=2`.
pub fn delimited(text: &str, delimiter: &str, shape: Shape, explode: bool) -> Option<Wire> {
    let parts = || text.split(delimiter).filter(|part| !text.is_empty() || !part.is_empty());
    Some(match shape {
        Shape::Scalar => Wire::Text(unescape(text)),
        Shape::List => Wire::List(parts().map(unescape).collect()),
        Shape::Object if explode => {
            let pairs = parts().map(|pair| pair.split_once('=').map(|(name, value)| (unescape(name), unescape(value))));
            Wire::Object(pairs.collect::<Option<_>>()?)
        }
        Shape::Object => {
            let parts: Vec<String> = parts().map(unescape).collect();
            if parts.len() % 2 == 1 {
                return None;
            }
            Wire::Object(parts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect())
        }
    })
}

/// Parses a path parameter.
pub fn path(text: &str, name: &str, style: &str, shape: Shape, explode: bool) -> Option<Wire> {
    match style {
        "label" => delimited(text.strip_prefix('.')?, if explode { "." } else { "," }, shape, explode),
        "matrix" if !explode || shape == Shape::Scalar => {
            let text = text.strip_prefix(';')?.strip_prefix(name)?;
            // `;flag` is a name with an empty value.
            delimited(if text.is_empty() { "" } else { text.strip_prefix('=')? }, ",", shape, false)
        }
        "matrix" if shape == Shape::List => {
            let items =
                text.strip_prefix(';')?.split(';').map(|item| Some(unescape(item.strip_prefix(name)?.strip_prefix('=')?)));
            items.collect::<Option<_>>().map(Wire::List)
        }
        "matrix" => delimited(text.strip_prefix(';')?, ";", shape, true),
        _ => delimited(text, ",", shape, explode),
    }
}

/// Parses a parameter of a query, a form or a cookie from all its pairs. Returns `None` if there is no such parameter.
pub fn query(
    pairs: &[(&str, &str)],
    name: &str,
    style: &str,
    shape: Shape,
    explode: bool,
    properties: &[String],
) -> Option<Wire> {
    let of_name = || pairs.iter().filter(|(own, _)| unescape(own) == name).map(|(_, value)| *value);
    if style == "deepObject" {
        let prefix = format!("{name}[");
        let deep = pairs.iter().map(|(own, value)| (unescape(own), unescape(value)));
        let deep: Vec<_> =
            deep.filter(|(own, _)| own.starts_with(&prefix)).map(|(own, value)| (own[name.len()..].to_owned(), value)).collect();
        return (!deep.is_empty()).then_some(Wire::Object(deep));
    }
    let first = of_name().next();
    match (shape, explode) {
        (Shape::List, true) => first.map(|_| Wire::List(of_name().map(unescape).collect())),
        (Shape::Object, true) => {
            let own = pairs.iter().map(|(name, value)| (unescape(name), unescape(value)));
            let own: Vec<_> = own.filter(|(name, _)| properties.contains(name)).collect();
            (!own.is_empty()).then_some(Wire::Object(own))
        }
        _ => match style {
            "spaceDelimited" => delimited(&first?.replace('+', "%20"), "%20", shape, explode),
            "pipeDelimited" => delimited(&first?.replace("%7C", "|").replace("%7c", "|"), "|", shape, explode),
            _ => delimited(first?, ",", shape, explode),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_is_parsed() {
        let list = |items: &[&str]| Some(Wire::List(items.iter().map(|item| (*item).to_owned()).collect()));
        let object =
            |pairs: &[(&str, &str)]| Some(Wire::Object(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()));
        let text = |text: &str| Some(Wire::Text(text.to_owned()));
        let paths = [
            ("a%2Cb", "simple", Shape::Scalar, false, text("a,b")),
            ("a%2Cb,c", "simple", Shape::List, false, list(&["a,b", "c"])),
            ("x,1,y,2", "simple", Shape::Object, false, object(&[("x", "1"), ("y", "2")])),
            ("x=1,y=2", "simple", Shape::Object, true, object(&[("x", "1"), ("y", "2")])),
            (".a", "label", Shape::Scalar, false, text("a")),
            (".a,b", "label", Shape::List, false, list(&["a", "b"])),
            (".a.b", "label", Shape::List, true, list(&["a", "b"])),
            (".x.1", "label", Shape::Object, true, None),
            (".x=1.y=2", "label", Shape::Object, true, object(&[("x", "1"), ("y", "2")])),
            ("a", "label", Shape::Scalar, false, None),
            (";p=a", "matrix", Shape::Scalar, true, text("a")),
            (";p", "matrix", Shape::Scalar, false, text("")),
            (";p=a,b", "matrix", Shape::List, false, list(&["a", "b"])),
            (";p=a;p=b", "matrix", Shape::List, true, list(&["a", "b"])),
            (";q=a", "matrix", Shape::Scalar, false, None),
            (";x=1;y=2", "matrix", Shape::Object, true, object(&[("x", "1"), ("y", "2")])),
            (";p=x,1", "matrix", Shape::Object, false, object(&[("x", "1")])),
        ];
        for (written, style, shape, explode, expected) in paths {
            assert_eq!(path(written, "p", style, shape, explode), expected, "{style} {shape:?} {explode} {written}");
        }
        let queries = [
            ("p=a%26b", "form", Shape::Scalar, true, text("a&b")),
            ("p=a&p=b%2Cc", "form", Shape::List, true, list(&["a", "b,c"])),
            ("p=a,b%2Cc", "form", Shape::List, false, list(&["a", "b,c"])),
            ("p=x,1", "form", Shape::Object, false, object(&[("x", "1")])),
            ("x=1&other=2", "form", Shape::Object, true, object(&[("x", "1")])),
            ("p=a%20b+c", "spaceDelimited", Shape::List, false, list(&["a", "b", "c"])),
            ("p=a|b%7Cc", "pipeDelimited", Shape::List, false, list(&["a", "b", "c"])),
            ("p%5Bx%5D=1&p[y][z]=2&q[x]=3", "deepObject", Shape::Object, true, object(&[("[x]", "1"), ("[y][z]", "2")])),
            ("q=1", "form", Shape::Scalar, true, None),
        ];
        for (written, style, shape, explode, expected) in queries {
            let pairs: Vec<(&str, &str)> = written.split('&').filter_map(|pair| pair.split_once('=')).collect();
            assert_eq!(
                query(&pairs, "p", style, shape, explode, &["x".to_owned()]),
                expected,
                "{style} {shape:?} {explode} {written}"
            );
        }
    }
}
