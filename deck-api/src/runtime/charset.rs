//! Decodes text in UTF-8, UTF-16, ASCII and Latin 1, without a library.

/// Decodes `bytes` in the charset of a media type. A byte order mark overrides the charset. The error says what was expected.
pub(super) fn decode(bytes: &[u8], media: &str) -> Result<String, String> {
    let named = charset(media);
    let (mark, charset) = match bytes {
        [0xef, 0xbb, 0xbf, ..] => (3, "utf-8"),
        [0xff, 0xfe, ..] => (2, "utf-16le"),
        [0xfe, 0xff, ..] => (2, "utf-16be"),
        // RFC 2781: without a mark it is big-endian.
        _ if named == "utf-16" => (0, "utf-16be"),
        _ => (0, named.as_str()),
    };
    let text = &bytes[mark..];
    let decoded = match charset {
        "" | "utf-8" | "utf8" => std::str::from_utf8(text).ok().map(str::to_owned),
        "us-ascii" | "ascii" => text.is_ascii().then(|| text.iter().copied().map(char::from).collect()),
        "utf-16le" => utf_16(text, u16::from_le_bytes),
        "utf-16be" => utf_16(text, u16::from_be_bytes),
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" | "windows-1252" | "cp1252" => {
            Some(text.iter().copied().map(latin_1).collect())
        }
        other => return Err(format!("text in UTF-8, UTF-16, ASCII or Latin 1, found the charset `{}`", other.escape_debug())),
    };
    let name = if charset.is_empty() { "UTF-8" } else { charset };
    decoded.ok_or_else(|| format!("text in {}, found invalid bytes", name.to_ascii_uppercase()))
}

/// Returns the charset parameter of a media type in lower case, or an empty string if there is none.
fn charset(media: &str) -> String {
    let parameters = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let value = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset")).map(|(_, value)| value).next();
    value.unwrap_or_default().trim().trim_matches('"').to_ascii_lowercase()
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

/// Decodes a byte of Latin 1. As in the WHATWG standard, the bytes from 0x80 to 0x9f are those of windows-1252; the five that it
/// does not define are control characters.
fn latin_1(byte: u8) -> char {
    const FROM_0X80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“',
        '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_0X80[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_its_declared_or_marked_charset() {
        for (media, bytes, expected) in [
            ("text/plain", "é".as_bytes(), "é"),
            ("text/plain; charset=iso-8859-1", b"\xe9 \x80", "é €"),
            ("text/plain;Charset=\"Windows-1252\"; x=y", b"\x93a\x94", "“a”"),
            ("text/plain; charset=windows-1252", b"\x81\x9d", "\u{81}\u{9d}"),
            ("text/plain; charset=us-ascii", b"abc", "abc"),
            ("text/plain; charset=utf-16", b"\xff\xfea\0", "a"),
            ("text/plain; charset=UTF-16", b"\0a", "a"),
            ("text/plain; charset=utf-16le", b"=\xd8\0\xde", "😀"),
            ("text/plain; charset=utf-8", b"\xef\xbb\xbfa", "a"),
            ("text/plain; charset=iso-8859-1", b"\xef\xbb\xbf\xc3\xa9", "é"),
        ] {
            assert_eq!(decode(bytes, media).as_deref(), Ok(expected), "{media}");
        }
    }

    #[test]
    fn invalid_text_is_refused_with_the_name_of_its_charset() {
        for (media, bytes, named) in [
            ("text/plain", &b"\xff\xff"[..], "UTF-8"),
            ("text/plain; charset=shift_jis", b"a", "`shift_jis`"),
            ("text/plain; charset=us-ascii", b"\xe9", "US-ASCII"),
            ("text/plain; charset=utf-16be", b"\xd8\0\0a", "UTF-16BE"),
            ("text/plain; charset=utf-16be", b"a", "UTF-16BE"),
        ] {
            assert!(decode(bytes, media).unwrap_err().contains(named), "{media}");
        }
    }
}
