//! Fingerprints of inputs and of contents: std only, because the build script of deck-api compiles this file too.

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

/// The fingerprint of everything that generated code depends on.
#[must_use]
pub fn of_inputs(published: &str, overlay: &str, selection: &str, lock: &str) -> String {
    fingerprint(&[
        ("published", published),
        ("overlay", overlay),
        ("selection", selection),
        ("generators", &locked_generators(lock)),
    ])
}

/// The value behind `label` in the header of a generated file.
#[must_use]
pub fn in_header<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    // From the end: the title of the document, which stands in the same line, may hold the label too.
    let header = text.lines().nth(2)?.rsplit_once(label)?.1;
    header.split_once('.').map(|(value, _)| value.trim())
}
