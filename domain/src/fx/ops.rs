use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use markets::ecb::{Code, Rate};

use super::judge::{self, LASTS, Rates, SetAside};
use super::loader::{RateKey, has_rates};
use super::model::{Amount, Converted, DayRate, Exchange, ExchangeRate, ExchangeRateSource, Stored};
use super::queries;
use crate::data::{self, DataOrigin};
use crate::{Ctx, Error, ReaderLoader, Result};

/// What one unit of a currency is worth in another on a day; nothing where one of them has no rate then.
pub async fn rate(
    reader: &ReaderLoader,
    from: Code,
    to: Code,
    on: NaiveDate,
) -> Result<Option<ExchangeRate>> {
    if from == to {
        return Ok(Some(ExchangeRate::same(from, on)));
    }
    let key = |currency| RateKey { currency, on };
    let mut found: HashMap<RateKey, Option<DayRate>> = reader.load_many([key(from), key(to)]).await?;
    let mut leg = |currency| found.remove(&key(currency)).flatten();
    Ok(leg(from).zip(leg(to)).map(|(from, to)| ExchangeRate::cross(&from, &to, on)))
}

/// An amount in another currency, at the rates of a day; nothing where there is none. What is in that
/// currency already stays what it is, on every day.
pub async fn convert(
    reader: &ReaderLoader,
    amount: Amount,
    to: Code,
    on: NaiveDate,
) -> Result<Option<Converted>> {
    let rate = rate(reader, amount.currency, to, on).await?;
    let converted = |rate: ExchangeRate| {
        let hundredths = rate.convert(amount.hundredths)?;
        Some(Converted { amount: Amount { hundredths, currency: to }, rate_day: rate.day })
    };
    Ok(rate.and_then(converted))
}

/// Many amounts, each into its currency at the rates of its day, by one statement; in their order.
pub async fn convert_all(ctx: &Ctx, all: &[Exchange]) -> Result<Vec<Option<Converted>>> {
    let same = |one: &Exchange| one.amount.currency == one.to;
    let mut done: Vec<Option<Converted>> = all
        .iter()
        .map(|one| same(one).then_some(Converted { amount: one.amount, rate_day: one.on }))
        .collect();
    let asked: Vec<usize> =
        (0..all.len()).filter(|place| !same(&all[*place]) && has_rates(all[*place].on)).collect();
    if asked.is_empty() {
        return Ok(done);
    }
    let exchanges: Vec<Exchange> = asked.iter().map(|place| all[*place]).collect();
    for placed in queries::convert(&mut *ctx.conn().await?, &exchanges).await? {
        let place = usize::try_from(placed.place - 1).ok().and_then(|place| asked.get(place));
        if let Some(place) = place {
            let amount = Amount { hundredths: placed.converted, currency: all[*place].to };
            done[*place] = Some(Converted { amount, rate_day: placed.rate_day });
        }
    }
    Ok(done)
}

/// What one unit of a currency is worth in every other one on a day, in order of their codes; none where
/// the currency has no rate then.
pub async fn rates(ctx: &Ctx, base: Code, on: NaiveDate) -> Result<Vec<ExchangeRate>> {
    if !has_rates(on) {
        return Ok(Vec::new());
    }
    let mut all = queries::all(&mut *ctx.conn().await?, on).await?;
    if !all.is_empty() {
        all.push(DayRate::euro(on));
        all.sort_by_key(DayRate::currency);
    }
    let Some(from) = all.iter().find(|rate| rate.currency() == base) else { return Ok(Vec::new()) };
    let others = all.iter().filter(|rate| rate.currency() != base);
    Ok(others.map(|to| ExchangeRate::cross(from, to, on)).collect())
}

/// The day that somebody asks about: today if they do not say. Tomorrow may have begun where they are.
pub(super) fn asked_day(ctx: &Ctx, on: Option<NaiveDate>) -> Result<NaiveDate> {
    let today = ctx.now().date_naive();
    match on {
        Some(on) if on > today + Days::new(1) => Err(Error::invalid("on", "must not be in the future")),
        on => Ok(on.unwrap_or(today)),
    }
}

