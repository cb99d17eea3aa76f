use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::model::{Apart, Basis, CREDIT, Chart, Day, Dimension, Gain, Range, Sales, Share, Valuation};
use super::queries::{self, Priced, Whose, Worth, charts, liquidation as buylists, parts};
use super::returns::{Returns, returns};
use super::work::PortfolioBackfill;
use crate::inventory::{self, Lot};
use crate::prices::Source;
use crate::{Ctx, Error, Page, PrintingId, Result, UserId, jobs};

/// A price that nobody confirmed for so long is stale.
pub(super) const STALE: TimeDelta = TimeDelta::hours(24);
/// Ten-thousandths of a hundredth, in which sums are kept until they are told.
const UNIT: i64 = 10_000;
/// Lots that a list of the best or the worst names.
const MOST_GAINS: i32 = 50;

pub(super) fn priced(ctx: &Ctx, user: UserId, basis: Basis) -> Result<Priced> {
    let (basis, now) = (basis.check()?, ctx.now());
    Ok(Priced {
        whose: Whose::One(user),
        printings: None,
        basis,
        fresh_since: now - STALE,
        today: now.date_naive(),
    })
}

fn round(units: i64) -> i64 {
    (units + UNIT / 2 * units.signum()) / UNIT
}

/// What the viewer's lots are worth now.
pub async fn valuation(ctx: &Ctx, basis: Basis) -> Result<Valuation> {
    let of = priced(ctx, ctx.reader()?, basis)?;
    let worth = queries::worth(&mut *ctx.conn().await?, &of).await?;
    Ok(sum(worth.iter(), basis.include_stale))
}

/// The same by printing, of all of them or of some.
pub(super) async fn worth_by_printing(
    ctx: &Ctx,
    basis: Basis,
    printings: Option<Vec<PrintingId>>,
) -> Result<Vec<Worth>> {
    let of = Priced { printings, ..priced(ctx, ctx.reader()?, basis)? };
    Ok(queries::worth_by_printing(&mut *ctx.conn().await?, &of).await?)
}

/// A valuation from its parts, rounded once in the end.
pub(super) fn sum<'a>(parts: impl Iterator<Item = &'a Worth>, include_stale: bool) -> Valuation {
    let mut all = Valuation::default();
    let add = |to: &mut Apart, part: &Worth| {
        to.lots += part.lots;
        to.copies += part.copies;
        to.value += part.value;
    };
    let mut known = 0;
    for part in parts {
        all.lots += part.lots;
        all.copies += part.copies;
        all.cost += part.cost;
        all.cost_unknown.copies += part.unknown_copies;
        let Some(source) = part.source.and_then(Source::from_number) else {
            add(&mut all.unpriced, part);
            continue;
        };
        if !part.fresh {
            add(&mut all.stale, part);
        }
        if !part.fresh && !include_stale {
            continue;
        }
        all.value += part.value;
        known += part.known_value;
        all.compared_cost += part.cost;
        all.cost_unknown.value += part.value - part.known_value;
        all.priced_as_near_mint += part.near_mint_lots;
        all.as_of = [all.as_of, part.observed_at].into_iter().flatten().min();
        let place = all.shares.iter().position(|share| share.source == source).unwrap_or_else(|| {
            all.shares.push(Share { source, part: Apart::default(), observed_at: part.observed_at });
            all.shares.len() - 1
        });
        let share = &mut all.shares[place];
        share.observed_at = [share.observed_at, part.observed_at].into_iter().flatten().min();
        add(&mut share.part, part);
    }
    all.unrealised = known - all.compared_cost;
    all.shares.sort_by_key(|share| std::cmp::Reverse(share.part.value));
    let amounts = [
        &mut all.value,
        &mut all.cost,
        &mut all.unrealised,
        &mut all.compared_cost,
        &mut all.cost_unknown.value,
    ];
    amounts.into_iter().for_each(|amount| *amount = round(*amount));
    all.stale.value = round(all.stale.value);
    all.shares.iter_mut().for_each(|share| share.part.value = round(share.part.value));
    all
}

