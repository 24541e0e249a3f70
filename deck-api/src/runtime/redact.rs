//! Removes secrets from text that a server sent, in whatever encoding it repeats them.

use super::{Call, CredentialLocation, base64};
use crate::generated::API;
use http::header::{HeaderName, HeaderValue};
use std::collections::BTreeSet;

/// The replacement for a secret.
const REDACTED: &str = "[redacted]";
/// The replacement for a whole text, if a secret is too short to be removed from it.
const WITHHELD: &str = "[withheld: a key of the request is too short to be redacted]";
/// The minimum length of a secret that can be redacted. A shorter one could be guessed from the places where it is missing.
const SHORTEST_SECRET: usize = 4;
/// The minimum length at which the value of an arbitrary header counts as a secret. Shorter values are usually words and numbers.
const SHORTEST_HEADER_SECRET: usize = 8;
/// Parts of header names whose values are secrets of any length.
const SECRET_NAMES: [&str; 6] = ["auth", "key", "token", "secret", "password", "cookie"];

/// The secrets of a call.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    /// The secrets in plain text. `base64` has the parts of their Base64 form.
    plain: Vec<String>,
    base64: Vec<String>,
    too_short: bool,
}

impl Secrets {
    /// Creates the set of these secrets.
    pub(super) fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let secrets: BTreeSet<String> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
        let too_short =
            secrets.iter().any(|secret| secret.len() < SHORTEST_SECRET || REDACTED.contains(&secret.to_ascii_lowercase()));
        let mut plain: Vec<String> = secrets.into_iter().collect();
        // The longest comes first, so that no part of it remains.
        plain.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let base64 = plain.iter().flat_map(|secret| base64_cores(secret.as_bytes())).collect();
        Self { plain, base64, too_short }
    }

    /// Collects the secrets of a call: its credentials, those of the client, and the headers that the caller has set.
    pub(super) fn of(call: &Call) -> Self {
        let mut secrets = call.client.held_credentials().secrets();
        secrets.extend(call.credentials.iter().flat_map(|credentials| credentials.secrets()));
        let is_no_secret = |name: &HeaderName| {
            name == http::header::CONTENT_TYPE
                || name == http::header::ACCEPT
                || call.operation.idempotency_key.is_some_and(|key| key.eq_ignore_ascii_case(name.as_str()))
        };
        for (name, value) in call.headers.iter().filter(|(name, _)| !is_no_secret(name)) {
            let is_secret = SECRET_NAMES.iter().any(|part| name.as_str().contains(part)) || is_key_header(name);
            secrets.extend(parts(value, if is_secret { 0 } else { SHORTEST_HEADER_SECRET }));
        }
        Self::new(secrets)
    }

    /// Removes the secrets from `text` and returns it in one line.
    pub(super) fn redact(&self, text: &str) -> String {
        plain_line(&self.without(text))
    }

    /// Returns `text` as it is, unless it contains a secret.
    pub(super) fn hide(&self, text: String) -> String {
        let redacted = self.without(&text);
        if redacted.contains(REDACTED) { redacted } else { text }
    }

    /// Removes the secrets from `text`.
    pub(super) fn without(&self, text: &str) -> String {
        if self.too_short && !text.is_empty() {
            return WITHHELD.to_owned();
        }
        let bytes = text.as_bytes();
        let (mut redacted, mut at) = (Vec::with_capacity(bytes.len()), 0);
        while at < bytes.len() {
            let rest = &bytes[at..];
            if let Some(length) = self.plain.iter().find_map(|secret| encoded_length(rest, secret.as_bytes())) {
                redacted.extend_from_slice(REDACTED.as_bytes());
                at += length;
            } else if let Some(length) = self.base64.iter().find_map(|core| encoded_length(rest, core.as_bytes())) {
                // The characters before and after belong to the same encoded text.
                while redacted.last().copied().is_some_and(is_base64) {
                    redacted.pop();
                }
                let behind = bytes[at + length..].iter().take_while(|byte| is_base64(**byte)).count();
                redacted.extend_from_slice(REDACTED.as_bytes());
                at += length + behind;
            } else {
                redacted.push(bytes[at]);
                at += 1;
            }
        }
        String::from_utf8_lossy(&redacted).into_owned()
    }
}

