//! Excerpts of response bodies for logs.

use super::redact::plain_line;

/// The maximum length of an excerpt, in characters.
const MAX_CHARS: usize = 1_000;
/// How much of a body is searched for secrets. It is more than an excerpt shows, so that no secret is cut in two.
const MAX_BYTES: usize = 64 << 10;

/// How much of the end of a text that was cut is not shown, because a secret may be cut there.
const MAX_SECRET: usize = 8 << 10;

/// Returns the beginning of a body in one line, passed through `redact`. Returns `None` if the body is empty or not UTF-8.
pub(super) fn excerpt(body: &[u8], redact: impl FnOnce(&str) -> String) -> Option<String> {
    let looked_at = &body[..body.len().min(MAX_BYTES)];
    let is_cut = looked_at.len() < body.len();
    let text = match std::str::from_utf8(looked_at) {
        Ok(text) => text,
        // The cut may have split a character.
        Err(error) if is_cut && error.error_len().is_none() => std::str::from_utf8(&looked_at[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    if text.trim().is_empty() {
        return None;
    }
    // Secrets can contain whitespace, so they are removed first.
    let mut text = redact(text);
    if is_cut {
        let end = (0..=text.len().saturating_sub(MAX_SECRET)).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
    }
    // The whitespace of formatted JSON carries no information.
    let text = plain_line(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut shown: String = text.chars().take(MAX_CHARS).collect();
    if shown.len() < text.len() || is_cut {
        shown.push('…');
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(body: &[u8]) -> Option<String> {
        excerpt(body, |text| text.replace("SECRET", "[redacted]"))
    }

    #[test]
    fn an_excerpt_is_one_line_without_secrets_and_has_a_maximum_length() {
        assert_eq!(plain(b"{\n  \"a\":  \"SECRET\"\n}").as_deref(), Some("{ \"a\": \"[redacted]\" }"));
        let cut = plain("é".repeat(2_000).as_bytes()).unwrap();
        assert_eq!((cut.chars().count(), cut.ends_with("é…")), (MAX_CHARS + 1, true));
        assert_eq!(plain("é".repeat(1 << 20).as_bytes()).unwrap().chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn no_part_of_a_secret_is_shown_at_the_end_of_an_excerpt() {
        let body = "x".repeat(MAX_CHARS - 3) + "SECRET";
        assert!(!plain(body.as_bytes()).unwrap().contains("SEC"));
        // Redaction shortens the text, so that its end is shown.
        let repeated = "SECRET".repeat(MAX_BYTES / 3);
        let short = excerpt(repeated.as_bytes(), |text| text.replace("SECRET", "")).unwrap();
        assert!(!short.contains('S'), "{short}");
        let padded = format!("x{}SECRET", " ".repeat(MAX_BYTES - 4));
        assert_eq!(plain(padded.as_bytes()).as_deref(), Some("x…"));
    }

    #[test]
    fn bodies_that_are_not_text_have_no_excerpt() {
        assert_eq!(plain(b""), None);
        assert_eq!(plain(b" \n"), None);
        assert_eq!(plain(&[0x1f, 0x8b, 0xff]), None);
    }
}
