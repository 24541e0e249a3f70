//! The methods of the client that set the variables of servers.

use super::credentials::{Credential, taken};
use super::names::method_name;
use super::servers::{Server, ServerVariable};

/// The method that sets a variable of servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSetter {
    pub method: String,
    /// The variable, as the first server that has it declares it.
    pub variable: ServerVariable,
    /// The server that has it.
    pub url: String,
}

/// The methods that set the variables of `servers`; `clash` is told which could not have the name of its variable.
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
