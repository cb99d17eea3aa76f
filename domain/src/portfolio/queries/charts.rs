//! Charts that are kept, and their days.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, SmallInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{inventories as v, portfolio_charts as c, portfolio_market_days as m, portfolio_snapshots as s};
use tokio_postgres::Client;

use super::super::model::{Chart, Day};
use crate::UserId;
use crate::fixed::fixed;
use crate::prices::Feed;

/// Deletes the charts of somebody.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(s::table.filter(s::user_id.eq(user))).execute(conn).await?;
    diesel::delete(c::table.filter(c::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

/// A chart, as far as it was worked out.
pub(in super::super) async fn version(
    conn: &mut AsyncPgConnection,
    user: UserId,
    chart: Chart,
) -> QueryResult<Option<Option<i64>>> {
    let key = (user, chart.currency.number(), chart.source_number());
    c::table.find(key).select(c::version).first(conn).await.optional()
}

/// Notes that somebody looks at a chart.
pub(in super::super) async fn ask(
    conn: &mut AsyncPgConnection,
    user: UserId,
    chart: Chart,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let key = (
        c::user_id.eq(user),
        c::currency.eq(chart.currency.number()),
        c::source.eq(chart.source_number()),
        c::asked_at.eq(now),
    );
    diesel::insert_into(c::table).values(key).on_conflict_do_nothing().execute(conn).await
}

/// The version of somebody's inventory.
pub(in super::super) async fn inventory_version(
    conn: &mut AsyncPgConnection,
    user: UserId,
) -> QueryResult<Option<i64>> {
    v::table.find(user).select(v::version).first(conn).await.optional()
}

/// The days of a chart from one on, the oldest first.
pub(in super::super) async fn days(
    conn: &mut AsyncPgConnection,
    user: UserId,
    chart: Chart,
    from: NaiveDate,
) -> QueryResult<Vec<Day>> {
    Day::query()
        .filter(s::user_id.eq(user).and(s::currency.eq(chart.currency.number())))
        .filter(s::source.eq(chart.source_number()).and(s::day.ge(from)))
        .order(s::day)
        .load(conn)
        .await
}

/// What there was before a day: money put in less taken out.
pub(in super::super) async fn flows_before(
    conn: &mut AsyncPgConnection,
    user: UserId,
    chart: Chart,
    day: NaiveDate,
) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Sum {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        flows: i64,
    }
    let text = "SELECT coalesce(sum(flows), 0)::int8 AS flows FROM portfolio_snapshots \
                WHERE user_id = $1 AND currency = $2 AND source = $3 AND day < $4";
    let sum: Sum = fixed(text)
        .bind::<Integer, _>(user.0)
        .bind::<SmallInt, _>(chart.currency.number())
        .bind::<SmallInt, _>(chart.source_number())
        .bind::<diesel::sql_types::Date, _>(day)
        .get_result(conn)
        .await?;
    Ok(sum.flows)
}

/// The days of a market from one on: the same prices at the end of the day before, and of the day.
pub(in super::super) async fn market(
    conn: &mut AsyncPgConnection,
    source: i16,
    currency: i16,
    from: NaiveDate,
) -> QueryResult<Vec<(NaiveDate, i64, i64)>> {
    m::table
        .filter(m::source.eq(source).and(m::currency.eq(currency)).and(m::day.gt(from)))
        .order(m::day)
        .select((m::day, m::before, m::after))
        .load(conn)
        .await
}

/// Users whose chart only lacks the end of the day.
pub(in super::super) async fn due(
    client: &Client,
    chart: Chart,
    today: NaiveDate,
    after: i32,
    most: i64,
) -> Result<Vec<i32>, tokio_postgres::Error> {
    let text = "SELECT c.user_id FROM portfolio_charts c JOIN inventories v USING (user_id) \
        WHERE c.currency = $1 AND c.source = $2 AND c.user_id > $3 AND c.version = v.version \
          AND EXISTS (SELECT FROM portfolio_snapshots s WHERE (s.user_id, s.currency, s.source) \
              = (c.user_id, c.currency, c.source) AND s.day BETWEEN $4::date - 1 AND $4::date) \
        ORDER BY c.user_id LIMIT $5";
    let keys = (chart.currency.number(), chart.source_number());
    let rows = client.query(text, &[&keys.0, &keys.1, &after, &today, &most]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Charts that are not as the inventory is, or that lack yesterday: whose, of which version, and which.
pub(in super::super) async fn behind(
    client: &Client,
    today: NaiveDate,
) -> Result<Vec<(i32, i64, Option<Chart>)>, tokio_postgres::Error> {
    let text = "SELECT c.user_id, v.version, c.currency, c.source \
        FROM portfolio_charts c JOIN inventories v USING (user_id) \
        WHERE c.version IS DISTINCT FROM v.version OR NOT EXISTS (SELECT FROM portfolio_snapshots s \
            WHERE (s.user_id, s.currency, s.source) = (c.user_id, c.currency, c.source) AND s.day >= $1::date - 1) \
        ORDER BY 1, 3, 4";
    let rows = client.query(text, &[&today]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), Chart::of(row.get(2), row.get(3)))).collect())
}

