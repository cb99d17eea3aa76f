use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::super::model::Definition;
use crate::fixed::fixed;
use crate::wants::at_least;
use crate::{UserId, WantId};

/// What wants ask for becomes alerts with the usual patience; what is asked for no more goes. One that says
/// something else begins anew; all of them are looked at, for the sets of a want are no part of its alert.
/// Prices are not converted: a target in a currency in which no market sells asks for nothing.
const FOLLOW: &str = concat!("
    WITH meant AS (
        SELECT w.id AS want_id, w.user_id, w.printing_id,
            CASE WHEN w.printing_id IS NULL THEN w.card_id END AS card_id, w.finish, w.target_source AS source,
            (", at_least!(), ")::int2 AS condition,
            (CASE w.target_currency WHEN 'USD' THEN 1 WHEN 'EUR' THEN 2 END)::int2 AS currency, w.target AS amount
        FROM wants w
        WHERE w.id = ANY ($1) AND w.user_id = $2 AND w.tells AND w.target_currency IN ('USD', 'EUR')
    ), put AS (
        INSERT INTO alerts AS a (want_id, user_id, printing_id, card_id, finish, source, condition, currency, amount,
            book, rule, persistence_minutes, band, daily_limit, announce_met, created_at, changed_at)
        SELECT m.*, 1, 1, $3, $4, $5, true, $6, $6 FROM meant m
        ON CONFLICT (want_id) WHERE want_id IS NOT NULL DO UPDATE SET printing_id = excluded.printing_id,
            card_id = excluded.card_id, finish = excluded.finish, source = excluded.source,
            condition = excluded.condition, currency = excluded.currency, amount = excluded.amount,
            changed_at = excluded.changed_at
        WHERE (a.printing_id, a.card_id, a.finish, a.source, a.condition, a.currency, a.amount) IS DISTINCT FROM
            (excluded.printing_id, excluded.card_id, excluded.finish, excluded.source, excluded.condition,
             excluded.currency, excluded.amount)
        RETURNING a.id
    ), anew AS (
        INSERT INTO alert_states AS s (alert_id) SELECT id FROM put
        ON CONFLICT (alert_id) DO UPDATE SET version = s.version + 1, phase = 0, since = NULL, side = NULL,
            last = NULL, before = NULL, suspect = false, held = NULL, due_at = NULL
    ), gone AS (
        DELETE FROM alerts a
        WHERE a.want_id = ANY ($1) AND a.user_id = $2 AND a.want_id NOT IN (SELECT want_id FROM meant)
    )
    INSERT INTO alert_touched (alert_id)
    SELECT id FROM put UNION SELECT a.id FROM alerts a JOIN meant m ON m.want_id = a.want_id");

/// Returns how many alerts there are to look at.
pub(in super::super) async fn follow(
    conn: &mut AsyncPgConnection,
    user: UserId,
    wants: &[WantId],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    fixed(FOLLOW)
        .bind::<Array<Integer>, _>(wants.to_vec())
        .bind::<Integer, _>(user)
        .bind::<Integer, _>(Definition::PERSISTENCE_MINUTES)
        .bind::<Integer, _>(Definition::BAND)
        .bind::<Integer, _>(Definition::DAILY_LIMIT)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
        .await
}
