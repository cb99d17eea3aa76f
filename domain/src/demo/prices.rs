//! The simulated prices into the database, on the way of every other price where there is one.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, DurationRound, NaiveDate, TimeDelta, Utc};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use tokio_postgres::Client;
use uuid::Uuid;

use super::market::{Market, Quote};
use super::midnight;
use super::objects::printing_id;
use super::table::{Printing, Table};
use crate::catalog::{Origin, begin};
use crate::prices::{
    Condition, Feed, Ingested, Offer, Offers, Past, Slice, Source, ensure_partitions, store,
};
use crate::{Ctx, Error, Result};

/// Days of history that a new demo has.
pub(super) const HISTORY: Days = Days::new(400);
/// Printings that a tick moves.
const MOVED: usize = 8;
/// Of the cheaper ones a tick takes only some: their prices seldom move by a cent.
const CHEAP: f64 = 300.0;
const TICK: TimeDelta = TimeDelta::seconds(2);

/// The market of the demo's printings, with their ids.
struct Stall<'a> {
    id: i32,
    printing: &'a Printing,
    market: Market<'a>,
}

async fn stalls<'a>(client: &Client, table: &'a Table) -> Result<Vec<Stall<'a>>> {
    let rows = client.query("SELECT scryfall_id, id FROM printings WHERE removed_at IS NULL", &[]).await?;
    let ids: HashMap<Uuid, i32> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let stall = |printing: &'a Printing| {
        let reserved = table.cards.get(printing.card).is_some_and(|card| card.flags.contains('R'));
        Some(Stall {
            id: *ids.get(&printing_id(printing))?,
            printing,
            market: Market::new(printing, reserved),
        })
    };
    Ok(table.printings.iter().filter_map(stall).collect())
}

/// The last day whose prices are stored.
async fn last_day(client: &Client) -> Result<Option<NaiveDate>> {
    let sql = "SELECT max(observed_at) FROM price_slices WHERE feed = $1 AND complete";
    let last: Option<DateTime<Utc>> = client.query_one(sql, &[&Feed::Demo.number()]).await?.get(0);
    Ok(last.map(|last| last.date_naive()))
}

/// Brings the prices up to the beginning of today. Returns how many were written.
pub async fn load(ctx: &Ctx, table: &Table, progress: impl Fn(u64) + Send) -> Result<u64> {
    let today = ctx.now().date_naive();
    ensure_partitions(ctx, today - HISTORY).await?;
    let client = begin(ctx, Origin::Demo).await?;
    let stalls = stalls(&client, table).await?;
    let written = match last_day(&client).await? {
        Some(last) => catch_up(ctx, &client, &stalls, last, false).await?,
        None => {
            let now = catch_up(ctx, &client, &stalls, today - Days::new(1), false).await?;
            now + past(ctx, &client, &stalls, progress).await?
        }
    };
    client.batch_execute("COMMIT").await?;
    Ok(written)
}

