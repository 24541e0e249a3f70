//! Servers of the document, and the variables of their URLs.

/// A server of the document.
#[derive(Debug)]
#[doc(hidden)]
pub struct Server {
    /// Where the document has it, as a JSON pointer.
    pub pointer: &'static str,
    /// With its variables in braces, without a slash at the end.
    pub url: &'static str,
    /// Its name and its description, by which it can be chosen.
    pub names: &'static [&'static str],
    /// The variables that its URL has.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server's URL.
#[derive(Debug)]
#[doc(hidden)]
pub struct ServerVariable {
    /// Its name in the URL.
    pub name: &'static str,
    /// The method of `ClientBuilder` that sets it.
    pub set_by: &'static str,
    /// Its value where the caller sets none.
    pub default: Option<&'static str>,
    /// The values that it may have; none where any will do.
    pub values: &'static [&'static str],
}

impl Server {
    /// The URL with `values`, and with the defaults of the variables that have none among them.
    ///
    /// # Errors
    ///
    /// Which variable has no value, or one that it must not have.
    pub(crate) fn filled(&self, values: &[(&str, String)]) -> Result<String, String> {
        let host = self.host();
        let mut url = self.url.to_owned();
        for variable in self.variables {
            let set = values.iter().find(|(name, _)| *name == variable.name).map(|(_, value)| value.as_str());
            let problem = |text: &str| Err(format!("`{}`, a variable of the server {}, {text}", variable.set_by, self.url));
            let Some(value) = set.or(variable.default) else { return problem("has no default: set it") };
            let braced = format!("{{{}}}", variable.name);
            if set.is_some() && !variable.values.is_empty() && !variable.values.contains(&value) {
                return problem(&format!("must be one of {}", variable.values.join(", ")));
            }
            if value.contains(['?', '#', '\\']) || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return problem("holds `?`, `#`, `\\` or a blank");
            }
            if host.contains(&braced) && (value.is_empty() || value.contains(['/', '@', '%'])) {
                return problem("is part of the host, so that it cannot be empty or hold `/`, `@` or `%`");
            }
            if value.split('/').any(|segment| [".", ".."].contains(&segment)) {
                return problem("holds a segment of dots");
            }
            url = url.replace(&braced, value);
        }
        Ok(url)
    }

    /// Scheme and host.
    fn host(&self) -> &'static str {
        let start = self.url.find("://").map_or(0, |scheme| scheme + 3);
        let end = self.url[start..].find('/').map_or(self.url.len(), |slash| start + slash);
        &self.url[..end]
    }

    /// Whether it has no host, and the place of the document is not known.
    pub(crate) fn is_relative(&self) -> bool {
        !self.url.contains("://")
    }

    /// How it can be chosen: by its name or description, or by its URL.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|own| own.trim().eq_ignore_ascii_case(name.trim())) || self.url == name.trim_end_matches('/')
    }

    /// The shortest way to choose it, for messages.
    pub(crate) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or(self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SERVER: Server = Server {
        pointer: "/servers/0",
        url: "https://{tenant}.example.com:{port}/{path}",
        names: &["Production"],
        variables: &[
            ServerVariable { name: "tenant", set_by: "tenant", default: Some("demo"), values: &[] },
            ServerVariable { name: "port", set_by: "port_variable", default: Some("8443"), values: &["443", "8443"] },
            ServerVariable { name: "path", set_by: "path", default: Some("v2"), values: &[] },
        ],
    };

    #[test]
    fn variables_have_their_defaults_or_the_values_that_are_set() {
        let filled = |values: &[(&str, &str)]| {
            let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            SERVER.filled(&values)
        };
        assert_eq!(filled(&[]).as_deref(), Ok("https://demo.example.com:8443/v2"));
        assert_eq!(filled(&[("tenant", "acme"), ("port", "443")]).as_deref(), Ok("https://acme.example.com:443/v2"));
        assert_eq!(filled(&[("path", "a/b")]).as_deref(), Ok("https://demo.example.com:8443/a/b"));
        for (name, value, expected) in [
            (
                "port",
                "80",
                "`port_variable`, a variable of the server https://{tenant}.example.com:{port}/{path}, must be one of 443, 8443",
            ),
            ("tenant", "evil.example/", "is part of the host"),
            ("tenant", "me@evil.example", "is part of the host"),
            ("tenant", "evil.example?", "holds `?`"),
            ("tenant", "evil.example#", "holds `?`"),
            ("tenant", "evil.example\\", "holds `?`"),
            ("tenant", "evil.example%2f", "is part of the host"),
            ("tenant", "a b", "holds `?`"),
            ("tenant", "", "is part of the host"),
            ("path", "../admin", "a segment of dots"),
        ] {
            let refused = filled(&[(name, value)]).unwrap_err();
            assert!(refused.contains(expected), "{name}={value}: {refused}");
        }
    }
}
