use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{Apart, Basis, CREDIT, Dimension, Gain, Range, Sales, Share, Valuation};
use super::super::movers::MoversOf;
use super::super::ops::{self, Allocated, Liquidation};
use super::history::PortfolioHistory;
use super::movers::{PortfolioMover, movers};
use crate::catalog::{CardKey, PrintingKey};
use crate::inventory::{self, Lot};
use crate::market::{MoverDirection, MoverWindow};
use crate::prices::{Currency, PriceKind, Source};
use crate::reader::boxed;
use crate::scalars::{Decimal, Money};
use crate::{Ctx, LotId, ReaderLoader};

/// What values a portfolio.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct PortfolioInput {
    /// What it is counted in: `USD` or `EUR`, at today's rates of exchange.
    #[graphql(default_with = "Currency::Usd")]
    currency: Currency,
    /// The market whose prices count. Left out: of each card the first market in this order that has a price,
    /// for `USD` TCGplayer, Card Kingdom, Mana Pool, Cardmarket, CardTrader; for `EUR` Cardmarket,
    /// CardTrader, TCGplayer, Card Kingdom, Mana Pool.
    source: Option<Source>,
    /// What the prices must say. Left out: what lists show of each market.
    kind: Option<PriceKind>,
    /// Whether prices count that their market has not confirmed for 24 hours.
    #[graphql(default)]
    include_stale: bool,
}

impl Default for PortfolioInput {
    fn default() -> Self {
        Self { currency: Currency::Usd, source: None, kind: None, include_stale: false }
    }
}

impl From<PortfolioInput> for Basis {
    fn from(input: PortfolioInput) -> Self {
        let PortfolioInput { currency, source, kind, include_stale } = input;
        Self { currency, source, kind, include_stale }
    }
}

pub(super) fn share(part: i64, of: i64) -> Option<Decimal> {
    (of > 0).then(|| percent(part as f64 / of as f64))
}

/// A share of one in per cent, with two digits.
pub(super) fn percent(share: f64) -> Decimal {
    // A share that no number of cents can make saturates.
    Decimal((share * 10_000.0).round() as i64)
}

/// Copies of which something is told apart.
#[derive(SimpleObject)]
pub(super) struct PortfolioPart {
    /// Lots; null where copies of a lot may belong to it in part.
    lots: Option<i64>,
    /// Copies.
    copies: i64,
    /// What they are worth; null without a price.
    value: Option<Money>,
}

/// Copies that prices of one market value.
#[derive(SimpleObject)]
struct PortfolioShare {
    /// The market.
    source: Source,
    /// Lots.
    lots: i64,
    /// Copies.
    copies: i64,
    /// What they are worth.
    value: Money,
    /// When the market confirmed the oldest of these prices.
    observed_at: Option<DateTime<Utc>>,
}

/// What the viewer's sales came to.
#[derive(SimpleObject)]
struct PortfolioSales {
    /// Copies that were sold.
    copies: i64,
    /// What they brought, each sale at the rate of exchange of its day.
    proceeds: Money,
    /// What those cost of which it is known.
    cost: Money,
    /// What those brought more than they cost: the realised gain.
    gain: Money,
    /// Copies whose cost nobody knows, or whose amounts have no rate of exchange: not in the gain.
    unknown_copies: i64,
}

/// A part of the value.
#[derive(SimpleObject)]
struct PortfolioAllocation {
    /// What is common to it: a set's code, a colour's letter, a year. Null for all that is smaller.
    key: Option<String>,
    /// The same for people; null for all that is smaller.
    label: Option<String>,
    /// What it is worth.
    value: Money,
    /// Its share of the whole value, in per cent.
    percent: Option<Decimal>,
    /// Copies.
    copies: i64,
}

/// A lot, and what became of what it cost.
#[derive(SimpleObject)]
#[graphql(complex)]
struct PortfolioGain {
    /// What its copies are worth.
    value: Money,
    /// What they cost, at the rate of exchange of the day.
    cost: Money,
    /// Value less cost.
    gain: Money,
    /// The gain in per cent of the cost; null if it cost nothing.
    gain_percent: Option<Decimal>,
    #[graphql(skip)]
    found: Lot,
}

#[ComplexObject]
impl PortfolioGain {
    /// The lot.
    async fn lot(&self) -> &Lot {
        &self.found
    }
}

/// What Card Kingdom's buylist would pay today. It wants only so many copies of a card: the best ones are
/// sold first. For played copies it pays the share of its near mint price that it also asks for them.
#[derive(SimpleObject)]
struct PortfolioLiquidation {
    /// In cash.
    cash: Money,
    /// As credit in the store.
    credit: Money,
    /// The rule that credit is computed by: it names who made it and since when it holds.
    credit_rule: &'static str,
    /// What the market values the copies at that it would take.
    market_value: Money,
    /// Copies that it would take.
    taken: i64,
    /// Of these, copies of what it does not say how many it wants.
    without_limit: i64,
    /// Copies beyond what it wants of a card.
    too_many: i64,
    /// Copies of what it does not buy.
    unwanted: i64,
    /// Copies in a state for which nobody knows what it would pay.
    unbought_grade: i64,
    /// Altered, misprinted and graded copies, which no list is about.
    particular: i64,
    /// When the oldest of its prices was confirmed.
    as_of: Option<DateTime<Utc>>,
}