/// Stores the days that have begun since the last one.
async fn catch_up(
    ctx: &Ctx,
    client: &Client,
    stalls: &[Stall<'_>],
    last: NaiveDate,
    publish: bool,
) -> Result<u64> {
    let mut written = 0;
    for (day, offers) in openings(stalls, last + Days::new(1), ctx.now().date_naive()) {
        let slice = slice(midnight(day), true, publish);
        written += store(ctx, client, &[slice], offers).await?.changed;
    }
    Ok(written)
}

/// All prices of the beginnings of some days.
fn openings(stalls: &[Stall<'_>], from: NaiveDate, to: NaiveDate) -> BTreeMap<NaiveDate, Offers> {
    let mut days: BTreeMap<NaiveDate, Offers> = BTreeMap::new();
    for stall in stalls.iter().filter(|_| from <= to) {
        for (day, quotes) in stall.market.days(from, to) {
            let offers = days.entry(day).or_default();
            quotes.iter().for_each(|quote| offers.push(&offer(stall.id, quote, midnight(day))));
        }
    }
    days
}

fn slice(observed_at: DateTime<Utc>, complete: bool, publish: bool) -> Slice {
    let (source, feed) = (Source::Demo, Feed::Demo);
    Slice { source, feed, observed_at, complete, offered: 0, publish, moment: true, narrow: false }
}

fn offer(printing: i32, quote: &Quote, observed_at: DateTime<Utc>) -> Offer {
    Offer {
        printing,
        source: Source::Demo,
        feed: Feed::Demo,
        kind: quote.kind,
        finish: quote.finish,
        condition: Condition::Nm,
        currency: quote.currency,
        amount: quote.amount,
        quantity: None,
        observed_at,
    }
}

/// Writes what came before the first day that was stored.
async fn past(
    ctx: &Ctx,
    client: &Client,
    stalls: &[Stall<'_>],
    progress: impl Fn(u64) + Send,
) -> Result<u64> {
    let sql = "SELECT printing_id, kind, finish, currency, id FROM price_series WHERE feed = $1";
    let rows = client.query(sql, &[&Feed::Demo.number()]).await?;
    let series: HashMap<(i32, i16, i16, i16), i32> =
        rows.iter().map(|r| ((r.get(0), r.get(1), r.get(2), r.get(3)), r.get(4))).collect();
    let today = ctx.now().date_naive();
    let mut past = Past::begin(client, ctx.now()).await?;
    for (done, stall) in (1..).zip(stalls) {
        let mut before: HashMap<i32, i64> = HashMap::new();
        for (day, quotes) in stall.market.days(today - HISTORY, today - Days::new(1)) {
            for quote in &quotes {
                let key = (stall.id, quote.kind.number(), quote.finish.number(), quote.currency.number());
                let Some(id) = series.get(&key) else { continue };
                if before.insert(*id, quote.amount) != Some(quote.amount) {
                    past.push(*id, midnight(day), quote.amount);
                }
            }
        }
        past.flush().await?;
        progress(done);
    }
    past.finish().await
}

/// Moves some prices to where they are at this moment.
pub async fn tick(ctx: &Ctx, table: &Table) -> Result<Ingested> {
    let moment = ctx.now().duration_trunc(TICK).map_err(Error::internal)?;
    let client = begin(ctx, Origin::Demo).await?;
    let stalls = stalls(&client, table).await?;
    let last = last_day(&client).await?;
    let last = last.ok_or_else(|| Error::Conflict("the demo market is not loaded".to_owned()))?;
    if last < moment.date_naive() {
        ensure_partitions(ctx, last).await?;
    }
    let opened = catch_up(ctx, &client, &stalls, last, true).await?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(moment.timestamp().unsigned_abs());
    let mut offers = Offers::default();
    for stall in pick(&mut rng, &stalls) {
        for quote in stall.market.moment(moment) {
            offers.push(&offer(stall.id, &quote, moment));
        }
    }
    let mut ingested = store(ctx, &client, &[slice(moment, false, true)], offers).await?;
    ingested.changed += opened;
    // Of the ticks only the last is worth remembering.
    let sql = "DELETE FROM price_slices WHERE feed = $1 AND NOT complete AND observed_at < $2";
    client.execute(sql, &[&Feed::Demo.number(), &moment]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(ingested)
}

fn pick<'a, 'b>(rng: &mut Xoshiro256PlusPlus, stalls: &'b [Stall<'a>]) -> Vec<&'b Stall<'a>> {
    let mut picked: Vec<&Stall<'_>> = Vec::with_capacity(MOVED);
    // Bounded, whatever the dice say.
    for _ in 0..MOVED * 20 {
        if picked.len() == MOVED || stalls.is_empty() {
            break;
        }
        let stall = &stalls[rng.random_range(0..stalls.len())];
        let cheap = stall.printing.price < CHEAP && rng.random::<f64>() < 0.8;
        if !cheap && picked.iter().all(|other| other.id != stall.id) {
            picked.push(stall);
        }
    }
    picked
}
