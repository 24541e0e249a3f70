//! Generates strings: by format, by pattern, by the prefix of an id, or unusual ones.

use super::{Flat, Values, count};
use crate::dialect::has_type;
use serde_json::Value;
use std::ops::RangeInclusive;

impl Values {
    pub(super) fn text(&mut self, schema: &Flat) -> Option<String> {
        let has = |key: &str| schema.get(key).and_then(Value::as_str);
        let lengths = count(schema, "minLength").unwrap_or(0)..=count(schema, "maxLength").unwrap_or(usize::MAX);
        if let Some(pattern) = has("pattern") {
            if has_type(schema, "integer") || has_type(schema, "number") {
                // The string is then a number in the range of its format.
                return self.integer_in(schema).map(|number| number.to_string());
            }
            return self.matching(pattern, &lengths);
        }
        if let Some(text) = has("format").and_then(|format| self.formatted(&format.to_ascii_lowercase(), &lengths)) {
            return Some(text);
        }
        if let Some(prefix) = prefix(schema) {
            return Some(self.around(prefix, "", 16, &lengths));
        }
        let mut text = self.word();
        while text.chars().count() < *lengths.start() {
            text.push('x');
        }
        Some(text.chars().take(*lengths.end()).collect())
    }

    /// Returns letters between two texts, as many as fit into the lengths.
    fn around(&mut self, before: &str, behind: &str, usual: usize, lengths: &RangeInclusive<usize>) -> String {
        let fixed = before.len() + behind.len();
        let count = usual.max(lengths.start().saturating_sub(fixed)).min(lengths.end().saturating_sub(fixed)).max(1);
        format!("{before}{}{behind}", self.letters(count))
    }

    fn formatted(&mut self, format: &str, lengths: &RangeInclusive<usize>) -> Option<String> {
        // Short names leave more room.
        let (host, site) = if *lengths.end() < 30 { ("a.co", "http://a.co/") } else { ("example.com", "https://example.com/") };
        let rng = &mut self.rng;
        Some(match format {
            "date-time" => return Some(self.date_time()),
            "date" => format!("20{:02}-0{}-1{}", rng.u8(10..40), rng.u8(1..10), rng.u8(0..10)),
            "time" => format!("{:02}:{:02}:{:02}Z", rng.u8(0..24), rng.u8(0..60), rng.u8(0..60)),
            "duration" => format!("P{}DT{}H", rng.u8(0..30), rng.u8(1..24)),
            "uuid" => format!("{:08x}-0000-4000-8000-{:012x}", rng.u32(..), rng.u32(..)),
            "ipv4" => format!("{}.{}.{}.{}", rng.u8(..), rng.u8(..), rng.u8(..), rng.u8(..)),
            "ipv6" => format!("2001:db8::{:x}:{:x}", rng.u16(1..), rng.u16(1..)),
            "byte" => {
                let last = ["", "YQ==", "YWI=", "YWJj", "+/+/"][rng.usize(0..5)];
                "YWJj".repeat(lengths.start().saturating_sub(last.len()).div_ceil(4)) + last
            }
            "uri" | "url" | "uri-reference" | "iri" => self.around(site, "", 8, lengths),
            "email" | "idn-email" => self.around("", &format!("@{host}"), 8, lengths),
            "hostname" => self.around("", &format!(".{host}"), 8, lengths).to_lowercase(),
            "ulid" => format!("01{}", self.letters(24).to_uppercase()),
            "json-pointer" => format!("/{}", self.letters(4)),
            "regex" => "^a+$".to_owned(),
            _ => return None,
        })
    }

    fn date_time(&mut self) -> String {
        let offset = ["Z", "+02:00", "-11:30", "+00:00"][self.rng.usize(0..4)];
        let fraction = ["", ".5", ".123", ".123456", ".123456789"][self.rng.usize(0..5)];
        let (year, month, day) = (self.rng.u16(1970..2100), self.rng.u8(1..=12), self.rng.u8(1..=28));
        let (hour, minute, second) = (self.rng.u8(0..24), self.rng.u8(0..60), self.rng.u8(0..60));
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}")
    }

    pub(super) fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| self.rng.alphanumeric()).collect()
    }

    /// Strings that are prone to errors: empty, quoted, with line breaks, beyond ASCII.
    pub(super) fn word(&mut self) -> String {
        let odd = ["", " ", "null", "12", "\"", "\\", "\n\t", "ä", "日本", "🙂", "</script>", "\u{2028}", "\u{0}"];
        if self.rng.u8(0..3) == 0 {
            return (*self.rng.choice(&odd).unwrap_or(&"")).to_owned();
        }
        let length = self.rng.usize(1..12);
        self.letters(length)
    }
}

/// Returns the prefix of an id from its description: "Starts with `trun_`".
fn prefix(schema: &Flat) -> Option<&str> {
    let text = schema.get("description")?.as_str()?;
    let (_, rest) = text.split_once("Starts with `")?;
    rest.split_once('`').map(|(prefix, _)| prefix)
}
