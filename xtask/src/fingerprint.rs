//! Fingerprints of inputs and of generated code. This file uses only std, because the build scripts of API crates compile it
//! too.

/// The FNV-1a fingerprint (64 bits) of named texts. Line ends count as LF, so that it is the same on every platform.
///
/// It detects changes, and does not resist attackers: whoever can change the inputs can also change the code.
#[must_use]
pub fn fingerprint(parts: &[(&str, &str)]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (name, text) in parts {
        let text = text.replace("\r\n", "\n");
        feed(name.as_bytes());
        feed(&(text.len() as u64).to_le_bytes());
        feed(text.as_bytes());
    }
    format!("{hash:016x}")
}

/// The versions of the packages in Cargo.lock that affect the generated code.
#[must_use]
pub fn locked_generators(lock: &str) -> String {
    let mut versions = Vec::new();
    let mut name = "";
    for line in lock.lines() {
        let value = |key: &str| line.strip_prefix(key).map(|rest| rest.trim_matches('"'));
        if let Some(found) = value("name = ") {
            name = found;
        } else if let Some(version) = value("version = ")
            && ["prettyplease", "progenitor", "typify"].contains(&name)
        {
            versions.push(format!("{name} {version}"));
        }
    }
    versions.join("\n")
}

/// The table of Cargo.toml that holds the settings of an API crate.
pub const SETTINGS: &str = "package.metadata.openapi";

/// The lines of that table, without comments and blank lines.
fn settings(manifest: &str) -> impl Iterator<Item = &str> {
    let lines = manifest.lines().map(str::trim);
    let lines = lines.skip_while(|line| line.trim_matches(['[', ']']).trim() != SETTINGS).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('[') || line.starts_with("[package.metadata.openapi."));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The value of a setting that is a string on a single line. The xtask checks that it is.
#[must_use]
pub fn setting<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    settings(manifest).find_map(|line| {
        let (found, value) = line.split_once('=')?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
        let value = value[1..].split(quote).next().filter(|_| found.trim() == key)?;
        (!value.is_empty()).then_some(value)
    })
}

/// The settings that affect the generated code: all except those that name files or packages of the workspace.
#[must_use]
pub fn shaping_settings(manifest: &str) -> String {
    let places = ["document", "overlay", "selection", "demo", "own-runtime"];
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_owned()).unwrap_or_default();
    settings(manifest).filter(|line| !places.contains(&key(line).as_str())).collect::<Vec<_>>().join("\n")
}

/// The fingerprint of everything that affects the generated code.
#[must_use]
pub fn of_inputs(published: &str, overlay: &str, selection: &str, settings: &str, lock: &str) -> String {
    let generators = locked_generators(lock);
    let inputs = [
        ("published", published),
        ("overlay", overlay),
        ("selection", selection),
        ("settings", settings),
        ("generators", &generators),
    ];
    // Without such settings, the fingerprint stays what it was before they existed.
    let inputs: Vec<(&str, &str)> = inputs.into_iter().filter(|(name, text)| *name != "settings" || !text.is_empty()).collect();
    fingerprint(&inputs)
}

/// The value after `label` in the header of a generated file.
#[must_use]
pub fn in_header<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    // The same line contains the title of the document, which may contain the label as well. So the last occurrence counts.
    let header = text.lines().nth(2)?.rsplit_once(label)?.1;
    header.split_once('.').map(|(value, _)| value.trim())
}
