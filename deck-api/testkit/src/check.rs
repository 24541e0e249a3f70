//! Checks a request against the published document, and describes its violations.

use crate::http::{Request, unescape};
use crate::{Judge, Operation, check_body, check_parameters, check_security};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::borrow::Cow;
use std::cmp::Reverse;

/// The path parameters by name, still percent-encoded.
pub type Variables = Vec<(String, String)>;

/// The characters that a path never contains unescaped, other than the braces of variables.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'|');

/// Finds the operation of a request, and its path parameters. Templates with more text in their first segments take precedence.
pub fn find<'a>(operations: &'a [Operation], base_path: &str, request: &Request) -> Option<(&'a Operation, Variables)> {
    let (path, base_path) = (escaped(&request.path), escaped(base_path));
    let path = path.strip_prefix(base_path.as_ref())?;
    let of_method = operations.iter().filter(|operation| operation.method == request.method);
    let fitting = of_method.filter_map(|operation| {
        let (template, query) = parts(&operation.path);
        let sent = check_parameters::pairs(&request.query);
        query.iter().all(|pair| pair.1.contains('{') || sent.contains(pair)).then_some(())?;
        let variables = variables(&escaped(template), path)?;
        Some((operation, variables, (lengths(template), query.len())))
    });
    let best = fitting.min_by_key(|(_, _, said)| Reverse(said.clone()));
    best.map(|(operation, variables, _)| (operation, variables))
}

fn escaped(path: &str) -> Cow<'_, str> {
    utf8_percent_encode(path, NOT_IN_PATHS).into()
}

/// Returns the length of the text in each segment of a template, without its variables.
fn lengths(template: &str) -> Vec<usize> {
    let text = |part: &str| part.split_once('}').map_or(part.len(), |(_, behind)| behind.len());
    template.split('/').map(|segment| segment.split('{').map(text).sum()).collect()
}

/// Splits a path template into the path without a fragment and the query pairs.
pub fn parts(template: &str) -> (&str, Vec<(&str, &str)>) {
    let template = template.split('#').next().unwrap_or_default();
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    (path, check_parameters::pairs(query))
}

/// A variable matches all text up to the text after it, but never a slash.
fn variables(template: &str, path: &str) -> Option<Variables> {
    let mut variables = Variables::new();
    let (mut template, mut path) = (template, path);
    loop {
        let Some((text, rest)) = template.split_once('{') else {
            return (template == path).then_some(variables);
        };
        path = path.strip_prefix(text)?;
        let (name, rest) = rest.split_once('}')?;
        let end_of_text = rest.find(['{', '/']).unwrap_or(rest.len());
        let segment = path.find('/').unwrap_or(path.len());
        let length = match &rest[..end_of_text] {
            "" => segment,
            behind => path[..segment].rfind(behind)?,
        };
        variables.push((unescape(name), path[..length].to_owned()));
        (template, path) = (rest, &path[length..]);
    }
}

/// Returns all violations of the document.
pub fn violations(judge: &Judge, operation: &Operation, variables: &Variables, request: &Request) -> Vec<String> {
    let empty = variables.iter().filter(|(_, value)| value.is_empty());
    let mut found: Vec<String> = empty.map(|(name, _)| format!("the path variable `{name}` is empty")).collect();
    found.extend(check_parameters::violations(judge, operation, variables, request));
    found.extend(check_security::violation(judge.document(), operation, request));
    found.extend(check_body::violations(judge, operation, request));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_with_the_most_text_selects_the_operation() {
        let operation = |path: &&str| Operation {
            id: (*path).to_owned(),
            method: "GET".to_owned(),
            path: (*path).to_owned(),
            pointer: String::new(),
            parameters: Vec::new(),
        };
        let templates =
            ["/a", "/a?beta=true", "/b#get", "/{x}/new", "/c/{id}", "/c/{id}:run", "/c/{id}/{sub}", "/c/{id}/new", "/d e/ä/{ü}"];
        let all: Vec<Operation> = templates.iter().map(operation).collect();
        for (target, expected) in [
            ("/a?beta=true&x=1", Some("/a?beta=true")),
            ("/a?x=1", Some("/a")),
            ("/b", Some("/b#get")),
            ("/c/1", Some("/c/{id}")),
            ("/c/1:run", Some("/c/{id}:run")),
            ("/c/new", Some("/c/{id}")),
            ("/x/new", Some("/{x}/new")),
            ("/c/1/old", Some("/c/{id}/{sub}")),
            ("/c/1/new", Some("/c/{id}/new")),
            ("/d%20e/%C3%A4/1", Some("/d e/ä/{ü}")),
            ("/d%20e/ä/ß", Some("/d e/ä/{ü}")),
            ("/d%2520e/%C3%A4/1", None),
        ] {
            let found = find(&all, "", &Request::new("GET", target, &[], b""));
            assert_eq!(found.as_ref().map(|(operation, _)| operation.id.as_str()), expected, "{target}");
            if let Some((_, variables)) = found.filter(|_| target.ends_with('ß')) {
                assert_eq!(variables, [("ü".to_owned(), "%C3%9F".to_owned())]);
            }
        }
    }

    #[test]
    fn path_variables_match_between_text_and_never_contain_a_slash() {
        let pairs =
            |pairs: &[(&str, &str)]| Some(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Variables>());
        for (template, path, expected) in [
            ("/a/{id}", "/a/1%2F2", pairs(&[("id", "1%2F2")])),
            ("/a/{id}", "/a/1/2", None),
            ("/a/{id}", "/a/", pairs(&[("id", "")])),
            ("/a/{id}.json", "/a/1.2.json", pairs(&[("id", "1.2")])),
            ("/a/{id}:run", "/a/1:run", pairs(&[("id", "1")])),
            ("/{a}-{b}/c", "/1-2/c", pairs(&[("a", "1"), ("b", "2")])),
            ("/a", "/a", pairs(&[])),
            ("/a", "/ab", None),
        ] {
            assert_eq!(variables(template, path), expected, "{template} {path}");
        }
    }
}
