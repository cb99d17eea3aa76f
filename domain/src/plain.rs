//! Rows whose fields need no waiting. The executor makes a future for every field of every object:
//! for hundreds of small rows that costs more than reading them. A selection of nothing but plain fields is
//! answered straight from the rows; any other goes through the executor, to the same answer.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

/// An object some of whose fields are plain.
pub(crate) trait Plain: OutputType {
    /// The value of a field without arguments; `None` for one that takes the executor.
    fn plain(&self, field: &Field) -> Option<Value>;

    /// The whole object; `None` if anything that is asked of it takes the executor.
    fn object(&self, asked: &SelectionSet) -> Option<Value> {
        let mut object = IndexMap::with_capacity(asked.items.len());
        for selection in &asked.items {
            let Selection::Field(field) = &selection.node else { return None };
            let field = &field.node;
            if !field.arguments.is_empty() || !field.directives.is_empty() {
                return None;
            }
            let value = match field.name.node.as_str() {
                "__typename" => Value::from(Self::type_name().into_owned()),
                _ => self.plain(field)?,
            };
            // What is asked twice is merged by the executor.
            if object.insert(field.response_key().node.clone(), value).is_some() {
                return None;
            }
        }
        Some(Value::Object(object))
    }
}

/// One object some of whose fields are plain; to the outside an object like any other.
pub struct PlainOne<T>(pub(crate) T);

impl<T: Plain> OutputType for PlainOne<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self.0.object(&ctx.item.node) {
            Some(object) => Ok(object),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

/// A list of objects some of whose fields are plain; to the outside a list like any other.
pub struct PlainList<T>(pub(crate) Vec<T>);

impl<T: Plain> OutputType for PlainList<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let asked = &ctx.item.node;
        match self.0.iter().map(|row| row.object(asked)).collect::<Option<Vec<_>>>() {
            Some(objects) => Ok(Value::List(objects)),
            None => resolve_list(ctx, field, &self.0, Some(self.0.len())).await,
        }
    }
}
