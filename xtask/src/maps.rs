//! Lookup tables with a hash function that is faster than the standard library's for short keys.

use hashbrown::DefaultHashBuilder;

/// A map without an order.
pub type HashMap<K, V> = std::collections::HashMap<K, V, DefaultHashBuilder>;
/// A set without an order.
pub type HashSet<T> = std::collections::HashSet<T, DefaultHashBuilder>;
/// A map in the order of insertion.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, DefaultHashBuilder>;
/// A set in the order of insertion.
pub type IndexSet<T> = indexmap::IndexSet<T, DefaultHashBuilder>;
