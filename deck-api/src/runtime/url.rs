//! Builds the URL of a call from its path template, its path parameters and its query.

use super::InvalidRequest;
use reqwest::Url;

/// The maximum length of a URL that the HTTP client can send.
const MAX_URL_BYTES: usize = 65_534;

/// Returns the URL below `base` for the path `template`. The values of `path` and the pairs of `query` must be escaped.
pub(super) fn whole(
    base: &Url,
    template: &str,
    path: &[(&'static str, String)],
    query: &[String],
) -> Result<Url, InvalidRequest> {
    let mut url = base.path().trim_end_matches('/').to_owned();
    let mut rest = template;
    while let Some((text, (name, behind))) = rest.split_once('{').and_then(|(text, rest)| Some((text, rest.split_once('}')?))) {
        url.push_str(text);
        url.extend(path.iter().filter(|(own, _)| *own == name).map(|(_, value)| value.as_str()));
        rest = behind;
    }
    url.push_str(rest);
    // The template may contain a query.
    let mut separator = if template.contains('?') { '&' } else { '?' };
    for pair in query {
        url.push(std::mem::replace(&mut separator, '&'));
        url.push_str(pair);
    }
    let url = below(base, &url)?;
    match url.as_str().len() {
        0..=MAX_URL_BYTES => Ok(url),
        bytes => Err(InvalidRequest::new(format!(
            "the URL is too long: it has {bytes} bytes, but at most {MAX_URL_BYTES} can be sent"
        ))),
    }
}

/// Returns the URL of a path and query on the host of `base`, without parsing `base` again.
fn below(base: &Url, path: &str) -> Result<Url, InvalidRequest> {
    // A second slash, or a backslash, which the URL parser treats like a slash, would start another host.
    let begins_host = path.as_bytes().get(1).is_some_and(|second| matches!(second, b'/' | b'\\' | 0..0x20));
    let url = if begins_host { Url::parse(&format!("{}{path}", base.origin().ascii_serialization())) } else { base.join(path) };
    url.map_err(|error| InvalidRequest::new(format!("the URL of the request is not valid: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_to_another_host() {
        for base in ["https://api.example.com/v2/", "https://api.example.com"] {
            let base = Url::parse(base).unwrap();
            for template in ["/{x}", "//{x}", "/\\{x}", "/\t/{x}", "/..//{x}", "/?{x}", "/{x}:80@b"] {
                let url = whole(&base, template, &[("x", "evil.example".to_owned())], &["a=1".to_owned()]).unwrap();
                assert_eq!(url.host_str(), Some("api.example.com"), "{base} {template}");
                assert!(url.as_str().ends_with("a=1"), "{url}");
            }
            let url = whole(&base, "/tasks/{id}", &[("id", "a%2Fb".to_owned())], &[]).unwrap();
            assert!(url.as_str().ends_with("/tasks/a%2Fb"), "{url}");
        }
    }
}