/// Redacts server text for an error message. If the secrets of the call are not known, the whole text is withheld.
pub(super) fn said(history: &super::error::Attached, text: &str) -> String {
    history.as_ref().map_or_else(|| WITHHELD.to_owned(), |history| history.secrets().redact(text))
}

fn is_key_header(name: &HeaderName) -> bool {
    let is_key = |place| matches!(place, CredentialLocation::Header(key) if key.eq_ignore_ascii_case(name.as_str()));
    API.schemes.iter().any(|scheme| is_key(scheme.place))
}

/// Replaces line breaks and other control characters, so that server text fits in one line of a log.
pub(super) fn plain_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Returns the value of a header and its parts: the token after a scheme, the user and password of `Basic`, the values of
/// cookies. Texts shorter than `shortest` are left out, and so are parts that are too short to be a secret by themselves.
pub(super) fn parts(value: &HeaderValue, shortest: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    let token = text.rsplit(' ').next().unwrap_or_default().to_owned();
    let mut parts: Vec<String> =
        text.split([' ', ';', ',', '=', '"']).filter(|part| part.len() >= SHORTEST_HEADER_SECRET).map(str::to_owned).collect();
    let basic = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    if let Some(decoded) = basic.and_then(|(_, token)| base64::decode(token.trim())) {
        parts.extend(decoded.split_once(':').map(|(_, password)| password.to_owned()));
        parts.push(decoded);
    }
    parts.extend([text, token]);
    parts.retain(|part| part.len() >= shortest);
    parts
}

/// Returns the length of `secret` at the start of `text`, in plain form or escaped for a URL or for JSON.
fn encoded_length(text: &[u8], secret: &[u8]) -> Option<usize> {
    let (mut at, mut rest) = (0, secret);
    while !rest.is_empty() {
        let readings = [unescaped(&text[at..]), text.get(at).map(|byte| (Unescaped::from(*byte), 1))];
        let fits =
            |(read, _): &(Unescaped, usize)| rest.get(..read.len).is_some_and(|own| own.eq_ignore_ascii_case(read.bytes()));
        let (read, length) = readings.into_iter().flatten().find(fits)?;
        rest = &rest[read.len..];
        at += length;
    }
    Some(at)
}

/// The bytes that an escape sequence stands for: a single one, or a character in UTF-8.
struct Unescaped {
    bytes: [u8; 4],
    len: usize,
}

impl Unescaped {
    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl From<u8> for Unescaped {
    fn from(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0], len: 1 }
    }
}

impl From<char> for Unescaped {
    fn from(character: char) -> Self {
        let mut bytes = [0; 4];
        let len = character.encode_utf8(&mut bytes).len();
        Self { bytes, len }
    }
}

/// Decodes an escape sequence at the start of `text`. Returns what it stands for, and its length.
fn unescaped(text: &[u8]) -> Option<(Unescaped, usize)> {
    match text {
        [b'%', high, low, ..] => Some((u8::try_from(hex(&[*high, *low])?).ok()?.into(), 3)),
        [b'\\', b'u' | b'U', ..] => {
            let unit = |at: usize| u16::try_from(hex(text.get(at..at + 4)?)?).ok();
            let first = unit(2)?;
            let is_pair = text.get(6) == Some(&b'\\') && matches!(text.get(7), Some(b'u' | b'U'));
            let both = [Some(first), unit(8).filter(|_| is_pair)];
            let character = char::decode_utf16(both.into_iter().flatten()).next()?.ok()?;
            Some((character.into(), if character.len_utf16() == 2 { 12 } else { 6 }))
        }
        [b'\\', escaped, ..] => Some(((*escaped).into(), 2)),
        [b'+', ..] => Some((b' '.into(), 1)),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    let are_digits = digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| are_digits)?, 16).ok()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

/// Returns the texts of which every Base64 text that contains `secret` has one: for each offset of the secret, and in both
/// alphabets.
fn base64_cores(secret: &[u8]) -> Vec<String> {
    let mut cores = Vec::new();
    for offset in 0..3 {
        let bits = |from: usize| (from..from + 6).fold(0, |sextet, bit| sextet << 1 | bit_of(secret, bit));
        let first = (offset * 8_usize).div_ceil(6) * 6 - offset * 8;
        let core = (first..).step_by(6).take_while(|from| from + 6 <= secret.len() * 8).map(|from| base64::DIGITS[bits(from)]);
        let core = String::from_utf8_lossy(&core.collect::<Vec<_>>()).into_owned();
        if core.len() >= SHORTEST_SECRET {
            cores.push(core.replace('+', "-").replace('/', "_"));
            cores.push(core);
        }
    }
    cores.dedup();
    cores
}

