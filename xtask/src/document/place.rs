//! Where a reference leads: into this document, into a file beside it, or out of reach.

use super::pointer::{Pointer, decode};

/// A place in a file below the document's folder; the document itself is the empty path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The path, with `/` between its parts.
    pub file: String,
    /// The JSON pointer within the file.
    pub pointer: String,
}

impl Place {
    /// The name of what stands there: the last word of the pointer, or that of the file.
    pub fn name(&self) -> String {
        let stem = || file_name(&self.file).split('.').next().unwrap_or_default().to_owned();
        Pointer::parse(&self.pointer).segments().pop().unwrap_or_else(stem)
    }
}

/// Where `reference` leads that stands in the file `base`, where the document is `main`. None for a network address.
///
/// # Errors
/// Returns an error if it leads out of the document's folder.
pub fn locate(base: &str, main: &str, reference: &str) -> Result<Option<Place>, String> {
    let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    if path.contains("://") && !path.starts_with("file:") {
        return Ok(None);
    }
    let file = if path.is_empty() { base.to_owned() } else { join(base, &decode(path))? };
    // The document by its own name is the document.
    let file = if file == file_name(main) { String::new() } else { file };
    Ok(Some(Place { file, pointer: decode(pointer) }))
}

/// Whether the text of a document may refer to other files; where it does not, nobody need look further.
#[must_use]
pub fn may_refer_elsewhere(text: &str) -> bool {
    let may_map = || text.contains("mapping") && [".yaml", ".yml", ".json"].iter().any(|end| text.contains(end));
    let may_refer = text.split("$ref").skip(1).any(|rest| {
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        !rest.strip_prefix(':').is_some_and(|value| value.trim_start().trim_start_matches(['"', '\'']).starts_with('#'))
    });
    may_refer || may_map()
}

/// The name of a file without its folder.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The name of a file beside `main` in messages.
pub fn shown(main: &str, file: &str) -> String {
    if file.is_empty() { main.to_owned() } else { format!("{}{file}", main.strip_suffix(file_name(main)).unwrap_or_default()) }
}

/// The path that `path` means in the folder of `base`.
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
    fn references_lead_to_places_below_the_folder_of_the_document_or_nowhere() {
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
