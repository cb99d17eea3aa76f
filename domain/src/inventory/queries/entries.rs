//! How a change is written down: a statement each, however many lots it touches.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Date, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::super::facts::{Facts, Grading, Paid};
use crate::fixed::fixed;
use crate::{ChangeId, LotId, UserId};

/// A lot that a change needs.
pub(in super::super) struct Needed {
    pub identity: Uuid,
    pub facts: Facts,
    /// Copies that come into it.
    pub copies: i32,
    /// Since when they are there.
    pub since: NaiveDate,
}

/// The lot of an identity.
#[derive(QueryableByName)]
pub(in super::super) struct Ensured {
    #[diesel(sql_type = SqlUuid)]
    pub identity: Uuid,
    #[diesel(embed)]
    pub left: Left,
    /// Whether it was not there before: then its copies are in it.
    #[diesel(sql_type = Bool)]
    pub made: bool,
}

const ENSURE: &str = "\
    INSERT INTO inventory_items AS i (user_id, created_at, changed_at, quantity, identity, printing_id, finish, \
        grade, language, binder_id, cost, cost_currency, acquired_on, condition_text, grader, grader_grade, \
        certificate, signed, altered, misprint, for_trade, hidden, notes, tags, held_since) \
    SELECT $1, $2, $3, g.copies, g.identity, g.printing_id, g.finish, g.grade, g.language, g.binder_id, g.cost, \
        g.cost_currency, g.acquired_on, g.condition_text, g.grader, g.grader_grade, g.certificate, g.signed, \
        g.altered, g.misprint, g.for_trade, g.hidden, g.notes, ARRAY (SELECT jsonb_array_elements_text(g.tags)), g.since \
    FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
        $17, $18, $19, $20, $21, $22, $23, $24, $25) WITH ORDINALITY AS g (identity, printing_id, finish, grade, language, \
        binder_id, cost, cost_currency, acquired_on, condition_text, grader, grader_grade, certificate, signed, \
        altered, misprint, for_trade, hidden, notes, tags, copies, since, n) ORDER BY g.n \
    ON CONFLICT (user_id, identity) DO UPDATE SET changed_at = EXCLUDED.changed_at \
    RETURNING i.identity, i.id, i.quantity::bigint AS quantity, i.xmax = 0 AS made";

/// The lots of these facts; where there is none yet one is made, with its copies. Each identity may appear
/// once.
pub(in super::super) async fn ensure(
    conn: &mut AsyncPgConnection,
    user: UserId,
    needed: &[Needed],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Ensured>> {
    fn all<T>(needed: &[Needed], of: impl Fn(&Facts) -> T) -> Vec<T> {
        needed.iter().map(|one| of(&one.facts)).collect()
    }
    let paid = |of: fn(&Paid) -> String| move |one: &Facts| one.cost.as_ref().map(of);
    let graded = |of: fn(&Grading) -> Option<String>| move |one: &Facts| one.grading.as_ref().and_then(of);
    let tags = |one: &Facts| Value::from(one.tags.clone());
    fixed(ENSURE)
        .bind::<Integer, _>(user.0)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(needed.iter().map(|one| one.identity).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(all(needed, |one| one.printing.0))
        .bind::<Array<SmallInt>, _>(all(needed, |one| one.finish.number()))
        .bind::<Array<SmallInt>, _>(all(needed, |one| one.grade.number()))
        .bind::<Array<SmallInt>, _>(all(needed, |one| one.language.number()))
        .bind::<Array<Nullable<Integer>>, _>(all(needed, |one| one.binder.map(|binder| binder.0)))
        .bind::<Array<Nullable<BigInt>>, _>(all(needed, |one| one.cost.as_ref().map(|paid| paid.amount)))
        .bind::<Array<Nullable<Text>>, _>(all(needed, paid(|paid| paid.currency.clone())))
        .bind::<Array<Nullable<Date>>, _>(all(needed, |one| one.acquired_on))
        .bind::<Array<Nullable<Text>>, _>(all(needed, |one| one.condition_text.clone()))
        .bind::<Array<Nullable<Text>>, _>(all(needed, graded(|grading| Some(grading.grader.clone()))))
        .bind::<Array<Nullable<Text>>, _>(all(needed, graded(|grading| Some(grading.grade.clone()))))
        .bind::<Array<Nullable<Text>>, _>(all(needed, graded(|grading| grading.certificate.clone())))
        .bind::<Array<Bool>, _>(all(needed, |one| one.signed))
        .bind::<Array<Bool>, _>(all(needed, |one| one.altered))
        .bind::<Array<Bool>, _>(all(needed, |one| one.misprint))
        .bind::<Array<Bool>, _>(all(needed, |one| one.for_trade))
        .bind::<Array<Bool>, _>(all(needed, |one| one.hidden))
        .bind::<Array<Nullable<Text>>, _>(all(needed, |one| one.notes.clone()))
        .bind::<Array<Jsonb>, _>(all(needed, tags))
        .bind::<Array<Integer>, _>(needed.iter().map(|one| one.copies).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(needed.iter().map(|one| one.since).collect::<Vec<_>>())
        .load(conn)
        .await
}

/// How many copies a lot has after a change.
#[derive(QueryableByName)]
pub(in super::super) struct Left {
    #[diesel(sql_type = Integer)]
    pub id: LotId,
    #[diesel(sql_type = BigInt)]
    pub quantity: i64,
}

/// Moves copies into lots and out of them.
pub(in super::super) async fn shift(
    conn: &mut AsyncPgConnection,
    user: UserId,
    moved: &[(LotId, i32)],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Left>> {
    fixed(
        "UPDATE inventory_items i SET quantity = i.quantity + g.copies, changed_at = $1 \
         FROM unnest($2, $3) AS g (id, copies) WHERE i.id = g.id AND i.user_id = $4 \
         RETURNING i.id, i.quantity::bigint AS quantity",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(moved.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(moved.iter().map(|(_, copies)| *copies).collect::<Vec<_>>())
    .bind::<Integer, _>(user.0)
    .load(conn)
    .await
}

/// Copies that a change brings into a lot, or takes out of it.
pub(in super::super) struct NewMovement {
    pub item: LotId,
    pub copies: i32,
    /// Got for one copy, where they were sold, and when.
    pub sale: Option<(Paid, NaiveDate)>,
}

/// Writes down what a change moves.
pub(in super::super) async fn insert_movements(
    conn: &mut AsyncPgConnection,
    change: ChangeId,
    user: UserId,
    new: &[NewMovement],
) -> QueryResult<usize> {
    let price = |one: &NewMovement| one.sale.as_ref().map(|(price, _)| price.amount);
    let currency = |one: &NewMovement| one.sale.as_ref().map(|(price, _)| price.currency.clone());
    let sold_on = |one: &NewMovement| one.sale.as_ref().map(|(_, day)| *day);
    fixed(
        "INSERT INTO inventory_movements \
            (change_id, user_id, item_id, copies, price, price_currency, sold_on) \
         SELECT $1, $2, g.* FROM unnest($3, $4, $5, $6, $7) AS g (item_id, copies, price, currency, sold_on)",
    )
    .bind::<Integer, _>(change.0)
    .bind::<Integer, _>(user.0)
    .bind::<Array<Integer>, _>(new.iter().map(|one| one.item.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(new.iter().map(|one| one.copies).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(new.iter().map(price).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(new.iter().map(currency).collect::<Vec<_>>())
    .bind::<Array<Nullable<Date>>, _>(new.iter().map(sold_on).collect::<Vec<_>>())
    .execute(conn)
    .await
}
