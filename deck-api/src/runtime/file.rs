//! Files, which are parts of a `multipart/form-data` body.

use super::text::inline_schema;
use super::{InvalidRequest, random};
use bytes::Bytes;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use std::cell::RefCell;
use std::fmt;

/// A file that is sent as a part of a form: its content, its name and its media type.
///
/// ```text
/// let photo = File::new(std::fs::read("photo.png")?).with_name("photo.png").with_content_type("image/png");
/// client.add_photo().photo(photo).send().await?;
/// ```
///
/// Setters also accept the content alone, as in `.photo(std::fs::read("photo.png")?)`. Without a name, the name of the property
/// is sent as the name of the file, because many servers treat a part without a file name as text. Without a media type, the one in
/// the document is sent, or else `application/octet-stream`.
///
/// The content is kept in memory, so that the call can be retried.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    content: Bytes,
    name: Option<String>,
    content_type: Option<String>,
}

impl File {
    /// Creates a file with this content.
    #[must_use]
    pub fn new(content: impl Into<Bytes>) -> Self {
        Self { content: content.into(), name: None, content_type: None }
    }

    /// Sets the name of the file, such as `photo.png`.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Sets the media type of the file, such as `image/png`.
    #[must_use]
    pub fn with_content_type(self, content_type: impl Into<String>) -> Self {
        Self { content_type: Some(content_type.into()), ..self }
    }

    /// Returns the content.
    #[must_use]
    pub fn content(&self) -> &Bytes {
        &self.content
    }

    /// Returns the name of the file, if it is set.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the media type of the file, if it is set.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

impl From<Bytes> for File {
    fn from(content: Bytes) -> Self {
        Self::new(content)
    }
}

impl From<Vec<u8>> for File {
    fn from(content: Vec<u8>) -> Self {
        Self::new(content)
    }
}

/// Omits the content, because it may be sensitive.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut file = f.debug_struct("File");
        file.field("name", &self.name).field("content_type", &self.content_type).field("bytes", &self.content.len()).finish()
    }
}

/// The files that were serialized, each with a placeholder.
pub(super) struct Files {
    /// The start of each placeholder: a random key, which no other text contains.
    key: String,
    files: Vec<File>,
}

thread_local! {
    /// The files of the form that is being serialized on this thread.
    static COLLECTED: RefCell<Option<Files>> = const { RefCell::new(None) };
}

/// Ends the collection, even after a panic.
struct Collection;

impl Drop for Collection {
    fn drop(&mut self) {
        COLLECTED.take();
    }
}

/// Serializes a value with `serialize`. The result has placeholders for files, which [`Files::get`] resolves.
pub(super) fn collect<T>(serialize: impl FnOnce() -> Result<T, InvalidRequest>) -> Result<(T, Files), InvalidRequest> {
    let key = random::key()?;
    COLLECTED.set(Some(Files { key: key.clone(), files: Vec::new() }));
    let _collection = Collection;
    let value = serialize()?;
    Ok((value, COLLECTED.take().unwrap_or(Files { key, files: Vec::new() })))
}

impl Files {
    /// Adds a file, and returns its placeholder.
    fn add(&mut self, file: &File) -> String {
        self.files.push(file.clone());
        format!("{}{}", self.key, self.files.len() - 1)
    }

    /// Returns the file with this placeholder.
    pub(super) fn get(&self, text: &str) -> Option<&File> {
        self.files.get(text.strip_prefix(&self.key)?.parse::<usize>().ok()?)
    }

    /// Returns whether a text contains a placeholder.
    pub(super) fn are_in(&self, text: &str) -> bool {
        !self.files.is_empty() && text.contains(&self.key)
    }
}

/// In a form, a file is bytes. Elsewhere it is a string, if its content is UTF-8.
impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = COLLECTED.with_borrow_mut(|files| files.as_mut().map(|files| files.add(self))) {
            return serializer.serialize_str(&text);
        }
        let text = std::str::from_utf8(&self.content);
        let text = text.map_err(|_| S::Error::custom("a file whose content is not UTF-8 can only be a part of a form"))?;
        serializer.serialize_str(text)
    }
}

impl<'de> Deserialize<'de> for File {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

inline_schema!(File: "File", schemars::json_schema!({ "type": "string", "format": "binary" }));