/// What the viewer's sales came to.
pub async fn sales(ctx: &Ctx, basis: Basis) -> Result<Sales> {
    let code = basis.check()?.currency.code();
    let sold = queries::sold(&mut *ctx.conn().await?, ctx.reader()?, code).await?;
    Ok(Sales {
        copies: sold.copies,
        proceeds: round(sold.proceeds),
        realised: round(sold.known_proceeds - sold.cost),
        cost: round(sold.cost),
        unknown_copies: sold.unknown_copies,
    })
}

/// What changed prices did to the value since midnight UTC, in hundredths.
pub async fn moved_today(ctx: &Ctx, basis: Basis) -> Result<i64> {
    let of = priced(ctx, ctx.reader()?, basis)?;
    let midnight = of.today.and_time(NaiveTime::MIN).and_utc();
    Ok(queries::moved_since(&mut *ctx.conn().await?, &of, midnight).await?)
}

/// Lots of the viewer's that nothing values, those with the most copies first.
pub async fn unpriced(ctx: &Ctx, basis: Basis, first: i32) -> Result<Vec<Lot>> {
    let limit = Page::<()>::new(first, None)?.limit() as i64;
    let of = priced(ctx, ctx.reader()?, basis)?;
    let ids = queries::unpriced(&mut *ctx.conn().await?, &of, limit).await?;
    let mut lots = inventory::lots_by_id(ctx, &ids).await?;
    lots.sort_by_key(|lot| ids.iter().position(|id| *id == lot.id));
    Ok(lots)
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocated {
    /// What is common to it, for programs; nothing for all that is smaller than those named.
    pub key: Option<String>,
    /// The same for people.
    pub label: Option<String>,
    /// Hundredths.
    pub value: i64,
    /// Copies.
    pub copies: i64,
}

/// What the viewer's value is made of: the twenty largest parts, and the rest.
pub async fn allocation(ctx: &Ctx, basis: Basis, by: Dimension) -> Result<Vec<Allocated>> {
    let of = priced(ctx, ctx.reader()?, basis)?;
    let found = parts::parts(&mut *ctx.conn().await?, &of, by).await?;
    let part = |part: parts::Part| Allocated {
        key: part.key,
        label: part.label,
        value: part.value,
        copies: part.copies,
    };
    Ok(found.into_iter().map(part).collect())
}

/// How many a list of the best or the worst shall name.
pub(super) fn at_most_gains(first: i32) -> Result<i64> {
    if (1..=MOST_GAINS).contains(&first) {
        return Ok(first.into());
    }
    Err(Error::invalid("first", format!("must be between 1 and {MOST_GAINS}")))
}

/// The viewer's lots that gained most, or lost most.
pub async fn gains(ctx: &Ctx, basis: Basis, by_percent: bool, best: bool, first: i32) -> Result<Vec<Gain>> {
    let limit = at_most_gains(first)?;
    let of = priced(ctx, ctx.reader()?, basis)?;
    let found = parts::gained(&mut *ctx.conn().await?, &of, by_percent, best, limit).await?;
    Ok(found.into_iter().map(|lot| Gain { lot: lot.id, value: lot.value, cost: lot.cost }).collect())
}

/// What a store would pay today, in hundredths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Liquidation {
    /// In cash.
    pub cash: i64,
    /// As credit.
    pub credit: i64,
    /// What the market values the same copies at.
    pub market_value: i64,
    /// Copies that it would take.
    pub taken: i64,
    /// Copies beyond what it wants of a card.
    pub too_many: i64,
    /// Copies of what it does not want at all.
    pub unwanted: i64,
    /// Copies in a state for which nobody knows what it would pay.
    pub unbought_grade: i64,
    /// Altered, misprinted and graded copies, which no list is about.
    pub particular: i64,
    /// Of those that it would take: copies of what it does not say how many it wants.
    pub without_limit: i64,
    /// When the oldest of the prices was confirmed.
    pub as_of: Option<chrono::DateTime<chrono::Utc>>,
}

