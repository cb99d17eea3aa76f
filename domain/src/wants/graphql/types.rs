use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::loader::{HeldKey, PricesKey};
use super::super::model::{Target, Want, WantList, WantOrder, WantPrice};
use super::super::ops;
use super::WantConnection;
use crate::alerts::{Alert, WantAlertKey};
use crate::catalog::{Card, CardKey, MtgSet, Printing, PrintingKey, SetKey};
use crate::inventory::{Grade, Language, Paid};
use crate::prices::{Condition, Currency, Finish, PriceKind, Source};
use crate::reader::boxed;
use crate::scalars::{Decimal, Money};
use crate::shares::{ListShareKey, Share};
use crate::{Ctx, Error, Page, ReaderLoader, prefetch};

/// Cards that somebody looks for.
#[Object]
impl WantList {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// Its owner's name for it.
    async fn name(&self) -> &str {
        &self.name
    }

    /// Whether wants go here when no list is named.
    async fn is_default(&self) -> bool {
        self.is_default
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When something in it last changed.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.changed_at
    }

    /// Wants in it.
    async fn total_wants(&self) -> i32 {
        self.wants
    }

    /// Copies that are wanted.
    async fn wanted_copies(&self) -> i64 {
        self.copies
    }

    /// Of these, copies that its owner does not have.
    async fn missing_copies(&self) -> i64 {
        self.missing
    }

    /// The link by which others see it; null where it is not shared.
    async fn share(&self, ctx: &Context<'_>) -> Result<Option<Share>> {
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(ListShareKey(self.id))).await?)
    }

    /// What is wanted.
    async fn wants(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last want of the page before, of the same order.")] after: Option<
            String,
        >,
        #[graphql(default, desc = "What they are sorted by.")] sort: WantOrder,
    ) -> Result<WantConnection> {
        let page = Page::parse(first, after.as_deref())?;
        let wants = boxed(ops::wants(ctx.data_unchecked::<Ctx>(), self.id, sort, &page)).await?;
        let all: Vec<_> = wants.iter().map(|keyed| &keyed.want).collect();
        boxed(ahead(ctx, &all)).await?;
        let cursor = |keyed: &super::super::model::WantKey| keyed.cursor.clone();
        Ok(page.connection(wants, async_graphql::connection::EmptyFields, cursor, |keyed| keyed.want))
    }
}

/// Reads ahead what the selection asks of wants: of each kind in one statement.
pub(super) async fn ahead(ctx: &Context<'_>, wants: &[&Want]) -> crate::Result<()> {
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let asked = prefetch::asked_of_nodes(
        ctx,
        &["sets", "have", "missing", "prices", "bestPrice", "targetReached", "alert"],
    );
    let is_asked = |fields: &[&str]| asked.iter().any(|field| fields.contains(field));
    prefetch::cards_at(ctx, &["card"], wants.iter().map(|want| want.constraint.card).collect()).await?;
    let printings = wants.iter().filter_map(|want| want.constraint.printing).collect();
    prefetch::printings_at(ctx, &["printing"], printings).await?;
    if is_asked(&["sets"]) {
        reader
            .load_many(wants.iter().flat_map(|want| want.constraint.sets.iter().copied().map(SetKey)))
            .await?;
    }
    if is_asked(&["have", "missing"]) {
        reader.load_many(wants.iter().map(|want| HeldKey(want.id))).await?;
    }
    if is_asked(&["alert"]) {
        reader.load_many(wants.iter().map(|want| WantAlertKey(want.id))).await?;
    }
    if is_asked(&["prices", "bestPrice", "targetReached"]) {
        let prices = reader.load_many(wants.iter().map(|want| PricesKey(want.id))).await?;
        let printings = prices.values().flat_map(|prices| prices.iter().map(|price| price.printing));
        reader.load_many(printings.map(PrintingKey).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

async fn held(ctx: &Context<'_>, want: &Want) -> Result<i64> {
    let held = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(HeldKey(want.id))).await?;
    // A want that went has nothing to be compared with.
    Ok(held.unwrap_or(0))
}

async fn prices(ctx: &Context<'_>, want: &Want) -> Result<Arc<Vec<WantPrice>>> {
    let prices = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PricesKey(want.id))).await?;
    Ok(prices.unwrap_or_default())
}

/// The cheapest of those of a source, or of all, in a currency.
fn cheapest(
    prices: &[WantPrice],
    source: Option<Source>,
    value: impl Fn(&WantPrice) -> Option<i64>,
) -> Option<(&WantPrice, i64)> {
    let of_source = prices.iter().filter(|price| source.is_none_or(|source| price.source == source));
    let valued = of_source.filter_map(|price| Some((price, value(price)?)));
    valued.min_by_key(|(_, value)| *value)
}

/// Something that somebody wants: one printing, any printing of a card, or one in one of some sets.
#[Object]
impl Want {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// The list that it is in.
    async fn list_id(&self) -> ID {
        self.list.public().into()
    }

    /// The card.
    async fn card(&self, ctx: &Context<'_>) -> Result<Card> {
        let key = CardKey(self.constraint.card);
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?;
        Ok(found.ok_or(Error::NotFound("card"))?)
    }

