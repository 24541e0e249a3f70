//! Sets the body of a call: JSON, a form, or raw bytes.

use super::{Call, InvalidRequest, PartEncoding, Serialization, encode, form_data};
use bytes::Bytes;
use serde::Serialize;

impl Call {
    /// Sets a JSON body.
    #[must_use]
    pub fn body(self, body: Result<impl Serialize, InvalidRequest>) -> Self {
        self.optional_body(body.map(Some))
    }

    /// Sets a JSON body if there is one.
    #[must_use]
    pub fn optional_body(self, body: Result<Option<impl Serialize>, InvalidRequest>) -> Self {
        self.bytes(body.and_then(|body| body.map(|body| json(&body)).transpose()))
    }

    /// Sets a form body. `styles` has the properties with a serialization other than the default; `required` has the names of the
    /// required properties.
    #[must_use]
    pub fn form(self, body: Result<impl Serialize, InvalidRequest>, styles: &[(&str, Serialization)], required: &[&str]) -> Self {
        self.optional_form(body.map(Some), styles, required)
    }

    /// Sets a form body if there is one.
    #[must_use]
    pub fn optional_form(
        self,
        body: Result<Option<impl Serialize>, InvalidRequest>,
        styles: &[(&str, Serialization)],
        required: &[&str],
    ) -> Self {
        self.bytes(body.and_then(|body| body.map(|body| encode::form(&body, styles, required).map(Bytes::from)).transpose()))
    }

    /// Sets a `multipart/form-data` body. `encodings` has the properties whose parts have a media type or a style of their own;
    /// `required` has the names of the required properties.
    #[must_use]
    pub fn form_data(
        self,
        body: Result<impl Serialize, InvalidRequest>,
        encodings: &[(&str, PartEncoding)],
        required: &[&str],
    ) -> Self {
        self.optional_form_data(body.map(Some), encodings, required)
    }

    /// Sets a `multipart/form-data` body if there is one.
    #[must_use]
    pub fn optional_form_data(
        self,
        body: Result<Option<impl Serialize>, InvalidRequest>,
        encodings: &[(&str, PartEncoding)],
        required: &[&str],
    ) -> Self {
        self.with(|call| {
            if let Some(body) = body? {
                let form = form_data::encode(&body, encodings, required)?;
                (call.content_type, call.body) = (Some(form.content_type), Some(form.body));
            }
            Ok(())
        })
    }

    /// Sets a raw body if there is one.
    #[must_use]
    pub fn bytes(self, body: Result<Option<Bytes>, InvalidRequest>) -> Self {
        self.with(|call| {
            call.body = body?;
            Ok(())
        })
    }
}

fn json(body: &impl Serialize) -> Result<Bytes, InvalidRequest> {
    super::finite::check("body", body)?;
    let text = serde_json::to_vec(body);
    text.map(Bytes::from).map_err(|error| InvalidRequest::new(format!("the body cannot be serialized as JSON: {error}")))
}
