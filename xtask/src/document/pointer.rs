//! JSON pointers (RFC 6901).

use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A place in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer with `segment` appended.
    #[must_use]
    pub fn at(&self, segment: impl AsRef<str>) -> Self {
        let segment = escaped(segment.as_ref());
        let mut text = String::with_capacity(self.0.len() + 1 + segment.len());
        text.push_str(&self.0);
        text.push('/');
        text.push_str(&segment);
        Self(text)
    }

    /// The pointer with `index`, the place in a list, appended.
    #[must_use]
    pub fn nth(&self, index: usize) -> Self {
        self.at(index.to_string())
    }

    /// Appends `segment`, and returns the length for [`Self::truncate`].
    pub fn push(&mut self, segment: &str) -> usize {
        let length = self.0.len();
        self.0.push('/');
        self.0.push_str(&escaped(segment));
        length
    }

    /// Removes what was appended since the pointer had this length.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// The value at this place in a document.
    #[must_use]
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        let segments = Some(self.0.split('/')).filter(|_| self.0.is_empty() || self.0.starts_with('/'))?;
        segments.skip(1).try_fold(document, |value, segment| match value {
            Value::Object(object) => object.get(&*unescaped(segment)),
            Value::Array(list) => list.get(index(segment)?),
            _ => None,
        })
    }

    /// Parses a pointer such as `/a/b`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text of the pointer; empty for the whole document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pointer with `tail`, the text of another pointer, appended.
    #[must_use]
    pub fn below(&self, tail: &str) -> Self {
        Self(format!("{}{tail}", self.0))
    }

    /// The pointer without its last segment; `None` for the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// The text of the first `count` segments; `None` if there are fewer.
    #[must_use]
    pub fn first(&self, count: usize) -> Option<&str> {
        let mut slashes = self.0.match_indices('/').map(|(position, _)| position).skip(count.checked_sub(1)?);
        slashes.next()?;
        Some(&self.0[..slashes.next().unwrap_or(self.0.len())])
    }

    /// Whether this place is `other` or inside it.
    #[must_use]
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|tail| tail.is_empty() || tail.starts_with('/'))
    }

    /// Whether this place is directly inside `other`.
    #[must_use]
    pub fn is_child_of(&self, other: &Self) -> bool {
        self.0.rsplit_once('/').is_some_and(|(parent, _)| parent == other.0)
    }

    /// The unescaped segments.
    pub fn segments(&self) -> Vec<String> {
        self.0.split('/').skip(1).map(unescape).collect()
    }

    /// The last segment, unescaped.
    #[must_use]
    pub fn last(&self) -> String {
        unescape(self.0.rsplit('/').next().unwrap_or_default())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn escaped(segment: &str) -> Cow<'_, str> {
    // Most segments need no escaping.
    let is_plain = segment.bytes().all(|byte| !matches!(byte, b'~' | b'/'));
    if is_plain { segment.into() } else { segment.replace('~', "~0").replace('/', "~1").into() }
}

fn unescaped(segment: &str) -> Cow<'_, str> {
    if segment.bytes().any(|byte| byte == b'~') { segment.replace("~1", "/").replace("~0", "~").into() } else { segment.into() }
}

fn unescape(segment: &str) -> String {
    unescaped(segment).into_owned()
}

/// Parses a segment as the index of an array.
fn index(segment: &str) -> Option<usize> {
    let is_plain = !segment.starts_with('+') && (segment == "0" || !segment.starts_with('0'));
    segment.parse().ok().filter(|_| is_plain)
}

/// Decodes the fragment of a URI, such as `%7B` for `{`.
#[must_use]
pub fn decode(fragment: &str) -> String {
    percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned()
}

/// Follows a `$ref` within the document, up to the maximum length of a chain.
pub fn resolve<'a>(document: &'a Value, node: &'a Value) -> Option<&'a Value> {
    let mut current = node;
    for _ in 0..64 {
        let Some(reference) = current.get("$ref").and_then(Value::as_str) else { return Some(current) };
        current = document.pointer(&decode(reference.strip_prefix('#')?))?;
    }
    None
}

/// The name in a `$ref` to a component of this kind, `#/components/{kind}/{name}`.
#[must_use]
pub fn component_name(reference: &str, kind: &str) -> Option<String> {
    let rest = reference.strip_prefix("#/components/")?.strip_prefix(kind)?.strip_prefix('/')?;
    (!rest.contains('/')).then(|| unescape(&decode(rest)))
}

/// Whether a value of a discriminator's mapping means the component schema `published`, by name or by reference.
#[must_use]
pub fn is_name_of(value: &Value, published: &str) -> bool {
    let value = value.as_str().unwrap_or_default();
    value == published || component_name(value, "schemas").is_some_and(|name| name == published)
}

/// The `$ref` to a component schema.
#[must_use]
pub fn schema_reference(name: &str) -> String {
    format!("#{}", Pointer::default().at("components").at("schemas").at(name))
}

#[cfg(test)]
mod tests {
    use super::Pointer;
    use serde_json::json;

    #[test]
    fn a_pointer_finds_its_target() {
        let document = json!({ "a/b": { "~": [1, { "": 2 }] }, "0": 3 });
        for (pointer, text, expected) in [
            (Pointer::default(), "", Some(document.clone())),
            (Pointer::default().at("a/b").at("~").nth(0), "/a~1b/~0/0", Some(json!(1))),
            (Pointer::default().at("a/b").at("~").nth(1).at(""), "/a~1b/~0/1/", Some(json!(2))),
            (Pointer::default().nth(0), "/0", Some(json!(3))),
            (Pointer::default().at("a/b").at("~").at("01"), "/a~1b/~0/01", None),
            (Pointer::default().at("a/b").at("~").at("+1"), "/a~1b/~0/+1", None),
            (Pointer::default().at("a"), "/a", None),
            (Pointer::parse("a/0"), "a/0", None),
        ] {
            assert_eq!((pointer.as_str(), pointer.find(&document)), (text, expected.as_ref()));
            assert_eq!(document.pointer(text), expected.as_ref());
        }
    }
}
