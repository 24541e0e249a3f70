//! The operations of a document.

use super::pointer::Pointer;
use super::walk::METHODS;
use serde_json::Value;

/// An operation of `paths`, with its place.
#[derive(Clone, Debug)]
pub struct OperationAt<'a> {
    /// The pointer, such as `/paths/…/get`.
    pub pointer: Pointer,
    /// The key of the path item, such as `/tasks/{task_id}/run`.
    pub path: &'a str,
    /// The method. Those of 3.1 are in lower case.
    pub method: &'a str,
    /// The Path Item Object that contains it.
    pub item: &'a Value,
    /// The Operation Object.
    pub value: &'a Value,
}

impl<'a> OperationAt<'a> {
    /// The operation id, or method and path if there is none.
    #[must_use]
    pub fn name(&self) -> String {
        let id = self.value.get("operationId").and_then(Value::as_str);
        id.map_or_else(|| format!("{} {}", self.method, self.path), str::to_owned)
    }

    /// The operation id, or method and path in the usual notation.
    #[must_use]
    pub fn label(&self) -> String {
        let id = self.value.get("operationId").and_then(Value::as_str);
        id.map_or_else(|| format!("{} {}", self.method.to_uppercase(), self.path), str::to_owned)
    }

    /// The parameters of the path item and of the operation, with their places.
    pub fn parameters(&self) -> impl Iterator<Item = (Pointer, &'a Value)> {
        let item = self.pointer.parent().unwrap_or_default();
        let lists = [(item, self.item), (self.pointer.clone(), self.value)];
        lists.into_iter().flat_map(|(at, holder)| {
            let list = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
            list.enumerate().map(move |(index, value)| (at.at("parameters").nth(index), value))
        })
    }
}

/// The operations of `paths`, in document order. They include those of 3.2, which are not read further.
pub fn of(document: &Value) -> Vec<OperationAt<'_>> {
    let root = Pointer::default().at("paths");
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-"));
    let mut operations = Vec::new();
    for (path, item) in items {
        let at = root.at(path);
        for (key, value) in item.as_object().into_iter().flatten() {
            match value {
                Value::Object(others) if key == "additionalOperations" => {
                    let pointer = |method: &str| at.at(key).at(method);
                    let others = others.iter();
                    operations.extend(others.map(|(method, value)| OperationAt {
                        pointer: pointer(method),
                        path,
                        method,
                        item,
                        value,
                    }));
                }
                _ if METHODS.contains(&key.as_str()) || key == "query" => {
                    operations.push(OperationAt { pointer: at.at(key), path, method: key, item, value });
                }
                _ => {}
            }
        }
    }
    operations
}
