//! Reads `oneOf` and `anyOf`: null becomes `nullable`, alternatives with the same type in Rust are merged, and the rest is a
//! union.

use super::reader::Reader;
use super::schema::{Branch, KnownStrings, Schema, SchemaKind};
use crate::account::Loss;
use crate::document::inheritance::only_component;
use crate::document::keywords::only_requires;
use crate::document::pointer::Pointer;
use crate::model::Scalar;
use crate::model::names::type_name;
use crate::model::types::Bytes;
use indexmap::IndexSet;
use serde_json::Value;

/// The maximum number of alternatives. Larger enums are unreadable and slow to compile.
const MAX_ALTERNATIVES: usize = 1_000;

impl<'d> Reader<'_, 'd> {
    /// The union of the `branches` of `key` in the schema at `at`. `base` is the kind of the schema beside it.
    pub(super) fn union(
        &mut self,
        at: &Pointer,
        (key, branches): (&str, &'d [Value]),
        discriminator: Option<&'d Value>,
        base: &SchemaKind<'d>,
    ) -> Schema<'d> {
        let at = &at.at(key);
        let mut read = Vec::new();
        let branches = self.expanded(at, branches, discriminator);
        let targets: Vec<Option<String>> = branches.iter().map(|(_, schema)| only_component(schema)).collect();
        let discriminator = self.discriminator(at, discriminator, &targets);
        let beside = matches!(base, SchemaKind::Object(_) | SchemaKind::Map(_))
            || branches.iter().all(|(_, schema)| only_requires(schema));
        let mut bare = None;
        for ((at, schema), target) in branches.into_iter().zip(targets) {
            // Such an alternative only requires properties. It has no fields: a value of it is one of the schema around it.
            if beside && only_requires(schema) {
                self.account.note(&at, Loss::Validation, "is left to the server to check");
                let schema = Schema::of(SchemaKind::Map(None));
                let origins = vec![at.clone()];
                bare.get_or_insert(Branch { at, origins, label: None, tag: None, is_any_of: key == "anyOf", schema });
                continue;
            }
            let title = schema.get("title").and_then(Value::as_str).map(type_name);
            let schema = self.read(&at, schema);
            let tag = discriminator.and_then(|discriminator| self.tag(discriminator, target.as_deref()?));
            let origin =
                target.as_ref().map_or_else(|| at.clone(), |target| self.origin(target, &self.pointer(target)).pointer());
            // A title beside a reference names the alternative.
            let label = title.or(target);
            read.push(Branch { at, origins: vec![origin], label, tag, is_any_of: key == "anyOf", schema });
        }
        if !read.is_empty() {
            read.extend(bare);
        }
        let nullable = read.iter().any(|branch| branch.schema.nullable || branch.schema.kind == SchemaKind::Null);
        read.retain(|branch| branch.schema.kind != SchemaKind::Null);
        for branch in &mut read {
            branch.schema.nullable = false;
        }
        if read.is_empty() {
            return Schema { nullable, ..Schema::of(if nullable { SchemaKind::Null } else { SchemaKind::Any }) };
        }
        // The annotations of a single alternative are kept.
        if let [only] = read.as_slice() {
            return Schema { nullable, ..only.schema.clone() };
        }
        Schema { nullable, ..Schema::of(self.simplified(at, read)) }
    }

    /// Simplifies a union: flattens it, resolves aliases and merges alternatives.
    pub(super) fn simplified(&mut self, at: &Pointer, branches: Vec<Branch<'d>>) -> SchemaKind<'d> {
        let branches: Vec<Branch<'_>> = spliced(branches).into_iter().map(|branch| self.without_alias(branch)).collect();
        if branches.iter().any(|branch| branch.schema.kind.is_any()) {
            self.account.note(at, Loss::Widened, "one of the alternatives is any JSON, and so is the whole");
            let is_flat = branches.iter().all(|branch| branch.schema.kind.is_flat());
            return if is_flat { SchemaKind::Any } else { SchemaKind::Json };
        }
        let texts = branches.iter().filter(|branch| branch.schema.kind.is_text());
        let (bytes, others): (Vec<_>, Vec<_>) = texts.partition(|branch| branch.schema.annotations.bytes == Some(Bytes::Unknown));
        if !bytes.is_empty() && !others.is_empty() {
            let text = "bytes or another string become a string: in a form, it is sent as text, not as a file";
            self.account.note(at, Loss::Widened, text);
        }
        let branches = self.merged(at, branches, SchemaKind::is_text, Self::text_of);
        let branches = self.merged(at, branches, SchemaKind::is_number, Self::number_of);
        if branches.len() > MAX_ALTERNATIVES {
            self.account.note(at, Loss::Widened, format!("{} alternatives are too many for an enum: any JSON", branches.len()));
            return SchemaKind::Json;
        }
        let mut left: Vec<Branch<'_>> = Vec::new();
        for branch in branches {
            // Equal alternatives are merged, unless their tags tell them apart.
            match left.iter_mut().find(|own| own.schema.kind == branch.schema.kind && !self.have_own_tags(own, &branch)) {
                Some(own) => {
                    own.origins.extend(branch.origins);
                    match (&mut own.tag, branch.tag) {
                        (Some(tag), Some(more)) => tag.values.extend(more.values),
                        (tag, _) => *tag = None,
                    }
                }
                None => left.push(branch),
            }
        }
        match <[Branch<'_>; 1]>::try_from(left) {
            Ok([only]) => only.schema.kind,
            Err(left) => SchemaKind::Union(left),
        }
    }

    /// Whether two alternatives of the same kind have different discriminator values that this kind accepts.
    fn have_own_tags(&mut self, one: &Branch<'d>, other: &Branch<'d>) -> bool {
        let Some((own, others)) = one.tag.as_ref().zip(other.tag.as_ref()) else { return false };
        let listed = self.listed_values(&one.schema.kind, &own.property);
        let admits = |value: &String| listed.as_ref().is_none_or(|listed| listed.contains(value));
        own.property == others.property
            && !own.values.iter().any(|value| others.values.contains(value))
            && own.values.iter().chain(&others.values).all(admits)
    }

    /// Resolves aliases, since an alias is not a different alternative.
    fn without_alias(&mut self, mut branch: Branch<'d>) -> Branch<'d> {
        for _ in 0..64 {
            let Some(target) = self.alias(&branch.schema.kind) else { break };
            branch.schema.kind = target;
        }
        branch
    }

    /// Merges all alternatives that satisfy `is_sort` into one.
    fn merged(
        &mut self,
        at: &Pointer,
        branches: Vec<Branch<'d>>,
        is_sort: fn(&SchemaKind<'d>) -> bool,
        merge: fn(&mut Self, Vec<SchemaKind<'d>>) -> SchemaKind<'d>,
    ) -> Vec<Branch<'d>> {
        let sort: Vec<bool> = branches.iter().map(|branch| is_sort(&self.resolved(&branch.schema.kind))).collect();
        if sort.iter().filter(|is| **is).count() < 2 {
            return branches;
        }
        let kinds: Vec<SchemaKind<'_>> =
            branches.iter().zip(&sort).filter(|(_, is)| **is).map(|(branch, _)| branch.schema.kind.clone()).collect();
        if kinds.windows(2).all(|pair| pair[0] == pair[1]) {
            return branches;
        }
        let merged = merge(self, kinds);
        self.account.note(at, Loss::Exact, "alternatives of one type became one");
        let of_sort = branches.iter().zip(&sort).filter(|(_, is)| **is);
        let origins: Vec<Pointer> = of_sort.flat_map(|(branch, _)| branch.origins.clone()).collect();
        let mut merged = Some((merged, origins));
        let mut all = Vec::new();
        for (branch, is) in branches.into_iter().zip(sort) {
            if !is {
                all.push(branch);
            } else if let Some((kind, origins)) = merged.take() {
                all.push(Branch { label: None, tag: None, schema: Schema::of(kind), origins, ..branch });
            }
        }
        all
    }

    /// A number type for the values of all alternatives.
    fn number_of(&mut self, kinds: Vec<SchemaKind<'d>>) -> SchemaKind<'d> {
        let numbers: Vec<Scalar> = kinds.iter().filter_map(|kind| self.resolved(kind).scalar().cloned()).collect();
        Scalar::any_of(&numbers).map_or(SchemaKind::Any, SchemaKind::Scalar)
    }

    /// A string with all listed values. It is open if an alternative is any string.
    fn text_of(&mut self, kinds: Vec<SchemaKind<'d>>) -> SchemaKind<'d> {
        let mut known = KnownStrings { values: IndexSet::default(), open: false };
        for kind in kinds {
            match &*self.resolved(&kind) {
                SchemaKind::StringEnum(more) => {
                    known.values.extend(more.values.iter().cloned());
                    known.open |= more.open;
                }
                SchemaKind::Scalar(_) => known.open = true,
                _ => {}
            }
        }
        // An alternative with a format and one without are simply strings.
        if known.values.is_empty() { SchemaKind::text() } else { SchemaKind::StringEnum(known) }
    }
}

/// Flattens nested unions. Alternatives of an inner union belong to an `anyOf` if either union is one.
fn spliced<'d>(branches: Vec<Branch<'d>>) -> Vec<Branch<'d>> {
    let inner = |branch: Branch<'d>| match branch.schema.kind {
        SchemaKind::Union(mut inner) => {
            for alternative in &mut inner {
                alternative.is_any_of |= branch.is_any_of;
            }
            inner
        }
        kind => vec![Branch { schema: Schema { kind, ..branch.schema }, ..branch }],
    };
    branches.into_iter().flat_map(inner).collect()
}
