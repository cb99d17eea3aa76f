use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::loader::ShownKey;
use super::super::model::{Shared, Thing};
use super::super::ops;
use super::things::{SharedLot, SharedWant};
use super::types::ShareKind;
use crate::catalog::SetKey;
use crate::inventory::{self, LotCursor};
use crate::prices::Currency;
use crate::reader::boxed;
use crate::scalars::Money;
use crate::wants::{self, Want, WantCursor};
use crate::{Ctx, Page, ReaderLoader, prefetch};

/// A page of lots that somebody shows.
type SharedLots = Connection<LotCursor, SharedLot, EmptyFields, EmptyFields>;
/// A page of wants that somebody shows.
type SharedWants = Connection<WantCursor, SharedWant, EmptyFields, EmptyFields>;

/// What the copies of a shared binder come to in a currency.
#[derive(SimpleObject)]
struct SharedValue {
    /// At the catalogue's prices of their printings in their finishes, whatever their state and language.
    money: Money,
    /// Copies without such a price, which count nothing.
    unpriced_copies: i64,
}

impl SharedValue {
    fn of(minor: i64, currency: Currency, unpriced_copies: i64) -> Self {
        Self { money: Money { minor, currency }, unpriced_copies }
    }
}

/// What something shared comes to. Hidden copies do not count.
#[derive(SimpleObject)]
struct SharedTotals {
    /// Lots of a binder; null of a list.
    lots: Option<i64>,
    /// Wants of a list; null of a binder.
    wants: Option<i64>,
    /// Copies in the binder, or that are wanted.
    copies: i64,
    /// Of those that are wanted, copies that their owner does not have; null of a binder.
    missing: Option<i64>,
    /// What a binder comes to in US dollars and in euros; null where its owner shows no prices, and of a list.
    values: Option<Vec<SharedValue>>,
}

/// A binder or a list of wants that its owner shows to whoever has the link. It has what is here and nothing
/// else of theirs.
#[Object(name = "SharedCollection")]
impl Shared {
    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.name
    }

    /// The name of its owner that others see.
    async fn owner_name(&self) -> &str {
        &self.owner_name
    }

    /// What it is.
    async fn kind(&self) -> ShareKind {
        self.thing().map_or(ShareKind::Binder, ShareKind::from)
    }

    /// When something that is shown last changed.
    async fn changed_at(&self, ctx: &Context<'_>) -> Result<DateTime<Utc>> {
        let Some(key) = ShownKey::of(self) else { return Ok(self.changed_at) };
        let shown = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?.unwrap_or_default();
        Ok(shown.changed_at.map_or(self.changed_at, |at| at.max(self.changed_at)))
    }

    /// Whether its owner wants prices to be shown beside it; prices are the catalogue's.
    async fn shows_prices(&self) -> bool {
        self.shows_prices
    }

    /// What it comes to.
    async fn totals(&self, ctx: &Context<'_>) -> Result<SharedTotals> {
        if let Some(Thing::WantList(list)) = self.thing() {
            let shown = boxed(wants::shown(ctx.data_unchecked(), self.owner, list)).await?;
            let (wants, missing) = (Some(shown.wants), Some(shown.missing));
            return Ok(SharedTotals { lots: None, wants, copies: shown.copies, missing, values: None });
        }
        let shown = match ShownKey::of(self) {
            Some(key) => boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?,
            None => None,
        };
        let shown = shown.unwrap_or_default();
        let values = self.shows_prices.then(|| {
            let usd = SharedValue::of(shown.usd, Currency::Usd, shown.without_usd);
            vec![usd, SharedValue::of(shown.eur, Currency::Eur, shown.without_eur)]
        });
        let lots = Some(shown.lots);
        Ok(SharedTotals { lots, wants: None, copies: shown.copies, missing: None, values })
    }

    /// What is in a binder, by name; null of a list.
    async fn lots(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last lot of the page before.")] after: Option<String>,
    ) -> Result<Option<SharedLots>> {
        let Some(Thing::Binder(binder)) = self.thing() else { return Ok(None) };
        Ok(Some(boxed(lots(ctx, self, binder, Page::parse(first, after.as_deref())?)).await?))
    }

    /// What a list wants, by name; null of a binder.
    async fn wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last want of the page before.")] after: Option<String>,
    ) -> Result<Option<SharedWants>> {
        let Some(Thing::WantList(list)) = self.thing() else { return Ok(None) };
        Ok(Some(boxed(wants(ctx, self, list, Page::parse(first, after.as_deref())?)).await?))
    }
}

async fn lots(
    ctx: &Context<'_>,
    shared: &Shared,
    binder: crate::BinderId,
    page: Page<LotCursor>,
) -> crate::Result<SharedLots> {
    let platform: &Ctx = ctx.data_unchecked();
    let lots = inventory::shown_lots(platform, shared.owner, binder, &page).await?;
    prefetch::printings_at(ctx, &["printing"], lots.iter().map(|(_, lot)| lot.facts.printing).collect())
        .await?;
    Ok(page.connection(lots, EmptyFields, |(cursor, _)| cursor.clone(), |(_, lot)| SharedLot(lot)))
}

async fn wants(
    ctx: &Context<'_>,
    shared: &Shared,
    list: crate::WantListId,
    page: Page<WantCursor>,
) -> crate::Result<SharedWants> {
    let platform: &Ctx = ctx.data_unchecked();
    let found = wants::shown_wants(platform, shared.owner, list, &page).await?;
    let all: Vec<&Want> = found.iter().map(|(keyed, _)| &keyed.want).collect();
    ahead(ctx, &all).await?;
    let cursor = |(keyed, _): &(wants::WantKey, i64)| keyed.cursor.clone();
    let node = |(keyed, missing): (wants::WantKey, i64)| SharedWant { want: keyed.want, missing };
    Ok(page.connection(found, EmptyFields, cursor, node))
}

/// Reads ahead what the selection asks of the catalogue: of each kind in one statement.
async fn ahead(ctx: &Context<'_>, wants: &[&Want]) -> crate::Result<()> {
    prefetch::cards_at(ctx, &["card"], wants.iter().map(|want| want.constraint.card).collect()).await?;
    let printings = wants.iter().filter_map(|want| want.constraint.printing).collect();
    prefetch::printings_at(ctx, &["printing"], printings).await?;
    if !prefetch::asked_of_nodes(ctx, &["sets"]).is_empty() {
        let sets = wants.iter().flat_map(|want| want.constraint.sets.iter().copied());
        ctx.data_unchecked::<ReaderLoader>().load_many(sets.map(SetKey)).await?;
    }
    Ok(())
}

/// Reads of what people show to others.
#[derive(Default)]
pub struct Query;

#[Object(name = "ShareQuery")]
impl Query {
    /// What a link leads to. Null where there is nothing: no such link, one that was taken back, or that of
    /// somebody who is not here any more; which of these, nobody is told. No cache keeps the answer.
    #[graphql(cache_control(no_cache))]
    async fn shared(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the link ends in, behind `/shared/`.")] token: String,
    ) -> Result<Option<Shared>> {
        Ok(ops::shared(ctx.data_unchecked(), &token).await?)
    }
}
