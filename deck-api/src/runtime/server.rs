//! The servers of the document, and the variables of their URLs.

/// A server of the document.
#[derive(Debug)]
#[doc(hidden)]
pub struct Server {
    /// JSON pointer to the server in the document.
    pub pointer: &'static str,
    /// The URL, with variables in braces and without a trailing slash.
    pub url: &'static str,
    /// The name and the description of the server, by which it can be chosen.
    pub names: &'static [&'static str],
    /// The variables of the URL.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server's URL.
#[derive(Debug)]
#[doc(hidden)]
pub struct ServerVariable {
    /// The name in the URL.
    pub name: &'static str,
    /// The method of `ClientBuilder` that sets it.
    pub set_by: &'static str,
    /// The default value.
    pub default: Option<&'static str>,
    /// The allowed values; empty if any value is allowed.
    pub values: &'static [&'static str],
}

impl Server {
    /// Returns the URL with `values` filled in, and the defaults of all other variables.
    ///
    /// # Errors
    ///
    /// Returns an error that names the variable if it has no value or a value that is not allowed.
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
            // A brace could become another variable, whose value is checked for another place.
            if value.contains(['?', '#', '\\', '{', '}']) || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return problem("contains `?`, `#`, `\\`, a brace or whitespace");
            }
            if host.contains(&braced) && (value.is_empty() || value.contains(['/', '@', '%'])) {
                return problem("is part of the host, so it must not be empty or contain `/`, `@` or `%`");
            }
            if value.split('/').any(|segment| [".", ".."].contains(&segment)) {
                return problem("contains a `.` or `..` segment");
            }
            url = url.replace(&braced, value);
        }
        Ok(url)
    }

    /// Returns the scheme and the host.
    fn host(&self) -> &'static str {
        let start = self.url.find("://").map_or(0, |scheme| scheme + 3);
        let end = self.url[start..].find('/').map_or(self.url.len(), |slash| start + slash);
        &self.url[..end]
    }

    /// Returns whether the URL is relative and could not be resolved, because the URL of the document is not known.
    pub(crate) fn is_relative(&self) -> bool {
        !self.url.contains("://")
    }

    /// Returns whether `name` is the name, the description or the URL of the server.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|own| own.trim().eq_ignore_ascii_case(name.trim())) || self.url == name.trim_end_matches('/')
    }

    /// Returns the shortest text that chooses the server, for messages.
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
            ("tenant", "evil.example?", "contains `?`"),
            ("tenant", "evil.example#", "contains `?`"),
            ("tenant", "evil.example\\", "contains `?`"),
            ("tenant", "evil.example%2f", "is part of the host"),
            ("tenant", "a b", "contains `?`"),
            ("tenant", "{path}", "a brace"),
            ("tenant", "", "is part of the host"),
            ("path", "../admin", "a `.` or `..` segment"),
        ] {
            let refused = filled(&[(name, value)]).unwrap_err();
            assert!(refused.contains(expected), "{name}={value}: {refused}");
        }
    }
}
