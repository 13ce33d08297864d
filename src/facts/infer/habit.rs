//! The keys that a set of posts has, of whatever kinds they are.

use super::field::{Field, Fields, Type, observe, usual};
use crate::{document::Document, site::Sites};

/// The keys of some posts.
#[derive(Debug, Default)]
pub struct Keys {
    /// Posts that have any.
    posts: usize,
    fields: Fields,
}

/// What the posts have in common in one key.
#[derive(Debug)]
pub struct Habit<'a> {
    pub key: &'a str,
    /// In how many posts it stands, with a value.
    pub filled: usize,
    /// Whether it stands anywhere without one.
    pub empty: bool,
    /// What every single value is, as the short form of a schema calls it; none where they differ.
    pub kind: Option<&'static str>,
}

impl Keys {
    pub fn read<'a>(documents: impl IntoIterator<Item = &'a Document>, sites: &Sites) -> Self {
        let mut keys = Self::default();
        for document in documents {
            if let Some(tree) = document.front_matter.tree.as_ref().filter(|tree| !tree.entries().is_empty()) {
                keys.posts += 1;
                observe(&mut keys.fields, tree, sites.of(document.path()).generator, 0);
            }
        }
        keys
    }

    /// The keys of at least half of the posts, in the order in which posts write them.
    pub fn habits(&self) -> impl Iterator<Item = Habit<'_>> {
        let frequent = usual(&self.fields, self.posts).into_iter().filter(|(_, field)| field.present * 2 >= self.posts);
        frequent.map(|(key, field)| Habit {
            key,
            filled: field.present - field.empty,
            empty: field.empty > 0,
            kind: only_type(field).map(Type::name),
        })
    }
}

/// The type that all values have; a whole number is a number too, and a date a text.
fn only_type(field: &Field) -> Option<Type> {
    let mut types = field.types.keys().copied();
    match (types.next()?, types.next(), types.next()) {
        (only, None, _) => Some(only),
        (Type::Integer, Some(Type::Number), None) => Some(Type::Number),
        (Type::Text, Some(Type::Date), None) => Some(Type::Text),
        _ => None,
    }
}
