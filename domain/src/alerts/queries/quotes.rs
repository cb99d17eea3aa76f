use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, SmallInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::super::board::Quote;
use super::super::machine::Trigger;
use super::super::model::Subject;
use crate::fixed::fixed;
use crate::prices::{Condition, Finish, Source};
use crate::{AlertId, PrintingId, SeriesId};

/// The series of some subjects. What a market shows as its price is of near mint copies; of copies in another
/// state it is the price of the same kind. There is a join for each way to name printings: however many the
/// planner thinks that a card has, they are not looked for anew for each subject.
macro_rules! series_of {
    ($subjects:literal) => {
        concat!(
            "WITH subject AS MATERIALIZED (",
            $subjects,
            "), a AS (
                 SELECT b.*, b.printing_id AS at FROM subject b WHERE b.printing_id IS NOT NULL
                 UNION ALL
                 SELECT b.*, p.id FROM subject b JOIN printings p ON p.card_id = b.card_id
                 WHERE b.printing_id IS NULL AND (b.set_id IS NULL OR p.set_id = b.set_id)
                   AND (b.sets IS NULL OR p.set_id = ANY (b.sets))
                   AND p.removed_at IS NULL AND (NOT p.digital OR b.currency = 3)
                 UNION ALL
                 SELECT b.*, p.id FROM subject b JOIN printings p ON p.set_id = b.set_id
                 WHERE b.printing_id IS NULL AND b.card_id IS NULL
                   AND p.removed_at IS NULL AND (NOT p.digital OR b.currency = 3)
             )
             SELECT a.id AS alert_id, s.id AS series_id, s.printing_id, s.source, s.feed, s.kind, s.finish,
                    s.condition, s.amount, s.quantity, s.changed_at
             FROM a JOIN price_series s ON s.printing_id = a.at
             WHERE s.currency = a.currency AND (a.source IS NULL OR s.source = a.source)
               AND (a.finish IS NULL OR s.finish = a.finish)
               AND CASE
                   WHEN s.kind = 9 THEN (a.rule = 5 OR a.book = 2) AND s.condition <= coalesce(a.condition, 1)
                   WHEN a.rule <> 5 AND a.book = 2 THEN false
                   WHEN a.condition IS NULL THEN s.headline
                   ELSE s.condition <= a.condition
                        AND (s.source, s.kind) IN ((1, 1), (2, 3), (3, 1), (4, 8), (5, 2), (6, 2), (9, 1))
               END"
        )
    };
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    alert_id: AlertId,
    #[diesel(sql_type = Integer)]
    series_id: SeriesId,
    #[diesel(sql_type = Integer)]
    printing_id: PrintingId,
    #[diesel(sql_type = SmallInt)]
    source: i16,
    #[diesel(sql_type = SmallInt)]
    feed: i16,
    #[diesel(sql_type = SmallInt)]
    kind: i16,
    #[diesel(sql_type = SmallInt)]
    finish: i16,
    #[diesel(sql_type = SmallInt)]
    condition: i16,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<i64>,
    #[diesel(sql_type = Nullable<Integer>)]
    quantity: Option<i32>,
    #[diesel(sql_type = Timestamptz)]
    changed_at: DateTime<Utc>,
}

/// When each feed last spoke for each source: a complete slice confirms what it does not change.
pub(in super::super) struct Spoken(HashMap<(i16, i16), DateTime<Utc>>);

impl Spoken {
    fn quote(&self, row: &Row) -> Quote {
        let spoken = self.0.get(&(row.feed, row.source)).copied().unwrap_or(row.changed_at);
        Quote {
            series: row.series_id,
            printing: row.printing_id,
            source: row.source,
            kind: row.kind,
            finish: row.finish,
            condition: row.condition,
            amount: row.amount,
            quantity: row.quantity,
            changed_at: row.changed_at,
            observed_at: spoken.max(row.changed_at),
        }
    }
}

