//! The client methods that set variables of server URLs.

use super::credentials::{Credential, taken};
use super::names::method_name;
use super::servers::{Server, ServerVariable};

/// A method that sets a variable of server URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSetter {
    pub method: String,
    /// The variable, as the first server with it declares it.
    pub variable: ServerVariable,
    /// The URL of that server.
    pub url: String,
}

/// The methods for the variables of `servers`. `clash` is called for each variable whose name is taken.
pub fn setters<'a>(
    servers: impl Iterator<Item = &'a Server>,
    credentials: &[Credential],
    clash: &mut impl FnMut(&Server, &ServerVariable, &str),
) -> Vec<ServerSetter> {
    let mut taken = taken(credentials);
    let mut setters: Vec<ServerSetter> = Vec::new();
    for server in servers {
        for variable in &server.variables {
            if setters.iter().any(|known| known.variable.name == variable.name) {
                continue;
            }
            let plain = method_name(&variable.name, &[]);
            let clashes = taken.has(&plain);
            let wanted = if clashes { format!("{}_variable", plain.trim_end_matches('_')) } else { plain };
            let method = taken.free(&wanted);
            if clashes {
                clash(server, variable, &method);
            }
            setters.push(ServerSetter { method, variable: variable.clone(), url: server.url.clone() });
        }
    }
    setters
}