/// What the viewer's collection is worth, what it cost and what it brought.
pub struct Portfolio {
    basis: Basis,
    value: Valuation,
    sales: Sales,
}

/// Fields that look at the lots themselves.
const ALONE: [&str; 10] = [
    "__typename",
    "currency",
    "source",
    "today",
    "unpricedLots",
    "best",
    "worst",
    "movers",
    "liquidation",
    "history",
];

/// The viewer's portfolio. What nobody asks of it is not worked out.
pub(crate) async fn portfolio(ctx: &Context<'_>, input: PortfolioInput) -> crate::Result<Portfolio> {
    let (platform, basis): (&Ctx, _) = (ctx.data_unchecked(), Basis::from(input).check()?);
    platform.reader()?;
    let asked: Vec<&str> = ctx.field().selection_set().map(|field| field.name()).collect();
    let mut portfolio = Portfolio { basis, value: Valuation::default(), sales: Sales::default() };
    if asked.contains(&"sales") {
        portfolio.sales = ops::sales(platform, basis).await?;
    }
    if asked.iter().any(|field| *field != "sales" && !ALONE.contains(field)) {
        portfolio.value = ops::valuation(platform, basis).await?;
    }
    Ok(portfolio)
}

impl Portfolio {
    fn money(&self, minor: i64) -> Money {
        Money { minor, currency: self.basis.currency }
    }

    fn part(&self, part: &Apart) -> PortfolioPart {
        PortfolioPart { lots: Some(part.lots), copies: part.copies, value: Some(self.money(part.value)) }
    }
}

/// What the viewer's collection is worth, what it cost and what it brought. Each copy is valued by one price
/// of its printing and finish; of its state where the market tells prices by state, else of near mint copies.
/// `gain + sales.gain = (value of copies with a known cost) - cost + sales.gain`, and no cost is ever guessed.
#[Object]
impl Portfolio {
    /// What it is counted in.
    async fn currency(&self) -> Currency {
        self.basis.currency
    }

    /// The market whose prices count; null for the best that there is of each card.
    async fn source(&self) -> Option<Source> {
        self.basis.source
    }

    /// What everything with a price that counts is worth.
    async fn value(&self) -> Money {
        self.money(self.value.value)
    }

    /// What the copies cost, each at the rate of exchange of the day it came; of those of which it is known.
    async fn cost(&self) -> Money {
        self.money(self.value.cost)
    }

    /// What the copies are worth more than they cost, of those that have a price and a known cost: the
    /// unrealised gain.
    async fn gain(&self) -> Money {
        self.money(self.value.unrealised)
    }

    /// The same in per cent of what those cost.
    async fn gain_percent(&self) -> Option<Decimal> {
        share(self.value.unrealised, self.value.compared_cost)
    }

    /// What changed prices did to the value since midnight UTC.
    async fn today(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(self.money(boxed(ops::moved_today(ctx.data_unchecked(), self.basis)).await?))
    }

    /// Lots with copies in them.
    async fn lots(&self) -> i64 {
        self.value.lots
    }

    /// Copies.
    async fn copies(&self) -> i64 {
        self.value.copies
    }

    /// When the oldest price that counts was confirmed by its market.
    async fn as_of(&self) -> Option<DateTime<Utc>> {
        self.value.as_of
    }

    /// Lots in a lesser state that are valued like near mint ones, because their market tells no other price.
    async fn priced_as_near_mint(&self) -> i64 {
        self.value.priced_as_near_mint
    }

    /// What only prices value that nobody confirmed for 24 hours. It counts if `includeStale` was asked for.
    async fn stale(&self) -> PortfolioPart {
        self.part(&self.value.stale)
    }

    /// What no price values.
    async fn unpriced(&self) -> PortfolioPart {
        PortfolioPart { value: None, ..self.part(&self.value.unpriced) }
    }

    /// Lots whose price does not count, because there is none or it is stale; those with the most copies first.
    async fn unpriced_lots(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
    ) -> Result<Vec<Lot>> {
        boxed(async {
            let lots = ops::unpriced(ctx.data_unchecked(), self.basis, first).await?;
            read_ahead(ctx.data_unchecked(), &lots).await?;
            Ok(lots)
        })
        .await
    }

    /// Copies of which nobody knows what they cost; what they are worth is in no gain.
    async fn cost_unknown(&self) -> PortfolioPart {
        PortfolioPart { lots: None, ..self.part(&self.value.cost_unknown) }
    }

