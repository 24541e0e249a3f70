//! Path templates: their parts, and whether two of them are the same.

use super::parameters::variables;

/// The path template with the constant pairs of its query. `queries` are the names of declared query parameters, whose pairs are
/// removed. So is the fragment, which clients never send.
#[must_use]
pub fn template(path: &str, queries: &[&str]) -> String {
    let text = path.split('#').next().unwrap_or_default();
    let Some((path, query)) = text.split_once('?') else { return text.to_owned() };
    let is_fixed = |pair: &&str| match variables(pair).as_slice() {
        [] => !queries.contains(&pair.split('=').next().unwrap_or_default()),
        all => all.iter().all(|variable| !queries.contains(variable)),
    };
    let fixed: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(is_fixed).collect();
    if fixed.is_empty() { path.to_owned() } else { format!("{path}?{}", fixed.join("&")) }
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
            ("/a?q=1&r=2", "/a?r=2"),
            ("/a?q={other}", "/a?q={other}"),
            ("/a?", "/a"),
            ("/a#get", "/a"),
            ("/a?x=1#get", "/a?x=1"),
        ] {
            assert_eq!(template(path, &["q"]), expected, "{path}");
        }
    }
}
