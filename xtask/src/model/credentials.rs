//! Credentials: for each security scheme, the methods of the client builder and the environment variables.

use super::names::method_name;
use super::security::{Scheme, SchemeKind};
use crate::document::Names;

/// The other methods of the client builder and of sets of credentials, whose names setters of credentials cannot have.
pub const BUILDER_OPTIONS: [&str; 43] = [
    "allow_plain_http",
    "base_url",
    "build",
    "builder",
    "call_timeout",
    "checked_credentials",
    "choose_server",
    "client_id_and_secret",
    "clone",
    "connect_timeout",
    "credential",
    "credential_provider",
    "credential_secret_in_body",
    "credential_token_url",
    "credentials",
    "credentials_by_call",
    "default",
    "from_env",
    "hook",
    "http_client",
    "http_for",
    "into_iter",
    "max_body_bytes",
    "new",
    "proxy",
    "rate_limit",
    "read_timeout",
    "retry",
    "root_certificate",
    "server",
    "server_variable",
    "set",
    "set_client",
    "set_provider",
    "set_secret_in_body",
    "set_token_url",
    "set_user_and_password",
    "timeout",
    "timer",
    "user_agent",
    "user_and_password",
    "with",
    "with_token_options",
];

/// The credential for a security scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub scheme: Scheme,
    pub form: CredentialForm,
    /// The methods that set it. Messages use the first. A client certificate has none.
    pub methods: Vec<String>,
    /// The environment variables to read it from.
    pub variables: Vec<Variable>,
    /// The additional methods for a credential that the client exchanges for an access token.
    pub token: Option<TokenMethods>,
    /// Whether its name is that of a builder option, so that the method has another name.
    pub clashes: bool,
}

/// The methods for access tokens beside those for client id and secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMethods {
    /// The methods that set a given token. Messages use the first.
    pub value: Vec<String>,
    /// Sets the token URL.
    pub url: String,
    /// The method that sends the secret in the body.
    pub secret_in_body: String,
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The complete name, from the overlay.
    Whole(String),
    /// The name without the prefix of the crate.
    Prefixed(String),
}

/// The form of the value that the caller supplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialForm {
    Key,
    UserAndPassword,
    Token,
    /// Client id and secret, which the client exchanges for an access token.
    Client,
    /// The parameters after the name of another HTTP scheme in `Authorization`.
    Parameters,
    /// A client certificate, which is set in the HTTP client.
    Certificate,
}

impl CredentialForm {
    fn of(scheme: &Scheme) -> Option<Self> {
        match &scheme.kind {
            SchemeKind::Key(_) => Some(Self::Key),
            SchemeKind::Http(name) if name.eq_ignore_ascii_case("basic") => Some(Self::UserAndPassword),
            SchemeKind::Http(name) if name.eq_ignore_ascii_case("bearer") => Some(Self::Token),
            SchemeKind::Http(_) => Some(Self::Parameters),
            SchemeKind::OAuth2 if scheme.token_endpoint.is_some() => Some(Self::Client),
            SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => Some(Self::Token),
            SchemeKind::MutualTls => Some(Self::Certificate),
            SchemeKind::Unknown(_) => None,
        }
    }

    /// The short method name, used if no other scheme has this form.
    fn short(self) -> Option<&'static str> {
        match self {
            Self::Key => Some("api_key"),
            Self::UserAndPassword => Some("basic_auth"),
            Self::Token => Some("bearer_token"),
            Self::Client => Some("client_credentials"),
            Self::Parameters | Self::Certificate => None,
        }
    }

    /// The environment variables of a credential with the given method.
    fn variables(self, method: &str) -> Vec<Variable> {
        let shouted = method.trim_end_matches('_').to_ascii_uppercase();
        let all = match self {
            Self::UserAndPassword if Some(method) == self.short() => vec!["USERNAME".to_owned(), "PASSWORD".to_owned()],
            Self::UserAndPassword => vec![format!("{shouted}_USERNAME"), format!("{shouted}_PASSWORD")],
            Self::Client if Some(method) == self.short() => vec!["CLIENT_ID".to_owned(), "CLIENT_SECRET".to_owned()],
            Self::Client => vec![format!("{shouted}_CLIENT_ID"), format!("{shouted}_CLIENT_SECRET")],
            _ => vec![shouted],
        };
        all.into_iter().map(Variable::Prefixed).collect()
    }

    /// The argument names of the method.
    #[must_use]
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Key => &["api_key"],
            Self::UserAndPassword => &["user", "password"],
            Self::Token => &["token"],
            Self::Client => &["client_id", "client_secret"],
            Self::Parameters => &["credentials"],
            Self::Certificate => &[],
        }
    }
}

