//! Where a reference leads: into this document, to a file in its folder, or out of reach.

use super::pointer::{Pointer, decode};

/// A place in a file below the document's folder. An empty path stands for the document itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The path, separated by `/`.
    pub file: String,
    /// The JSON pointer within the file.
    pub pointer: String,
}

impl Place {
    /// The name of the object there: the last segment of the pointer, or the name of the file.
    pub fn name(&self) -> String {
        let stem = || file_name(&self.file).split('.').next().unwrap_or_default().to_owned();
        Pointer::parse(&self.pointer).segments().pop().unwrap_or_else(stem)
    }
}

/// The target of `reference`, which is in the file `base`, for the document `main`. `None` for a network address.
///
/// # Errors
/// Returns an error if it leads out of the document's folder.
pub fn locate(base: &str, main: &str, reference: &str) -> Result<Option<Place>, String> {
    let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    if path.contains("://") && !path.starts_with("file:") {
        return Ok(None);
    }
    let file = if path.is_empty() { base.to_owned() } else { join(base, &decode(path))? };
    // A document can refer to itself by its file name.
    let file = if file == file_name(main) { String::new() } else { file };
    Ok(Some(Place { file, pointer: decode(pointer) }))
}

/// Whether the text can contain references to other files. This is a cheap check before parsing.
#[must_use]
pub fn may_refer_elsewhere(text: &str) -> bool {
    let may_map = || text.contains("mapping") && [".yaml", ".yml", ".json"].iter().any(|end| text.contains(end));
    let may_refer = text.split("$ref").skip(1).any(|rest| {
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        !rest.strip_prefix(':').is_some_and(|value| value.trim_start().trim_start_matches(['"', '\'']).starts_with('#'))
    });
    may_refer || may_map()
}

/// The file name of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The name of `file`, beside `main`, in messages.
pub fn shown(main: &str, file: &str) -> String {
    if file.is_empty() { main.to_owned() } else { format!("{}{file}", main.strip_suffix(file_name(main)).unwrap_or_default()) }
}

/// Resolves `path` against the folder of `base`.
fn join(base: &str, path: &str) -> Result<String, String> {
    let outside = || Err(format!("`{path}` leads out of the folder of the document"));
    if path.starts_with('/') || path.contains(['\\', ':', '\0']) {
        return outside();
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return outside(),
            ".." => {}
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Place, locate, shown};

    #[test]
    fn references_stay_below_the_folder_of_the_document() {
        let cases = [
            ("", "#/a", Some(("", "/a"))),
            ("", "b.yaml", Some(("b.yaml", ""))),
            ("", "./s/b.yaml#/x%7B", Some(("s/b.yaml", "/x{"))),
            ("s/b.yaml", "#/a", Some(("s/b.yaml", "/a"))),
            ("s/b.yaml", "c.yaml#/a", Some(("s/c.yaml", "/a"))),
            ("s/b.yaml", "../api.yaml#/a", Some(("", "/a"))),
            ("s/b.yaml", "../../b.yaml", None),
            ("", "../b.yaml", None),
            ("", "s/../../b.yaml", None),
            ("", "%2e%2e/b.yaml", None),
            ("", "/etc/passwd", None),
            ("", "file:///etc/passwd", None),
            ("", "C:/b.yaml", None),
            ("", "..\\b.yaml", None),
        ];
        for (base, reference, expected) in cases {
            let expected = expected.map(|(file, pointer)| Place { file: file.to_owned(), pointer: pointer.to_owned() });
            assert_eq!(locate(base, "spec/api.yaml", reference).ok(), expected.map(Some), "{reference}");
        }
        assert_eq!(locate("", "api.yaml", "https://example.com/a.yaml#/b"), Ok(None));
        assert_eq!(shown("spec/api.yaml", "s/b.yaml"), "spec/s/b.yaml");
    }
}
