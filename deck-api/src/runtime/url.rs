//! The URL of a call: the template of its path with all values, and its query.

use super::InvalidRequest;
use reqwest::Url;

/// The longest URL that the HTTP client below can send.
const MAX_URL_BYTES: usize = 65_534;

/// The URL at `base` for the path `template`. The values of `path` and the pairs of `query` are escaped already.
pub(super) fn whole(
    base: &str,
    template: &str,
    path: &[(&'static str, String)],
    query: &[String],
) -> Result<Url, InvalidRequest> {
    let mut url = base.to_owned();
    let mut rest = template;
    while let Some((text, (name, behind))) = rest.split_once('{').and_then(|(text, rest)| Some((text, rest.split_once('}')?))) {
        url.push_str(text);
        url.extend(path.iter().filter(|(own, _)| *own == name).map(|(_, value)| value.as_str()));
        rest = behind;
    }
    url.push_str(rest);
    // The template may hold a query of its own.
    let mut separator = if template.contains('?') { '&' } else { '?' };
    for pair in query {
        url.push(std::mem::replace(&mut separator, '&'));
        url.push_str(pair);
    }
    let url = Url::parse(&url).map_err(|error| InvalidRequest::new(format!("the URL of the request is not valid: {error}")))?;
    match url.as_str().len() {
        0..=MAX_URL_BYTES => Ok(url),
        bytes => {
            Err(InvalidRequest::new(format!("the URL is too long: it has {bytes} bytes, at most {MAX_URL_BYTES} can be sent")))
        }
    }
}
