//! Path templates: their parts, and whether two of them are the same.

use super::parameters::variables;

/// A path template without the parts that are not sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// The path with the constant pairs of its query.
    pub text: String,
    /// Whether a fragment was removed. Clients never send fragments.
    pub has_fragment: bool,
}

/// Parses a path template. `queries` are the names of declared query parameters, whose pairs are removed.
#[must_use]
pub fn template(path: &str, queries: &[&str]) -> Template {
    let (text, has_fragment) = path.split_once('#').map_or((path, false), |(text, _)| (text, true));
    let Some((path, query)) = text.split_once('?') else { return Template { text: text.to_owned(), has_fragment } };
    let is_fixed = |pair: &&str| variables(pair).iter().all(|variable| !queries.contains(variable));
    let fixed: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(is_fixed).collect();
    let text = if fixed.is_empty() { path.to_owned() } else { format!("{path}?{}", fixed.join("&")) };
    Template { text, has_fragment }
}

/// The path without the names of its variables: a path with renamed variables is the same path.
#[must_use]
pub fn without_variable_names(path: &str) -> String {
    let parts = path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect::<Vec<_>>().join("{}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_in_a_path_template_keeps_what_no_parameter_sets() {
        for (path, expected) in [
            ("/a/{id}", "/a/{id}"),
            ("/a?beta=true", "/a?beta=true"),
            ("/a?beta=true&q={q}", "/a?beta=true"),
            ("/a?q={q}", "/a"),
            ("/a?q={other}", "/a?q={other}"),
            ("/a?", "/a"),
            ("/a#get", "/a"),
            ("/a?x=1#get", "/a?x=1"),
        ] {
            let read = template(path, &["q"]);
            assert_eq!((read.text.as_str(), read.has_fragment), (expected, path.contains('#')), "{path}");
        }
    }
}