/// The credentials for `schemes`. Schemes of an unknown kind have none.
#[must_use]
pub fn credentials<'a>(schemes: impl IntoIterator<Item = &'a Scheme>) -> Vec<Credential> {
    let known: Vec<(&Scheme, CredentialForm)> =
        schemes.into_iter().filter_map(|scheme| Some((scheme, CredentialForm::of(scheme)?))).collect();
    let mut taken = taken(&[]);
    let mut all: Vec<Credential> = known.iter().map(|(scheme, form)| named(scheme, *form, &mut taken)).collect();
    let number = |form| known.iter().filter(|(_, other)| *other == form).count();
    for credential in all.iter_mut().filter(|credential| credential.form == CredentialForm::Client) {
        let is_only = number(CredentialForm::Client) == 1;
        credential.token = Some(token_methods(credential, is_only, number(CredentialForm::Token) == 0, &mut taken));
    }
    for credential in &mut all {
        let is_only = number(credential.form) == 1;
        let Some(short) = credential.form.short().filter(|_| is_only && credential.scheme.fact.is_none()) else { continue };
        if !taken.has(short) && !taken.has(&provider_method(short)) {
            taken.take(short);
            taken.take(&provider_method(short));
            credential.methods.insert(0, short.to_owned());
        }
        if credential.methods.first().is_some_and(|method| method == short) {
            credential.variables = credential.form.variables(short);
        }
    }
    all
}

/// The method names that are taken in a builder with these credentials.
#[must_use]
pub fn taken(credentials: &[Credential]) -> Names {
    let mut taken = Names::default();
    for name in BUILDER_OPTIONS {
        taken.take(name);
    }
    for credential in credentials {
        let token = credential.token.iter().flat_map(|token| token.value.iter().chain([&token.url, &token.secret_in_body]));
        for method in credential.methods.iter().chain(token) {
            taken.take(method);
            taken.take(&provider_method(method));
        }
    }
    taken
}

/// The credential under the name of its scheme, or under the name in the overlay.
fn named(scheme: &Scheme, form: CredentialForm, taken: &mut Names) -> Credential {
    let unnamed = |form| Credential {
        scheme: scheme.clone(),
        form,
        methods: Vec::new(),
        variables: Vec::new(),
        token: None,
        clashes: false,
    };
    if form == CredentialForm::Certificate {
        return unnamed(form);
    }
    let wanted = scheme.fact.as_ref().map_or(&scheme.name, |fact| &fact.method);
    let plain = method_name(wanted, &[]);
    let clashes = BUILDER_OPTIONS.contains(&plain.as_str());
    let plain = if clashes { format!("{}_credential", plain.trim_end_matches('_')) } else { plain };
    let mut method = taken.free(&plain);
    while taken.has(&provider_method(&method)) {
        method = taken.free(&plain);
    }
    taken.take(&provider_method(&method));
    let facts = scheme.fact.iter().flat_map(|fact| fact.variables.iter().cloned()).map(Variable::Whole);
    let variables: Vec<Variable> = facts.collect();
    let variables = if variables.len() == form.variables("").len() { variables } else { form.variables(&method) };
    Credential { methods: vec![method], variables, clashes, ..unnamed(form) }
}

/// The additional methods for access tokens. They have short names if the scheme `is_only` one of its form.
fn token_methods(credential: &Credential, is_only: bool, has_no_other_token: bool, taken: &mut Names) -> TokenMethods {
    let own = credential.methods[0].trim_end_matches('_');
    let mut name = |short: &str, long: String| {
        let wanted = if is_only && !taken.has(short) { short } else { &long };
        taken.free(wanted)
    };
    let url = name("token_url", format!("{own}_token_url"));
    let secret_in_body = name("client_secret_in_body", format!("{own}_secret_in_body"));
    let mut value = vec![taken.free(&format!("{own}_token"))];
    let short = CredentialForm::Token.short().filter(|short| is_only && has_no_other_token && !taken.has(short));
    if let Some(short) = short {
        value.insert(0, taken.free(short));
    }
    for method in &value {
        taken.take(&provider_method(method));
    }
    TokenMethods { value, url, secret_in_body }
}

/// The name of the method that sets a provider instead of a value.
#[must_use]
pub fn provider_method(method: &str) -> String {
    format!("{}_provider", method.trim_end_matches('_'))
}

/// The credentials that `Client::new` takes: those of the first alternative that needs any.
#[must_use]
pub fn first<'a>(credentials: &'a [Credential], alternatives: &[Vec<String>]) -> Vec<&'a Credential> {
    let first = alternatives.iter().find(|alternative| !alternative.is_empty());
    let of = |name: &String| credentials.iter().find(|credential| credential.scheme.name == *name);
    first.into_iter().flatten().filter_map(of).filter(|credential| !credential.methods.is_empty()).collect()
}