/// The currency of a code that somebody wrote.
pub(super) fn asked_code(field: &'static str, code: &str) -> Result<Code> {
    let wrong = || Error::invalid(field, "must be three letters of ISO 4217, such as USD");
    Code::parse(&code.to_ascii_uppercase()).ok_or_else(wrong)
}

/// The last day with rates.
pub(crate) async fn newest(ctx: &Ctx) -> Result<Option<NaiveDate>> {
    Ok(queries::newest(&mut *ctx.conn().await?).await?)
}

/// Refuses rates of one source where those of the other belong: what is simulated and what is real never
/// share a database.
pub(crate) async fn admit(ctx: &Ctx, source: ExchangeRateSource) -> Result<()> {
    use ExchangeRateSource::{EuropeanCentralBank, Simulated};
    match (data::origin(ctx).await?, source) {
        (DataOrigin::Real, EuropeanCentralBank) | (DataOrigin::Demo, Simulated) => Ok(()),
        (DataOrigin::Demo, EuropeanCentralBank) => {
            Err(Error::Conflict("the demo market is no place for what is real".to_owned()))
        }
        (DataOrigin::Real, Simulated) => {
            Err(Error::Conflict("simulated rates are for the demo market alone".to_owned()))
        }
        (DataOrigin::Empty, _) => {
            Err(Error::Conflict("there is no catalogue yet: load the cards first".to_owned()))
        }
    }
}

/// Stores what a file says, all of it or nothing. The same again writes nothing, a correction one row; a
/// rate that jumps is set aside, and the one before it counts on.
pub(crate) async fn store(ctx: &Ctx, source: ExchangeRateSource, rates: &[Rate]) -> Result<Stored> {
    ctx.require_service()?;
    admit(ctx, source).await?;
    // Of what is said twice the last word counts.
    let said: Rates = rates.iter().map(|rate| ((rate.currency, rate.day), rate.micros)).collect();
    let days = || said.keys().map(|(_, day)| *day);
    let (Some(first), Some(newest)) = (days().min(), days().max()) else { return Ok(Stored::default()) };
    let mut conn = ctx.conn().await?;
    let connection: &mut AsyncPgConnection = &mut conn;
    let now = ctx.now();
    connection
        .transaction(async |conn| -> Result<Stored> {
            queries::lock(conn).await?;
            let known = queries::since(conn, first - LASTS).await?;
            let mut stored = Stored { rows: said.len() as u64, newest: Some(newest), ..Stored::default() };
            if let Some(how) = judge::shrunk(&known, &said) {
                stored.shrunk = Some(how);
                return Ok(stored);
            }
            let verdict = judge::judge(&known, &said);
            let aside = queries::set_aside_since(conn, first).await?;
            if !verdict.changes.is_empty() {
                queries::write(conn, source.number(), &verdict.changes, now).await?;
            }
            let key = |rate: &Rate| (rate.currency, rate.day);
            let is_new = |one: &&SetAside| aside.get(&key(&one.rate)) != Some(&one.rate.micros);
            let new: Vec<SetAside> = verdict.set_aside.iter().filter(is_new).copied().collect();
            if !new.is_empty() {
                queries::set_aside(conn, &new, now).await?;
            }
            let doubted = |key: &(Code, NaiveDate)| {
                verdict.set_aside.iter().any(|one| (one.rate.currency, one.rate.day) == *key)
            };
            for (currency, day) in aside.keys().filter(|key| said.contains_key(key) && !doubted(key)) {
                queries::release(conn, *currency, *day).await?;
            }
            let told = verdict.set_aside.iter().filter(|one| one.rate.day == newest || is_new(one));
            stored.set_aside = told.map(|one| format!("{} on {}", one.rate.currency, one.rate.day)).collect();
            (stored.believed, stored.changed) = (verdict.believed, verdict.changes.len() as u64);
            Ok(stored)
        })
        .await
}