/// The charts that somebody looks at, or all that anybody does.
pub(in super::super) async fn kept(
    client: &Client,
    user: Option<UserId>,
) -> Result<Vec<(i16, i16)>, tokio_postgres::Error> {
    let text = "SELECT DISTINCT currency, source FROM portfolio_charts WHERE $1::int4 IS NULL OR user_id = $1 \
                ORDER BY 1, 2";
    let rows = client.query(text, &[&user.map(|user| user.0)]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The version of somebody's inventory, and the first day on which they had anything.
pub(in super::super) async fn beginning(
    client: &Client,
    user: UserId,
) -> Result<Option<(i64, NaiveDate)>, tokio_postgres::Error> {
    let text = "SELECT v.version, least(min(i.acquired_on), min(c.at AT TIME ZONE 'UTC')::date, min(m.sold_on)) \
        FROM inventories v JOIN inventory_changes c USING (user_id) JOIN inventory_movements m ON m.change_id = c.id \
        JOIN inventory_items i ON i.id = m.item_id WHERE v.user_id = $1 GROUP BY v.version";
    Ok(client.query_opt(text, &[&user.0]).await?.map(|row| (row.get(0), row.get(1))))
}

/// The last day of a chart before one.
pub(in super::super) async fn last_before(
    client: &Client,
    user: UserId,
    chart: Chart,
    day: NaiveDate,
) -> Result<Option<NaiveDate>, tokio_postgres::Error> {
    let text = "SELECT max(day) FROM portfolio_snapshots \
                WHERE user_id = $1 AND currency = $2 AND source = $3 AND day < $4";
    let keys = (chart.currency.number(), chart.source_number());
    Ok(client.query_one(text, &[&user.0, &keys.0, &keys.1, &day]).await?.get(0))
}

/// Forgets days of a chart that were not worked out with those from a day to another: when nothing was there,
/// yet to come, or, of a chart that begins with them, before them.
pub(in super::super) async fn clear(
    client: &Client,
    user: UserId,
    chart: Chart,
    (from, to): (NaiveDate, NaiveDate),
    begins: bool,
) -> Result<u64, tokio_postgres::Error> {
    let text = "DELETE FROM portfolio_snapshots WHERE user_id = $1 AND currency = $2 AND source = $3 \
        AND (day > $4 OR $5 AND day < $6 \
            OR day >= $6 AND day < coalesce((SELECT min(day) FROM told), 'infinity'))";
    let keys = (chart.currency.number(), chart.source_number());
    client.execute(text, &[&user.0, &keys.0, &keys.1, &to, &begins, &from]).await
}

/// Notes from which version of the inventory a chart was worked out.
pub(in super::super) async fn done(
    client: &Client,
    user: UserId,
    chart: Chart,
    version: i64,
) -> Result<u64, tokio_postgres::Error> {
    let text =
        "UPDATE portfolio_charts SET version = $4 WHERE user_id = $1 AND currency = $2 AND source = $3";
    let keys = (chart.currency.number(), chart.source_number());
    client.execute(text, &[&user.0, &keys.0, &keys.1, &version]).await
}

/// Works out days of some users within an open transaction; the first of them only if it is wanted.
pub(in super::super) async fn value_days(
    client: &Client,
    users: &[i32],
    chart: Chart,
    (from, to): (NaiveDate, NaiveDate),
    with_first: bool,
) -> Result<u64, tokio_postgres::Error> {
    let feeds: Vec<i16> = Feed::ALL.iter().map(|feed| feed.number()).collect();
    let (basis, code) = (chart.basis(), chart.currency.code());
    let (sources, kinds) = (basis.sources(), basis.kinds());
    let (currency, source) = (chart.currency.number(), chart.source_number());
    client.batch_execute(include_str!("history/tables.sql")).await?;
    client.execute(include_str!("history/ledger.sql"), &[&users, &from, &to, &code]).await?;
    client.batch_execute("ANALYZE told").await?;
    client.execute(include_str!("history/keys.sql"), &[&sources, &kinds, &feeds, &code]).await?;
    client.batch_execute("ANALYZE keys").await?;
    client.batch_execute(include_str!("history/picked.sql")).await?;
    client.batch_execute(include_str!("history/held.sql")).await?;
    client.batch_execute("ANALYZE picked, held").await?;
    quote(client, (from, to)).await?;
    client.batch_execute("ANALYZE prices").await?;
    let days = include_str!("history/days.sql");
    client.execute(days, &[&from, &to, &code, &currency, &source, &with_first]).await
}

/// Finds what everything cost in the past: each series is asked only for the days for which none before it says
/// anything, so that a market that is new takes nobody's past away.
async fn quote(client: &Client, (from, to): (NaiveDate, NaiveDate)) -> Result<(), tokio_postgres::Error> {
    client.batch_execute(include_str!("history/unquoted.sql")).await?;
    let mut place = 1_i64;
    loop {
        client.batch_execute("ANALYZE quoted").await?;
        if client.execute(include_str!("history/quoted.sql"), &[&from, &to, &place]).await? == 0 {
            break;
        }
        place += 1;
    }
    client.batch_execute(include_str!("history/prices.sql")).await
}

/// Works out days of a market that are not there yet.
pub(in super::super) async fn value_market(
    client: &Client,
    source: i16,
    currency: i16,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<u64, tokio_postgres::Error> {
    client.execute(include_str!("market.sql"), &[&source, &currency, &from, &to]).await
}

/// The last day of a market.
pub(in super::super) async fn market_until(
    client: &Client,
    source: i16,
    currency: i16,
) -> Result<Option<NaiveDate>, tokio_postgres::Error> {
    let text = "SELECT max(day) FROM portfolio_market_days WHERE source = $1 AND currency = $2";
    Ok(client.query_one(text, &[&source, &currency]).await?.get(0))
}