fn bit_of(bytes: &[u8], bit: usize) -> usize {
    usize::from(bytes[bit / 8] >> (7 - bit % 8) & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(secret: &str, text: &str) -> String {
        Secrets::new([secret.to_owned()]).redact(text)
    }

    #[test]
    fn a_secret_is_redacted_in_every_form() {
        let secret = r#"sk/"a b\c+9"#;
        for (text, expected) in [
            (r#"key sk/"a b\c+9!"#, "key [redacted]!"),
            (r#"key SK/"A B\C+9!"#, "key [redacted]!"),
            ("key sk%2F%22a%20b%5Cc%2b9!", "key [redacted]!"),
            ("key sk%2f%22a+b%5cc%2B9!", "key [redacted]!"),
            (r#"key sk\/\"a b\\c+9!"#, "key [redacted]!"),
            (r"key \u0073k\u002F\u0022a b\u005cc+9!", "key [redacted]!"),
            ("key c2svImEgYlxjKzk=!", "key [redacted]!"),
            ("key QmVhcmVyIHNrLyJhIGJcYys5 end", "key [redacted] end"),
            ("twice sk/\"a b\\c+9sk/\"a b\\c+9", "twice [redacted][redacted]"),
            ("100 % of nothing, \\x and é", "100 % of nothing, \\x and é"),
        ] {
            assert_eq!(redacted(secret, text), expected, "{text}");
        }
    }

    #[test]
    fn a_secret_beyond_ascii_is_redacted_in_escapes_of_json() {
        for (secret, text) in [
            ("pässword€", r"is p\u00e4ssword\u20ac!"),
            ("pässword€", "is pässword€!"),
            ("pässword€", "is p%C3%A4ssword%e2%82%ac!"),
            ("key😀word", r"is key\uD83D\uDE00word!"),
        ] {
            assert_eq!(redacted(secret, text), "is [redacted]!", "{text}");
        }
        let other = r"\ud83d \u12 \uzzzz %+1 \u+123 \";
        assert_eq!(redacted("key word", other), other);
    }

    #[test]
    fn a_secret_is_found_at_any_offset_in_base64() {
        // "x", "xy" and "xyz" before `sk_TOPSECRET`, and text after it.
        for encoded in ["eHNrX1RPUFNFQ1JFVCE", "eHlza19UT1BTRUNSRVQh", "eHl6c2tfVE9QU0VDUkVUIQ=="] {
            assert_eq!(redacted("sk_TOPSECRET", &format!("got {encoded}.")), "got [redacted].", "{encoded}");
        }
    }

    #[test]
    fn with_a_secret_that_is_too_short_no_text_of_the_server_is_printed() {
        for secret in ["k", "abc", "acted"] {
            assert_eq!(redacted(secret, "the kabc is unknown"), WITHHELD, "{secret}");
        }
        assert_eq!(Secrets::new([]).redact("the key is unknown"), "the key is unknown");
    }

    #[test]
    fn a_whole_header_and_its_parts_are_secrets() {
        for basic in ["Basic dXNlcjpwYXNzd29yZA==", "basic  dXNlcjpwYXNzd29yZA=="] {
            let secrets = Secrets::new(parts(&HeaderValue::from_static(basic), 0));
            let text = secrets.redact("password, dXNlcjpwYXNzd29yZA== and user:password");
            assert_eq!(text, "[redacted], [redacted] and [redacted]", "{basic}");
        }
        let cookie = HeaderValue::from_static("a=1; session=abcdefgh12");
        assert_eq!(Secrets::new(parts(&cookie, 0)).redact("abcdefgh12 is over"), "[redacted] is over");
        assert_eq!(parts(&HeaderValue::from_static("short"), SHORTEST_HEADER_SECRET), Vec::<String>::new());
    }

    #[test]
    fn redacted_text_is_one_line() {
        assert!(!redacted("sk_TOPSECRET", "a\r\nb\u{1b}[31m").chars().any(char::is_control));
    }
}