    /// What counts, by the market that values it, the most valuable first.
    async fn shares(&self) -> Vec<PortfolioShare> {
        let share = |share: &Share| PortfolioShare {
            source: share.source,
            lots: share.part.lots,
            copies: share.part.copies,
            value: self.money(share.part.value),
            observed_at: share.observed_at,
        };
        self.value.shares.iter().map(share).collect()
    }

    /// What was sold.
    async fn sales(&self) -> PortfolioSales {
        PortfolioSales {
            copies: self.sales.copies,
            proceeds: self.money(self.sales.proceeds),
            cost: self.money(self.sales.cost),
            gain: self.money(self.sales.realised),
            unknown_copies: self.sales.unknown_copies,
        }
    }

    /// What the value is made of: the twenty largest parts, then all that is smaller as one.
    async fn allocation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what it is taken apart.")] by: Dimension,
    ) -> Result<Vec<PortfolioAllocation>> {
        let parts = boxed(ops::allocation(ctx.data_unchecked(), self.basis, by)).await?;
        let part = |part: Allocated| PortfolioAllocation {
            key: part.key,
            label: part.label,
            value: self.money(part.value),
            percent: share(part.value, self.value.value),
            copies: part.copies,
        };
        Ok(parts.into_iter().map(part).collect())
    }

    /// Lots that gained most, the best first.
    async fn best(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "By per cent of what they cost, not by amount.")] by_percent: bool,
        #[graphql(default = 10, desc = "How many, 1 to 50.")] first: i32,
    ) -> Result<Vec<PortfolioGain>> {
        boxed(self.gains(ctx, by_percent, true, first)).await
    }

    /// Lots that lost most, the worst first.
    async fn worst(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "By per cent of what they cost, not by amount.")] by_percent: bool,
        #[graphql(default = 10, desc = "How many, 1 to 50.")] first: i32,
    ) -> Result<Vec<PortfolioGain>> {
        boxed(self.gains(ctx, by_percent, false, first)).await
    }

    /// Prices that moved since the window began, by what they did to the value, the most first. It ends now. What
    /// had no price then is not among them.
    async fn movers(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "MoverWindow::Day", desc = "How far back.")] window: MoverWindow,
        #[graphql(desc = "Rises or falls; both if absent.")] direction: Option<MoverDirection>,
        #[graphql(default = 10, desc = "How many, 1 to 50.")] first: i32,
    ) -> Result<Vec<PortfolioMover>> {
        boxed(movers(ctx, self.basis, MoversOf { window, direction, first })).await
    }

    /// What a store would pay for it today.
    async fn liquidation(&self, ctx: &Context<'_>) -> Result<PortfolioLiquidation> {
        let found: Liquidation = boxed(ops::liquidation(ctx.data_unchecked(), self.basis)).await?;
        Ok(PortfolioLiquidation {
            cash: self.money(found.cash),
            credit: self.money(found.credit),
            credit_rule: CREDIT.1,
            market_value: self.money(found.market_value),
            taken: found.taken,
            without_limit: found.without_limit,
            too_many: found.too_many,
            unwanted: found.unwanted,
            unbought_grade: found.unbought_grade,
            particular: found.particular,
            as_of: found.as_of,
        })
    }

    /// How it went, day by day, valued by what lists show of the market, confirmed lately or not. Days before
    /// one looked for the first time are worked out in the background from the ledger and the history of
    /// prices, up to a year back.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Range::Month", desc = "How far back.")] range: Range,
    ) -> Result<PortfolioHistory> {
        let history = boxed(ops::history(ctx.data_unchecked(), self.basis, range)).await?;
        Ok(PortfolioHistory { currency: self.basis.currency, history })
    }
}

impl Portfolio {
    async fn gains(
        &self,
        ctx: &Context<'_>,
        by_percent: bool,
        best: bool,
        first: i32,
    ) -> Result<Vec<PortfolioGain>> {
        let platform: &Ctx = ctx.data_unchecked();
        let gains = ops::gains(platform, self.basis, by_percent, best, first).await?;
        let ids: Vec<LotId> = gains.iter().map(|gain| gain.lot).collect();
        let lots = inventory::lots_by_id(platform, &ids).await?;
        read_ahead(ctx.data_unchecked(), &lots).await?;
        let mut lots: HashMap<LotId, Lot> = lots.into_iter().map(|lot| (lot.id, lot)).collect();
        let gain = |one: Gain| {
            let gain = one.value - one.cost;
            Some(PortfolioGain {
                value: self.money(one.value),
                cost: self.money(one.cost),
                gain: self.money(gain),
                gain_percent: share(gain, one.cost),
                found: lots.remove(&one.lot)?,
            })
        };
        Ok(gains.into_iter().filter_map(gain).collect())
    }
}

/// Reads printings and cards of lots in one batch each.
async fn read_ahead(reader: &ReaderLoader, lots: &[Lot]) -> crate::Result<()> {
    let printings = reader.load_many(lots.iter().map(|lot| PrintingKey(lot.facts.printing))).await?;
    reader.load_many(printings.values().map(|printing| CardKey(printing.row().card_id))).await?;
    Ok(())
}
