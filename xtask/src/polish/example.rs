//! An example of a call, made of nothing but names that we checked: it compiles, and nothing of the document runs.

use crate::model::Presence;
use std::collections::BTreeSet;
use syn::{Type, TypePath};

/// The lines of an example that calls `method` with what it requires: setters with their shape and type.
pub fn lines(crate_name: &str, method: &str, required: &[(String, Presence, Type)], texts: &BTreeSet<String>) -> Vec<String> {
    let crate_name = crate_name.replace('-', "_");
    let setters =
        required.iter().filter_map(|(setter, shape, ty)| Some(format!("    .{setter}({})", value(setter, *shape, ty, texts)?)));
    let mut lines = vec![
        "```no_run".to_owned(),
        format!("# async fn example(client: {crate_name}::Client) -> Result<(), Box<dyn std::error::Error>> {{"),
        "let response = client".to_owned(),
        format!("    .{method}()"),
    ];
    lines.extend(setters);
    lines.extend(["    .send()", "    .await?;", "# let _ = response;", "# Ok(())", "# }", "```"].map(str::to_owned));
    lines
}

/// A value that compiles; `None` leaves the setter out, which compiles as well.
fn value(setter: &str, shape: Presence, ty: &Type, texts: &BTreeSet<String>) -> Option<String> {
    if matches!(shape, Presence::RequiredAny | Presence::OptionalAny) {
        return Some("\"any value\"".to_owned());
    }
    let Type::Path(TypePath { path, .. }) = ty else { return None };
    let name = path.segments.last()?.ident.to_string();
    match name.as_str() {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => Some(format!("1{name}")),
        "f32" | "f64" => Some(format!("1.0{name}")),
        "bool" => Some("true".to_owned()),
        _ if name == "String" || texts.contains(&name) => Some(format!("\"{setter}\"")),
        _ => None,
    }
}