#[derive(QueryableByName)]
struct SpokenRow {
    #[diesel(sql_type = SmallInt)]
    feed: i16,
    #[diesel(sql_type = SmallInt)]
    source: i16,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

pub(in super::super) async fn spoken(conn: &mut AsyncPgConnection) -> QueryResult<Spoken> {
    let rows: Vec<SpokenRow> = fixed(
        "SELECT feed, source, max(observed_at) AS at FROM price_slices
         WHERE complete AND quarantined IS NULL GROUP BY feed, source",
    )
    .load(conn)
    .await?;
    Ok(Spoken(rows.into_iter().map(|row| ((row.feed, row.source), row.at)).collect()))
}

/// The prices that each of some alerts looks at.
pub(in super::super) async fn of_alerts(
    conn: &mut AsyncPgConnection,
    spoken: &Spoken,
    alerts: &[AlertId],
) -> QueryResult<HashMap<AlertId, Vec<Quote>>> {
    let rows: Vec<Row> = fixed(series_of!(
        "SELECT a.*, w.sets FROM alerts a LEFT JOIN wants w ON w.id = a.want_id WHERE a.id = ANY ($1)"
    ))
    .bind::<Array<Integer>, _>(alerts.to_vec())
    .load(conn)
    .await?;
    let mut found: HashMap<AlertId, Vec<Quote>> = HashMap::with_capacity(alerts.len());
    for row in rows {
        found.entry(row.alert_id).or_default().push(spoken.quote(&row));
    }
    Ok(found)
}

/// The prices of a subject that no alert is about yet.
pub(in super::super) async fn of_subject(
    conn: &mut AsyncPgConnection,
    spoken: &Spoken,
    subject: &Subject,
    trigger: Trigger,
) -> QueryResult<Vec<Quote>> {
    let rule: i16 = if matches!(trigger, Trigger::Spread(_)) { 5 } else { 1 };
    let rows: Vec<Row> = fixed(series_of!(
        "SELECT 0 AS id, $1::int AS printing_id, $2::int AS card_id, $3::int AS set_id, $4::int2 AS finish,
                $5::int2 AS source, $6::int2 AS book, $7::int2 AS condition, $8::int2 AS currency, $9::int2 AS rule,
                NULL::int[] AS sets"
    ))
    .bind::<Nullable<Integer>, _>(subject.printing)
    .bind::<Nullable<Integer>, _>(subject.card)
    .bind::<Nullable<Integer>, _>(subject.set)
    .bind::<Nullable<SmallInt>, _>(subject.finish.map(Finish::number))
    .bind::<Nullable<SmallInt>, _>(subject.source.map(Source::number))
    .bind::<SmallInt, _>(subject.book.number())
    .bind::<Nullable<SmallInt>, _>(subject.condition.map(Condition::number))
    .bind::<SmallInt, _>(subject.currency.number())
    .bind::<SmallInt, _>(rule)
    .load(conn)
    .await?;
    Ok(rows.iter().map(|row| spoken.quote(row)).collect())
}

/// What a series said at a moment.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(in super::super) struct Said {
    #[diesel(sql_type = Integer)]
    pub series_id: SeriesId,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub amount: Option<i64>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub quantity: Option<i32>,
}

impl Said {
    /// What is out of stock, or not wanted, has no price.
    pub(in super::super) fn value(&self) -> Option<i64> {
        self.amount.filter(|amount| *amount > 0 && self.quantity != Some(0))
    }
}

/// What each of some series had said by a moment of its own. `at` is the moment that was asked for.
pub(in super::super) async fn at(
    conn: &mut AsyncPgConnection,
    series: Vec<SeriesId>,
    moments: Vec<DateTime<Utc>>,
) -> QueryResult<Vec<Said>> {
    fixed(
        "SELECT g.series_id, g.at, h.amount, h.quantity
         FROM unnest($1::int[], $2::timestamptz[]) AS g (series_id, at)
         CROSS JOIN LATERAL (
             SELECT amount, quantity FROM price_history
             WHERE series_id = g.series_id AND observed_at <= g.at
             ORDER BY observed_at DESC, ingested_at DESC LIMIT 1
         ) h",
    )
    .bind::<Array<Integer>, _>(series)
    .bind::<Array<Timestamptz>, _>(moments)
    .load(conn)
    .await
}

/// What some series said since a moment, in the order in which it was known. A past that was loaded long
/// after it happened is taken as if somebody had been there.
pub(in super::super) async fn since(
    conn: &mut AsyncPgConnection,
    series: Vec<SeriesId>,
    moment: DateTime<Utc>,
) -> QueryResult<Vec<Said>> {
    fixed(
        "SELECT series_id, amount, quantity,
                CASE WHEN ingested_at > observed_at + interval '2 days' THEN observed_at
                     ELSE greatest(observed_at, ingested_at) END AS at
         FROM price_history WHERE series_id = ANY ($1) AND observed_at > $2
         ORDER BY at, observed_at, series_id",
    )
    .bind::<Array<Integer>, _>(series)
    .bind::<Timestamptz, _>(moment)
    .load(conn)
    .await
}
