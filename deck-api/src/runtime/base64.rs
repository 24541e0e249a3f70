//! Base64 with padding, for HTTP basic authentication and for the redaction of secrets.

/// The Base64 alphabet.
pub(super) const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits: usize, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - group.len()));
        let digits = (0..=group.len()).map(|digit| char::from(DIGITS[bits >> (18 - 6 * digit) & 63]));
        text.extend(digits.chain(std::iter::repeat_n('=', 3 - group.len())));
    }
    text
}

/// Decodes Base64 with or without padding. Returns `None` if the text is not Base64 of a UTF-8 string.
pub(super) fn decode(text: &str) -> Option<String> {
    let sextets = text.trim_end_matches('=').bytes().map(|byte| DIGITS.iter().position(|known| *known == byte));
    let sextets: Vec<usize> = sextets.collect::<Option<_>>()?;
    let bits: Vec<usize> = sextets.iter().flat_map(|sextet| (0..6).rev().map(move |bit| sextet >> bit & 1)).collect();
    let bytes = bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte: u8, bit| byte << 1 | u8::from(*bit == 1)));
    String::from_utf8(bytes.collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_as_in_rfc_4648_and_decoded_again() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("a:\u{fc}", "YTrDvA==")]
        {
            assert_eq!(encode(text.as_bytes()), expected);
            assert_eq!(decode(expected).as_deref(), Some(text));
        }
    }
}
