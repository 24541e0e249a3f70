//! Scalars as Rust literals.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

/// A string, an integer or a boolean as a literal.
pub fn literal(value: &Value) -> Option<TokenStream> {
    match value {
        Value::String(text) => Some(quote!(#text)),
        Value::Bool(flag) => Some(quote!(#flag)),
        Value::Number(number) => integer("i64", number),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number of the type `f32` or `f64`; `None` if the type cannot represent it.
pub fn float(name: &str, number: f64) -> Option<TokenStream> {
    #[allow(clippy::cast_possible_truncation, reason = "the type holds no more")]
    let single = number.abs() as f32;
    let literal = match name {
        "f32" if single.is_finite() => Literal::f32_suffixed(single),
        "f64" if number.is_finite() => Literal::f64_unsuffixed(number.abs()),
        _ => return None,
    };
    Some(if number < 0.0 { quote!(-#literal) } else { quote!(#literal) })
}

/// An integer literal; `None` if the type cannot represent it. It has a type suffix only if the compiler could not infer the
/// type.
pub fn integer(name: &str, number: &serde_json::Number) -> Option<TokenStream> {
    let number = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)).or_else(|| {
        #[allow(clippy::cast_possible_truncation, reason = "saturates")]
        number.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i128)
    })?;
    let bits = name.get(1..)?.parse::<u32>().ok()?;
    let range = if name.starts_with('i') { -(1 << (bits - 1))..1 << (bits - 1) } else { 0..1_i128 << bits };
    if !range.contains(&number) {
        return None;
    }
    let is_plain = matches!(name, "i32" | "i64") && i32::try_from(number).is_ok();
    let suffix = if is_plain { "" } else { name };
    let literal: Literal = format!("{}{suffix}", number.unsigned_abs()).parse().ok()?;
    Some(if number < 0 { quote!(-#literal) } else { quote!(#literal) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::{float, integer};
    use serde_json::Number;

    #[test]
    fn a_number_has_a_literal_only_if_its_type_holds_it() {
        let text = |name: &str, number: f64| float(name, number).map(|literal| literal.to_string());
        assert_eq!(text("f32", -1.5).as_deref(), Some("- 1.5f32"));
        assert_eq!(text("f64", 1e300).as_deref().map(str::parse::<f64>), Some(Ok(1e300)));
        assert_eq!((text("f32", 1e300), text("f64", f64::INFINITY)), (None, None));
        let text = |name: &str, number: &str| {
            let number: Number = number.parse().unwrap();
            integer(name, &number).map(|literal| literal.to_string().replace(' ', ""))
        };
        for (name, least, most, outside) in [
            ("i8", "-128i8", "127i8", ["-129", "128"]),
            ("u16", "0u16", "65535u16", ["-1", "65536"]),
            ("i64", "-9223372036854775808i64", "9223372036854775807i64", ["-9300000000000000000", "9223372036854775808"]),
            ("u64", "0u64", "18446744073709551615u64", ["-1", "18446744073709551616"]),
        ] {
            for literal in [least, most] {
                assert_eq!(text(name, literal.trim_end_matches(name)).as_deref(), Some(literal));
            }
            assert_eq!(outside.map(|number| text(name, number)), [None, None], "{name}");
        }
    }
}
