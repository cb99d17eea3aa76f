//! The one list of domains: what the schema is made of.

use async_graphql::{Object, Schema, SchemaBuilder, Subscription};

/// The roots of the schema.
pub type Roots = Schema<Query, async_graphql::EmptyMutation, Subscriptions>;

/// Everything that can be read.
#[derive(Default)]
pub struct Query;

#[Object]
impl Query {
    /// The version of the platform that answers.
    async fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

/// Everything that can be followed.
#[derive(Default)]
pub struct Subscriptions;

#[Subscription]
impl Subscriptions {
    /// Counts up to `to`.
    async fn count(&self, to: i32) -> impl futures_util::Stream<Item = i32> {
        futures_util::stream::iter(0..to)
    }
}

/// The schema, bare: no request data, so that the SDL can be printed without a database.
pub fn schema() -> SchemaBuilder<Query, async_graphql::EmptyMutation, Subscriptions> {
    Schema::build(Query, async_graphql::EmptyMutation, Subscriptions)
}
