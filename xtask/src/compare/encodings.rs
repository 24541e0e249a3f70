//! Compares how the properties of a form are written.

use super::verdicts::Verdict::{self, Major, Patch};
use crate::model::media::{admits, listed};
use crate::model::operations::{Encoding, PartEncoding};

/// The wire and source verdicts of a change of Encoding Objects.
pub fn verdicts(old: Option<&Encoding>, new: Option<&Encoding>) -> [Verdict; 2] {
    match (old, new) {
        (Some(Encoding::FormData(old)), Some(Encoding::FormData(new))) => {
            let names = old.iter().chain(new).map(|(name, _)| name);
            let changes = names.map(|name| part(of(old, name), of(new, name)));
            changes.fold([Patch, Patch], |[wire, source], change| [wire.max(change[0]), source.max(change[1])])
        }
        (Some(Encoding::Form(_)), Some(Encoding::Form(_))) if old == new => [Patch, Patch],
        (_, Some(Encoding::Form(_) | Encoding::FormData(_))) => [Major, Patch],
        _ => [Verdict::Unknown, Patch],
    }
}

fn of<'a>(all: &'a [(String, PartEncoding)], name: &str) -> Option<&'a PartEncoding> {
    all.iter().find(|(own, _)| own == name).map(|(_, encoding)| encoding)
}

/// The verdicts for one property. Clients send what the old document says; code has to set the media type of a file only if the
/// document lists several.
fn part(old: Option<&PartEncoding>, new: Option<&PartEncoding>) -> [Verdict; 2] {
    use PartEncoding::{Json, Listed, Media};
    if old == new {
        return [Patch, Patch];
    }
    let is_sent = |ranges: &str, sent: &str| listed(sent).all(|media| listed(ranges).any(|range| admits(range, media)));
    match (old, new) {
        (Some(Listed(sent)), Some(Listed(ranges) | Media(ranges) | Json(ranges))) if is_sent(ranges, sent) => [Patch, Patch],
        (Some(Media(sent) | Json(sent)), Some(Listed(ranges))) if is_sent(ranges, sent) => [Patch, Major],
        (Some(Listed(_)), Some(Listed(_))) => [Major, Patch],
        (_, Some(Listed(_))) => [Major, Major],
        _ => [Major, Patch],
    }
}
