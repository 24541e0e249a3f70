//! Fingerprints of inputs and of contents: std only, because build scripts of API crates compile this file too.

/// A fingerprint of named texts, the same on every platform: FNV-1a of 64 bits over texts whose lines end in LF.
///
/// It has to notice changes, not to withstand an attacker: whoever can change the inputs can change the code.
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

/// The packages whose version decides what the generated code looks like, as Cargo.lock has them.
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

/// The table of a Cargo.toml that says what the crate is made from.
pub const SETTINGS: &str = "package.metadata.openapi";

/// The lines of that table, without those that only comment.
fn settings(manifest: &str) -> impl Iterator<Item = &str> {
    let lines = manifest.lines().map(str::trim);
    let lines = lines.skip_while(|line| line.trim_matches(['[', ']']).trim() != SETTINGS).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('[') || line.starts_with("[package.metadata.openapi."));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A setting that is one string in one line, as the xtask asks for.
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

/// The settings that decide what the generated code looks like: all but those that say where something stands in the
/// workspace.
#[must_use]
pub fn shaping_settings(manifest: &str) -> String {
    let places = ["document", "overlay", "selection", "demo", "own-runtime"];
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_owned()).unwrap_or_default();
    settings(manifest).filter(|line| !places.contains(&key(line).as_str())).collect::<Vec<_>>().join("\n")
}

/// The fingerprint of everything that generated code depends on.
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
    // A crate without such settings is made of as much as before there were any.
    let inputs: Vec<(&str, &str)> = inputs.into_iter().filter(|(name, text)| *name != "settings" || !text.is_empty()).collect();
    fingerprint(&inputs)
}

/// The value behind `label` in the header of a generated file.
#[must_use]
pub fn in_header<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    // From the end: the title of the document, which stands in the same line, may hold the label too.
    let header = text.lines().nth(2)?.rsplit_once(label)?.1;
    header.split_once('.').map(|(value, _)| value.trim())
}
