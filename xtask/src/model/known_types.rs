//! Rust types that the generator knows, so that users can choose them by name, and the crates that they need.

use super::scalars::{DATE, DATE_TIME, INTEGER, NUMBER};
use crate::problem::nearest;

/// A known type: its path, the JSON types that it can represent, and its crate.
pub struct Known {
    pub rust: &'static str,
    json: &'static [&'static str],
    pub dependency: Option<Dependency>,
}

/// A dependency of the generated crate that a chosen type needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependency {
    pub name: &'static str,
    pub requirement: &'static str,
    /// The feature of `schemars` that implements `JsonSchema` for the type.
    pub schemars: Option<&'static str>,
}

const fn known(rust: &'static str, json: &'static [&'static str]) -> Known {
    Known { rust, json, dependency: None }
}

const KNOWN: [Known; 17] = [
    Known {
        rust: "rust_decimal::Decimal",
        json: &["number", "string", "integer"],
        dependency: Some(Dependency {
            name: "rust_decimal",
            requirement: "{ version = \"1.36\", default-features = false, features = [\"serde\", \"std\"] }",
            // The wrappers `NumberOf` and `TextOf` of the runtime have their own schemas.
            schemars: None,
        }),
    },
    Known {
        rust: "uuid::Uuid",
        json: &["string"],
        dependency: Some(Dependency {
            name: "uuid",
            requirement: "{ version = \"1\", features = [\"serde\"] }",
            schemars: Some("uuid1"),
        }),
    },
    known("chrono::DateTime<chrono::FixedOffset>", &["string"]),
    known(DATE_TIME, &["string"]),
    known("chrono::NaiveDateTime", &["string"]),
    known("chrono::NaiveTime", &["string"]),
    known(DATE, &["string"]),
    known("String", &["string"]),
    known(NUMBER, &["number", "integer"]),
    known(INTEGER, &["integer"]),
    known("std::net::IpAddr", &["string"]),
    known("std::net::Ipv4Addr", &["string"]),
    known("std::net::Ipv6Addr", &["string"]),
    known("f64", &["number"]),
    known("f32", &["number"]),
    known("i64", &["integer"]),
    known("u64", &["integer"]),
];

/// The full path of a chosen type. It is a known type, or a path to a type of the user.
///
/// # Errors
/// Returns the reason if it cannot be a type.
pub fn resolve(rust: &str) -> Result<String, String> {
    let rust: String = rust.chars().filter(|c| !c.is_whitespace()).collect();
    let is_meant = |known: &&Known| known.rust == rust || known.rust.strip_prefix("runtime::") == Some(&*rust);
    if let Some(known) = KNOWN.iter().find(is_meant) {
        return Ok(known.rust.to_owned());
    }
    let ty = syn::parse_str::<syn::Type>(&rust);
    let first = match &ty {
        Ok(syn::Type::Path(path)) if path.qself.is_none() && path.path.segments.len() > 1 => {
            path.path.segments[0].ident.to_string()
        }
        _ => String::new(),
    };
    // An unknown type of a known crate is a typing error. The standard library has more types that can be chosen.
    let is_of_known_crate =
        first != "std" && KNOWN.iter().any(|known| known.rust.split_once("::").is_some_and(|(name, _)| name == first));
    if !first.is_empty() && !is_of_known_crate {
        return Ok(rust.trim_start_matches("::").to_owned());
    }
    let all: Vec<String> = KNOWN.iter().map(|known| format!("`{}`", known.rust)).collect();
    let meant = nearest(&rust, KNOWN.iter().map(|known| known.rust)).map(|known| format!("; did you mean `{known}`?"));
    Err(format!(
        "`{rust}` is not a type that the generator knows{}; known are {}, and types of your own by their whole path, as in \
         `crate::money::Money` or `my_types::Money`",
        meant.unwrap_or_default(),
        all.join(", ")
    ))
}

/// The known type with this path.
#[must_use]
pub fn find(rust: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.rust == rust)
}

impl Known {
    /// The Rust type for values of the JSON type `name`; `None` if it cannot represent them.
    #[must_use]
    pub fn for_json(&self, name: &str) -> Option<String> {
        let rust = self.rust;
        let is_decimal = rust.ends_with("Decimal");
        self.json.contains(&name).then(|| match name {
            "number" | "integer" if is_decimal => format!("runtime::NumberOf<{rust}>"),
            "string" if is_decimal => format!("runtime::TextOf<{rust}>"),
            _ => rust.to_owned(),
        })
    }

    /// The JSON types that it can represent, as text.
    #[must_use]
    pub fn json(&self) -> String {
        self.json.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_or_a_full_path_and_anything_else_is_refused() {
        for (written, expected) in [
            ("uuid::Uuid", Ok("uuid::Uuid")),
            ("Number", Ok("runtime::Number")),
            ("chrono::DateTime < chrono::FixedOffset >", Ok("chrono::DateTime<chrono::FixedOffset>")),
            ("crate::money::Money", Ok("crate::money::Money")),
            ("::my_types::Id<my_types::User>", Ok("my_types::Id<my_types::User>")),
            ("std::num::NonZeroU32", Ok("std::num::NonZeroU32")),
            ("uuid::UUID", Err("did you mean `uuid::Uuid`?")),
            ("rust_decimal::Decmal", Err("did you mean `rust_decimal::Decimal`?")),
            ("Money", Err("by their whole path")),
            ("(a::B, c::D)", Err("by their whole path")),
            ("a::b; fn c() {}", Err("by their whole path")),
            ("", Err("by their whole path")),
        ] {
            match (resolve(written), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{written}: {found}"),
                (found, expected) => panic!("{written}: {found:?}, not {expected:?}"),
            }
        }
        let address = find("std::net::Ipv4Addr").unwrap();
        assert_eq!((address.for_json("string").as_deref(), address.for_json("integer")), (Some("std::net::Ipv4Addr"), None));
    }
}
