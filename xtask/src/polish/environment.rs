//! The names of environment variables.

use crate::model::credentials::{Credential, Variable};
use heck::ToShoutySnakeCase;

/// The prefix of environment variables: `acme-api` reads `ACME_BASE_URL`, not `ACME_API_BASE_URL`.
pub fn env_prefix(crate_name: &str) -> String {
    let shouted = crate_name.to_shouty_snake_case();
    shouted.strip_suffix("_API").unwrap_or(&shouted).to_owned()
}

/// The environment variables of a credential.
pub fn variables(credential: &Credential, prefix: &str) -> Vec<String> {
    let name = |variable: &Variable| match variable {
        Variable::Whole(name) => name.clone(),
        Variable::Prefixed(name) => format!("{prefix}_{name}"),
    };
    credential.variables.iter().map(name).collect()
}
