//! Checks a request against the published document, and describes its violations.

use crate::http::Request;
use crate::{Judge, Operation, check_body, check_parameters, check_security};

/// The path parameters by name, still percent-encoded.
pub type Variables = Vec<(String, String)>;

/// Finds the operation of a request, and its path parameters. Templates without variables take precedence.
pub fn find<'a>(operations: &'a [Operation], base_path: &str, request: &Request) -> Option<(&'a Operation, Variables)> {
    let path = request.path.strip_prefix(base_path)?;
    let of_method = operations.iter().filter(|operation| operation.method == request.method);
    let fitting = of_method.filter_map(|operation| {
        let (template, query) = parts(&operation.path);
        let sent = check_parameters::pairs(&request.query);
        query.iter().all(|pair| pair.1.contains('{') || sent.contains(pair)).then_some(())?;
        Some((operation, variables(template, path)?, query.len()))
    });
    let best = fitting.min_by_key(|(_, variables, pairs)| (variables.len(), std::cmp::Reverse(*pairs)));
    best.map(|(operation, variables, _)| (operation, variables))
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
        variables.push((name.to_owned(), path[..length].to_owned()));
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
    fn a_query_in_the_path_template_selects_the_operation() {
        let operation = |path: &str| Operation {
            id: path.to_owned(),
            method: "GET".to_owned(),
            path: path.to_owned(),
            pointer: String::new(),
            parameters: Vec::new(),
        };
        let all = [operation("/a"), operation("/a?beta=true"), operation("/b#get")];
        let found = |path: &str, query: &str| {
            let raw = format!("GET {path}?{query} HTTP/1.1\r\n\r\n");
            let request = crate::http::read(&mut raw.as_bytes(), &mut Vec::new()).unwrap().unwrap();
            find(&all, "", &request).map(|(operation, _)| operation.id.as_str())
        };
        assert_eq!(found("/a", "beta=true&x=1"), Some("/a?beta=true"));
        assert_eq!(found("/a", "x=1"), Some("/a"));
        assert_eq!(found("/b", ""), Some("/b#get"));
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
