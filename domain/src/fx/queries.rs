use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use markets::ecb::{Code, Rate};
use tables::{fx_days as d, fx_quarantine as q, fx_rates as f};

use super::judge::{Rates, SetAside};
use super::loader::RateKey;
use super::model::{DayRate, Exchange};
use crate::fixed::fixed;

/// The last day with rates.
pub(super) async fn newest(conn: &mut AsyncPgConnection) -> QueryResult<Option<NaiveDate>> {
    d::table.select(diesel::dsl::max(d::day)).first(conn).await
}

/// Who stores waits for others who do; who reads does not.
pub(super) async fn lock(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    fixed("LOCK TABLE fx_days IN SHARE ROW EXCLUSIVE MODE").execute(conn).await
}

fn keyed(rows: Vec<(String, NaiveDate, i64)>) -> Rates {
    let key =
        |(currency, day, micros): (String, NaiveDate, i64)| Some(((Code::parse(&currency)?, day), micros));
    rows.into_iter().filter_map(key).collect()
}

/// Rates that are believed, from a day on.
pub(super) async fn since(conn: &mut AsyncPgConnection, day: NaiveDate) -> QueryResult<Rates> {
    let rows = f::table.filter(f::day.ge(day)).select((f::currency, f::day, f::micros)).load(conn).await?;
    Ok(keyed(rows))
}

/// Rates that are not, from a day on.
pub(super) async fn set_aside_since(conn: &mut AsyncPgConnection, day: NaiveDate) -> QueryResult<Rates> {
    let rows = q::table.filter(q::day.ge(day)).select((q::currency, q::day, q::micros)).load(conn).await?;
    Ok(keyed(rows))
}

/// Writes rates, with their days.
pub(super) async fn write(
    conn: &mut AsyncPgConnection,
    source: i16,
    rates: &[Rate],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let days: Vec<NaiveDate> = rates.iter().map(|rate| rate.day).collect();
    let currencies: Vec<String> = rates.iter().map(|rate| rate.currency.to_string()).collect();
    let micros: Vec<i64> = rates.iter().map(|rate| rate.micros).collect();
    fixed(
        "INSERT INTO fx_days (day, source, stored_at) \
         SELECT DISTINCT g.day, $1::smallint, $2::timestamptz FROM unnest($3::date[]) AS g (day) \
         ON CONFLICT (day) DO NOTHING",
    )
    .bind::<SmallInt, _>(source)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Date>, _>(days.clone())
    .execute(conn)
    .await?;
    fixed(
        "INSERT INTO fx_rates AS f (currency, day, micros) \
         SELECT * FROM unnest($1::text[], $2::date[], $3::bigint[]) \
         ON CONFLICT (currency, day) DO UPDATE SET micros = excluded.micros WHERE f.micros <> excluded.micros",
    )
    .bind::<Array<Text>, _>(currencies)
    .bind::<Array<Date>, _>(days)
    .bind::<Array<BigInt>, _>(micros)
    .execute(conn)
    .await
}

/// Remembers what is not believed.
pub(super) async fn set_aside(
    conn: &mut AsyncPgConnection,
    rates: &[SetAside],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let rows: Vec<_> = rates
        .iter()
        .map(|SetAside { rate, before }| {
            (
                q::currency.eq(rate.currency.to_string()),
                q::day.eq(rate.day),
                q::micros.eq(rate.micros),
                q::before_micros.eq(*before),
                q::seen_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(q::table)
        .values(rows)
        .on_conflict((q::currency, q::day))
        .do_update()
        .set((
            q::micros.eq(diesel::upsert::excluded(q::micros)),
            q::before_micros.eq(diesel::upsert::excluded(q::before_micros)),
            q::seen_at.eq(diesel::upsert::excluded(q::seen_at)),
        ))
        .execute(conn)
        .await
}

/// Forgets what is believed by now.
pub(super) async fn release(
    conn: &mut AsyncPgConnection,
    currency: Code,
    day: NaiveDate,
) -> QueryResult<usize> {
    diesel::delete(q::table.find((currency.to_string(), day))).execute(conn).await
}

/// The rates that count, each of its currency on its day.
pub(super) async fn counting(conn: &mut AsyncPgConnection, keys: &[RateKey]) -> QueryResult<Vec<DayRate>> {
    let currencies: Vec<String> = keys.iter().map(|key| key.currency.to_string()).collect();
    let days: Vec<NaiveDate> = keys.iter().map(|key| key.on).collect();
    fixed(
        "SELECT k.currency, k.wanted_on, r.rate_day, r.micros, d.source \
         FROM unnest($1::text[], $2::date[]) AS k (currency, wanted_on) \
         CROSS JOIN LATERAL fx_rate(k.currency, k.wanted_on) r \
         LEFT JOIN fx_days d ON d.day = r.rate_day AND k.currency <> 'EUR'",
    )
    .bind::<Array<Text>, _>(currencies)
    .bind::<Array<Date>, _>(days)
    .load(conn)
    .await
}

/// The rates of all currencies that count on a day.
pub(super) async fn all(conn: &mut AsyncPgConnection, on: NaiveDate) -> QueryResult<Vec<DayRate>> {
    fixed(
        "SELECT DISTINCT ON (r.currency) r.currency, x.wanted_on, r.day AS rate_day, r.micros, d.source \
         FROM (SELECT $1::date AS wanted_on) x JOIN fx_rates r ON r.day <= x.wanted_on \
            AND r.day >= (SELECT max(n.day) FROM fx_days n WHERE n.day <= x.wanted_on) - 10 \
         JOIN fx_days d ON d.day = r.day ORDER BY r.currency, r.day DESC",
    )
    .bind::<Date, _>(on)
    .load(conn)
    .await
}

/// An amount that was converted, by its place.
#[derive(QueryableByName)]
pub(super) struct Placed {
    #[diesel(sql_type = BigInt)]
    pub place: i64,
    #[diesel(sql_type = BigInt)]
    pub converted: i64,
    #[diesel(sql_type = Date)]
    pub rate_day: NaiveDate,
}

/// Converts amounts, each at the rates of its day.
pub(super) async fn convert(conn: &mut AsyncPgConnection, all: &[Exchange]) -> QueryResult<Vec<Placed>> {
    let code = |code: Code| code.to_string();
    fixed(
        "SELECT x.place, c.converted, c.rate_day \
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::date[]) WITH ORDINALITY \
            AS x (amount, given, wanted, at, place) \
         CROSS JOIN LATERAL fx_convert(x.amount, x.given, x.wanted, x.at) c",
    )
    .bind::<Array<BigInt>, _>(all.iter().map(|one| one.amount.hundredths).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(all.iter().map(|one| code(one.amount.currency)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(all.iter().map(|one| code(one.to)).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(all.iter().map(|one| one.on).collect::<Vec<_>>())
    .load(conn)
    .await
}