/// What Card Kingdom's buylist pays for the viewer's lots today.
pub async fn liquidation(ctx: &Ctx, basis: Basis) -> Result<Liquidation> {
    let of = priced(ctx, ctx.reader()?, basis)?;
    let found = buylists::offered(&mut *ctx.conn().await?, &of).await?;
    Ok(Liquidation {
        cash: found.cash,
        credit: found.cash.saturating_mul(CREDIT.0) / 1_000,
        market_value: found.market_value,
        taken: found.taken,
        too_many: found.too_many,
        unwanted: found.unwanted,
        unbought_grade: found.unbought_grade,
        particular: found.particular,
        without_limit: found.without_limit,
        as_of: found.observed_at,
    })
}

/// How a portfolio went.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The ends of its days, the oldest first.
    pub days: Vec<Day>,
    /// Money put in less taken out before the first of them.
    pub flows_before: i64,
    /// The market on those days, as a share of what it was on the first: of each day what it has a word about.
    pub index: Vec<(NaiveDate, f64)>,
    /// What it brought.
    pub returns: Returns,
    /// Whether days are worked out at this moment: ask again in a while.
    pub pending: bool,
}

/// How the viewer's portfolio went. Whoever looks at it for the first time, or after the inventory changed,
/// has it worked out in the background. Days are valued by what lists show of a market, stale or not.
pub async fn history(ctx: &Ctx, basis: Basis, range: Range) -> Result<History> {
    let user = ctx.reader()?;
    let basis = basis.check()?;
    let chart = Chart { currency: basis.currency, source: basis.source };
    let pending = look(ctx, user, chart).await?;
    let from = range.from(ctx.now().date_naive());
    let mut conn = ctx.conn().await?;
    let days = charts::days(&mut conn, user, chart, from.max(EARLIEST)).await?;
    let Some(first) = days.first().map(|day| day.day) else {
        return Ok(History { pending, ..History::default() });
    };
    let flows_before = charts::flows_before(&mut conn, user, chart, first).await?;
    let mut index = Vec::new();
    for (source, currency) in chart.markets() {
        index = charts::market(&mut conn, source, currency, first).await?;
        if !index.is_empty() {
            break;
        }
    }
    let whole = range == Range::All || first > from;
    Ok(History { flows_before, index: chained(first, &index), returns: returns(&days, whole), days, pending })
}

/// No collection is older; the calendar of Postgres is not as long as ours.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(1993, 1, 1).expect("a day");

fn chained(first: NaiveDate, days: &[(NaiveDate, i64, i64)]) -> Vec<(NaiveDate, f64)> {
    let mut level = 1.0;
    let mut all = vec![(first, level)];
    for (day, before, after) in days.iter().filter(|(_, before, _)| *before > 0) {
        level *= *after as f64 / *before as f64;
        all.push((*day, level));
    }
    if all.len() == 1 { Vec::new() } else { all }
}

/// Notes that somebody looks at a chart, and has it worked out if it is not as their inventory is.
async fn look(ctx: &Ctx, user: UserId, chart: Chart) -> Result<bool> {
    let ctx = ctx.clone().with_replica(false);
    let mut conn = ctx.conn().await?;
    let conn: &mut AsyncPgConnection = &mut conn;
    let Some(version) = charts::inventory_version(conn, user).await? else { return Ok(false) };
    if charts::version(conn, user, chart).await? == Some(Some(version)) {
        return Ok(false);
    }
    let ctx = &ctx;
    conn.transaction(async |conn| {
        charts::ask(conn, user, chart, ctx.now()).await?;
        let job = PortfolioBackfill { user, version, currency: chart.currency, source: chart.source };
        match jobs::enqueue(ctx, conn, &job).await {
            // Those that wait are worked off first; whoever looks again asks again.
            Ok(_) | Err(Error::QueueFull(_)) => Ok(true),
            Err(error) => Err(error),
        }
    })
    .await
}
