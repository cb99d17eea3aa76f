//! The one list of domains: what the schema is made of.

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};

use crate::{
    accounts, alerts, audit, catalog, data, fx, imports, inventory, jobs, market, news, notifications,
    operations, portfolio, prices, saved, search, shares, similar, tournaments, wants,
};

/// The schema with its roots.
pub type Roots = Schema<Query, Mutation, Subscription>;

/// Everything that can be read. Catalogue and prices need no login; what is somebody's own hangs
/// under `viewer`.
///
/// A request costs points, about one for each row that it can make us read, computed before it runs: an
/// object costs 1, a list as many times its selection as `first` says, values such as `Money` nothing, a
/// mutation 10 more, the schema itself 200; the least is 1 and a subscription is paid once. A request may
/// cost 1,000. Each caller has a budget that fills steadily; `extensions.cost` and the headers
/// `RateLimit-Policy` and `RateLimit` tell what is left, and a request that it does not cover is refused
/// with the code `RATE_LIMITED`, which says when to come again.
#[derive(Default, MergedObject)]
pub struct Query(People, Cards, Market, Collection, Meta, System);

#[derive(Default, MergedObject)]
struct People(accounts::Query, audit::Query);

#[derive(Default, MergedObject)]
struct Cards(catalog::Query, search::Query, similar::Query);

#[derive(Default, MergedObject)]
struct Market(prices::Query, market::Query, fx::Query);

#[derive(Default, MergedObject)]
struct Collection(inventory::Query, alerts::Query, shares::Query);

#[derive(Default, MergedObject)]
struct Meta(news::Query, tournaments::Query);

#[derive(Default, MergedObject)]
struct System(data::Query, jobs::Query, operations::Query);

/// Everything that can be changed.
#[derive(Default, MergedObject)]
pub struct Mutation(
    accounts::Mutation,
    inventory::Mutation,
    imports::Mutation,
    Personal,
    jobs::Mutation,
    news::Mutation,
);

#[derive(Default, MergedObject)]
#[graphql(name = "PersonalMutation")]
struct Personal(
    notifications::Mutation,
    wants::Mutation,
    alerts::Mutation,
    saved::Mutation,
    shares::Mutation,
);

/// Everything that can be followed: first a snapshot, then what changed.
#[derive(Default, MergedSubscription)]
pub struct Subscription(
    market::Subscription,
    inventory::Subscription,
    imports::Subscription,
    notifications::Subscription,
    wants::Subscription,
    portfolio::Subscription,
    alerts::Subscription,
    saved::Subscription,
    jobs::Subscription,
);

/// The schema, bare: no request data, so that the SDL can be printed without a database.
pub fn schema() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<catalog::Node>()
}