    /// This printing only; null for any.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        let Some(printing) = self.constraint.printing else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(printing))).await?)
    }

    /// A printing in one of these sets only; empty for any, at most 100.
    async fn sets(&self, ctx: &Context<'_>) -> Result<Vec<MtgSet>> {
        let keys = self.constraint.sets.iter().copied().map(SetKey);
        let mut found = boxed(ctx.data_unchecked::<ReaderLoader>().load_many(keys)).await?;
        Ok(self.constraint.sets.iter().filter_map(|id| found.remove(&SetKey(*id))).collect())
    }

    /// This surface only; null for any.
    async fn finish(&self) -> Option<Finish> {
        self.constraint.finish
    }

    /// This state or a better one; null for any.
    async fn grade_at_least(&self) -> Option<Grade> {
        self.constraint.grade
    }

    /// One of these languages; empty for any.
    async fn languages(&self) -> &[Language] {
        &self.constraint.languages
    }

    /// Copies that are wanted.
    async fn quantity(&self) -> i32 {
        self.quantity
    }

    /// Copies of the inventory that satisfy it. A copy may satisfy several wants.
    async fn have(&self, ctx: &Context<'_>) -> Result<i64> {
        held(ctx, self).await
    }

    /// Copies that are wanted and not in the inventory.
    async fn missing(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok((i64::from(self.quantity) - held(ctx, self).await?).max(0))
    }

    /// What its owner would pay for one copy.
    async fn target(&self) -> Option<WantTarget> {
        self.target.clone().map(WantTarget::from)
    }

    /// Whether a copy costs no more than the target now, where its owner would buy it; null without a target, and
    /// where nobody knows a price.
    async fn target_reached(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        let Some(target) = &self.target else { return Ok(None) };
        let prices = prices(ctx, self).await?;
        let now = cheapest(&prices, target.source, |price| price.in_target);
        Ok(now.map(|(_, value)| value <= target.amount.amount))
    }

    /// Whether its owner wants to be told when the target is reached.
    async fn tells(&self) -> bool {
        self.tells
    }

    /// The alert that tells it; null without a target, where its owner does not want to be told, and where the
    /// target is in a currency in which no market sells: prices are not converted for it.
    async fn alert(&self, ctx: &Context<'_>) -> Result<Option<Alert>> {
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(WantAlertKey(self.id))).await?)
    }

    /// How urgent it is: 1 is the most, 5 the least.
    async fn priority(&self) -> i32 {
        i32::from(self.priority)
    }

    /// Its owner's words.
    async fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// When it was first wanted.
    async fn added_at(&self) -> DateTime<Utc> {
        self.added_at
    }

    /// When it last changed.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.changed_at
    }

    /// What the cheapest copy that satisfies it costs now, at each source: what lists show, and what stores ask
    /// for worse copies that satisfy it, too. In which language a copy is, prices do not say.
    async fn prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Currency::Usd", desc = "What prices are converted to, USD or EUR.")]
        currency: Currency,
    ) -> Result<Vec<WantOffer>> {
        let prices = prices(ctx, self).await?;
        Ok(prices.iter().map(|price| WantOffer::of(price, currency)).collect())
    }

    /// The cheapest of them: at the target's source, if it names one. Null where nobody knows a price in the
    /// currency.
    async fn best_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Currency::Usd", desc = "What prices are compared in, USD or EUR.")]
        currency: Currency,
    ) -> Result<Option<WantOffer>> {
        let prices = prices(ctx, self).await?;
        let source = self.target.as_ref().and_then(|target| target.source);
        let best = cheapest(&prices, source, |price| price.converted(currency));
        Ok(best.map(|(price, _)| WantOffer::of(price, currency)))
    }
}

/// What somebody would pay for one copy.
#[derive(SimpleObject)]
struct WantTarget {
    /// At most so much.
    price: Paid,
    /// At this source; null wherever it is cheapest.
    source: Option<Source>,
}

impl From<Target> for WantTarget {
    fn from(target: Target) -> Self {
        Self { price: target.amount, source: target.source }
    }
}

/// What a copy costs that satisfies a want.
pub(super) struct WantOffer {
    price: WantPrice,
    currency: Currency,
}

impl WantOffer {
    fn of(price: &WantPrice, currency: Currency) -> Self {
        Self { price: price.clone(), currency }
    }
}

/// What a copy costs that satisfies a want.
#[Object]
impl WantOffer {
    /// The market.
    async fn source(&self) -> Source {
        self.price.source
    }

    /// What the price says.
    async fn kind(&self) -> PriceKind {
        self.price.kind
    }

    /// Of which printing.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Printing> {
        let key = PrintingKey(self.price.printing);
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(key)).await?;
        Ok(found.ok_or(Error::NotFound("printing"))?)
    }

    /// In which finish.
    async fn finish(&self) -> Finish {
        self.price.finish
    }

    /// In which state.
    async fn condition(&self) -> Condition {
        self.price.condition
    }

    /// What the source asks.
    async fn money(&self) -> Money {
        Money { minor: self.price.amount, currency: self.price.currency }
    }

    /// The same in the currency that was asked for, at today's rates; null where there is no rate.
    async fn converted(&self) -> Option<Money> {
        let minor = self.price.converted(self.currency)?;
        Some(Money { minor, currency: self.currency })
    }

    /// The same in the currency of the want's target; null without a target, and where there is no rate.
    async fn in_target_currency(&self) -> Option<Decimal> {
        self.price.in_target.map(Decimal)
    }
}