/// The methods that code can call to create a client, with their numbers of arguments.
#[must_use]
pub fn signatures(credentials: &[Credential], alternatives: &[Vec<String>]) -> Vec<(String, usize)> {
    let count = |credential: &Credential| credential.form.arguments().len();
    let methods = credentials.iter().flat_map(|credential| {
        let own = credential.methods.iter().map(|method| (method.clone(), count(credential)));
        let token = credential.token.iter().flat_map(|token| {
            let value = token.value.iter().map(|method| (method.clone(), 1));
            value.chain([(token.url.clone(), 1), (token.secret_in_body.clone(), 0)])
        });
        own.chain(token).map(|(method, arguments)| (format!("ClientBuilder::{method}"), arguments)).collect::<Vec<_>>()
    });
    let new = first(credentials, alternatives).into_iter().map(count).sum();
    methods.chain([("Client::new".to_owned(), new)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::security::schemes;
    use super::*;
    use serde_json::{Value, json};

    fn names(declared: &Value) -> Vec<String> {
        let schemes = schemes(&json!({ "components": { "securitySchemes": declared } }));
        let text = |variable: &Variable| match variable {
            Variable::Whole(name) => name.clone(),
            Variable::Prefixed(name) => format!("_{name}"),
        };
        let line = |credential: Credential| {
            let variables: Vec<String> = credential.variables.iter().map(text).collect();
            let token =
                credential.token.map(|token| format!(": {} {} {}", token.value.join(" "), token.url, token.secret_in_body));
            format!("{} {}{}", credential.methods.join(" "), variables.join(" "), token.unwrap_or_default())
        };
        credentials(schemes.values()).into_iter().map(line).collect()
    }

    #[test]
    fn a_credential_has_a_short_name_if_it_is_the_only_one_of_its_kind() {
        let key = |name: &str| json!({ "type": "apiKey", "in": "header", "name": name });
        let (basic, bearer) = (json!({ "type": "http", "scheme": "basic" }), json!({ "type": "http", "scheme": "bearer" }));
        let client = json!({ "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": "/token", "scopes": {} } } });
        for (declared, expected) in [
            (json!({ "appId": key("a") }), vec!["api_key app_id _API_KEY"]),
            (json!({ "a": key("a"), "b": key("b") }), vec!["a _A", "b _B"]),
            (json!({ "u": basic, "t": bearer }), vec!["basic_auth u _USERNAME _PASSWORD", "bearer_token t _BEARER_TOKEN"]),
            (json!({ "u": basic, "v": basic }), vec!["u _U_USERNAME _U_PASSWORD", "v _V_USERNAME _V_PASSWORD"]),
            (json!({ "api_key": key("a") }), vec!["api_key _API_KEY"]),
            (
                json!({ "timeout": key("a"), "x": bearer }),
                vec!["api_key timeout_credential _API_KEY", "bearer_token x _BEARER_TOKEN"],
            ),
            (json!({ "a b": key("a"), "a-b": key("b") }), vec!["a_b _A_B", "a_b2 _A_B2"]),
            (json!({ "a": key("a"), "a_provider": key("b") }), vec!["a _A", "a_provider2 _A_PROVIDER2"]),
            (json!({ "bearer_token": key("a"), "t": bearer }), vec!["api_key bearer_token _API_KEY", "t _T"]),
            (json!({ "tls": { "type": "mutualTLS" } }), vec![" "]),
            (
                json!({ "login": client }),
                vec![
                    "client_credentials login _CLIENT_ID _CLIENT_SECRET: bearer_token login_token token_url client_secret_in_body",
                ],
            ),
            (
                json!({ "login": client, "t": bearer }),
                vec![
                    "client_credentials login _CLIENT_ID _CLIENT_SECRET: login_token token_url client_secret_in_body",
                    "bearer_token t _BEARER_TOKEN",
                ],
            ),
            (
                json!({ "a": client, "b": client }),
                vec![
                    "a _A_CLIENT_ID _A_CLIENT_SECRET: a_token a_token_url a_secret_in_body",
                    "b _B_CLIENT_ID _B_CLIENT_SECRET: b_token b_token_url b_secret_in_body",
                ],
            ),
            (json!({ "odd": { "type": "odd" } }), vec![]),
        ] {
            assert_eq!(names(&declared), expected, "{declared}");
        }
    }

    #[test]
    fn the_overlay_sets_the_names_of_method_and_variable() {
        let scheme = json!({ "type": "http", "scheme": "bearer",
            "x-credential": { "method": "api_key", "variables": ["ACME_KEY"] } });
        assert_eq!(names(&json!({ "BearerAuth": scheme })), ["api_key ACME_KEY"]);
    }
}
