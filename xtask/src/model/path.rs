//! Path templates: what they hold beside a path, and whether two of them are the same.

use super::parameters::variables;

/// A template cut to what is sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// The path, with the pairs of a query that are always the same.
    pub text: String,
    /// Whether a fragment was cut off, which no client sends.
    pub has_fragment: bool,
}

/// Reads the template of a path; `queries` are the names of declared query parameters, which write their pairs themselves.
#[must_use]
pub fn template(path: &str, queries: &[&str]) -> Template {
    let (text, has_fragment) = path.split_once('#').map_or((path, false), |(text, _)| (text, true));
    let Some((path, query)) = text.split_once('?') else { return Template { text: text.to_owned(), has_fragment } };
    let is_fixed = |pair: &&str| variables(pair).iter().all(|variable| !queries.contains(variable));
    let fixed: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(is_fixed).collect();
    let text = if fixed.is_empty() { path.to_owned() } else { format!("{path}?{}", fixed.join("&")) };
    Template { text, has_fragment }
}

/// The path without the names of its variables: a variable may change its name without becoming another path.
#[must_use]
pub fn without_variable_names(path: &str) -> String {
    let parts = path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect::<Vec<_>>().join("{}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_the_template_keeps_what_no_parameter_writes() {
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
