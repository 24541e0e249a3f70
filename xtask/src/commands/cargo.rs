//! Starts cargo from a program that cargo itself has started.

use std::process::Command;

/// The prefixes of the variables that cargo sets for the programs that it runs.
const PREFIXES: [&str; 3] = ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_"];

/// The cargo that started this program, with the environment that it would have in a shell. Build scripts such as ring's read
/// `CARGO_PKG_…`: if these differ from the last build, cargo compiles ring, rustls and all that depends on them again.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| PREFIXES.iter().any(|start| name.starts_with(start))) {
            command.env_remove(name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn cargo_does_not_see_the_package_of_the_program_that_starts_it() {
        let command = command();
        let removed = |name: &str| command.get_envs().any(|(known, value)| known == name && value.is_none());
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert_eq!(removed(name), std::env::var_os(name).is_some(), "{name}");
        }
    }
}
