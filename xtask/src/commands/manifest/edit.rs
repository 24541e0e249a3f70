//! Edits TOML without losing comments.

use anyhow::Context;
use toml_edit::{Array, InlineTable, Item, TableLike, Value};

/// Returns a dependency as a table. If it is only a version, it becomes a table.
pub fn parts(dependency: &mut Item) -> anyhow::Result<&mut dyn TableLike> {
    if let Some(version) = dependency.as_str().map(Value::from) {
        let mut table = InlineTable::new();
        table.insert("version", version);
        if let Some(value) = dependency.as_value() {
            *table.decor_mut() = value.decor().clone();
        }
        *dependency = Item::Value(table.into());
    }
    dependency.as_table_like_mut().context("a dependency must be a version or a table")
}

/// Sets the version requirement of a dependency.
pub fn set_version(dependency: &mut Item, version: &str) -> anyhow::Result<()> {
    match dependency.as_value_mut() {
        Some(value) if value.is_str() => *value = with_comments_of(value, version),
        _ => set(parts(dependency)?, "version", version),
    }
    Ok(())
}

fn with_comments_of(before: &Value, value: impl Into<Value>) -> Value {
    let mut value = value.into();
    *value.decor_mut() = before.decor().clone();
    value
}

/// Replaces a value, and keeps the comments around it.
pub fn set(table: &mut dyn TableLike, key: &str, value: impl Into<Value>) {
    let value = match table.get(key).and_then(Item::as_value) {
        Some(before) => with_comments_of(before, value),
        None => value.into(),
    };
    table.insert(key, Item::Value(value));
}

/// Appends a string to an array, and creates the array if necessary.
pub fn push(table: &mut dyn TableLike, key: &str, text: &str) -> anyhow::Result<()> {
    let list = table.entry(key).or_insert_with(|| Item::Value(Array::new().into()));
    list.as_array_mut().with_context(|| format!("`{key}` must be an array"))?.push(text);
    Ok(())
}
