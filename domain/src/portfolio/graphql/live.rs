use async_graphql::{Context, Result, SimpleObject, Subscription as Live};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};

use super::super::live::{Update, follow};
use super::super::model::Basis;
use super::types::{PortfolioInput, share};
use crate::market::UpdateKind;
use crate::prices::Currency;
use crate::scalars::{Decimal, Money};

/// What the viewer's collection is worth at a moment.
#[derive(SimpleObject)]
pub struct PortfolioUpdate {
    /// What this message is; each holds the whole state.
    kind: UpdateKind,
    /// Whether the inventory changed: what it cost, what was sold and what it is made of may be different too.
    inventory_changed: bool,
    /// When it was worked out.
    at: DateTime<Utc>,
    /// What everything with a price that counts is worth.
    value: Money,
    /// What the copies cost of which that is known.
    cost: Money,
    /// What the copies are worth more than they cost, of those with a price and a known cost.
    gain: Money,
    /// The same in per cent of what those cost.
    gain_percent: Option<Decimal>,
    /// Lots with copies in them.
    lots: i64,
    /// Copies.
    copies: i64,
    /// Copies without a price.
    unpriced_copies: i64,
    /// Copies whose price nobody confirmed for 24 hours.
    stale_copies: i64,
    /// When the oldest price that counts was confirmed.
    as_of: Option<DateTime<Utc>>,
}

impl PortfolioUpdate {
    fn of(update: Update, currency: Currency) -> Self {
        let (money, value) = (|minor| Money { minor, currency }, update.valuation);
        Self {
            kind: update.kind,
            inventory_changed: update.inventory_changed,
            at: update.at,
            value: money(value.value),
            cost: money(value.cost),
            gain: money(value.unrealised),
            gain_percent: share(value.unrealised, value.compared_cost),
            lots: value.lots,
            copies: value.copies,
            unpriced_copies: value.unpriced.copies,
            stale_copies: value.stale.copies,
            as_of: value.as_of,
        }
    }
}

/// Live feeds of portfolios.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "PortfolioSubscription")]
impl Subscription {
    /// What one's collection is worth: now, and whenever it or a price of its cards changes, about once a
    /// second at most. An API key needs the scope `READ_OWN`.
    async fn portfolio_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "What values it.")] by: PortfolioInput,
    ) -> Result<impl Stream<Item = PortfolioUpdate>> {
        let basis = Basis::from(by);
        let updates = follow(ctx.data_unchecked(), basis).await?;
        Ok(updates.map(move |update| PortfolioUpdate::of(update, basis.currency)))
    }
}
