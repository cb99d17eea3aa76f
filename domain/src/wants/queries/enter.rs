//! How wants come, change and go.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::{want_lists as l, wants as w};

use super::super::model::{Constraint, Wish};
use crate::fixed::fixed;
use crate::{SetId, UserId, WantId, WantListId};

/// A new list; nothing when the name is taken.
pub(in super::super) async fn insert_list(
    conn: &mut AsyncPgConnection,
    user: UserId,
    name: &str,
    is_default: bool,
    now: DateTime<Utc>,
) -> QueryResult<Option<WantListId>> {
    let new = (
        l::user_id.eq(user),
        l::name.eq(name),
        l::is_default.eq(is_default),
        l::created_at.eq(now),
        l::changed_at.eq(now),
    );
    let insert = diesel::insert_into(l::table).values(new).on_conflict_do_nothing();
    insert.returning(l::id).get_result(conn).await.optional()
}

pub(in super::super) async fn rename_list(
    conn: &mut AsyncPgConnection,
    id: WantListId,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(l::table.find(id)).set((l::name.eq(name), l::changed_at.eq(now))).execute(conn).await
}

/// Deletes a list with everything in it.
pub(in super::super) async fn delete_list(
    conn: &mut AsyncPgConnection,
    id: WantListId,
) -> QueryResult<usize> {
    diesel::delete(w::table.filter(w::list_id.eq(id))).execute(conn).await?;
    diesel::delete(l::table.find(id)).execute(conn).await
}

/// Something in a list changed.
pub(in super::super) async fn touch(
    conn: &mut AsyncPgConnection,
    lists: &[WantListId],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(l::table.filter(l::id.eq_any(lists))).set(l::changed_at.eq(now)).execute(conn).await
}

/// As an array of the database is written, since arrays of arrays must be of one length.
fn written<T>(members: &[T], number: impl Fn(&T) -> i32) -> Option<String> {
    let numbers: Vec<String> = members.iter().map(|member| number(member).to_string()).collect();
    (!numbers.is_empty()).then(|| format!("{{{}}}", numbers.join(",")))
}

fn sets(constraint: &Constraint) -> Option<String> {
    written(&constraint.sets, |set| set.0)
}

fn languages(constraint: &Constraint) -> Option<String> {
    written(&constraint.languages, |language| i32::from(language.number()))
}

/// A want after something was added to it.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(in super::super) struct Entered {
    #[diesel(sql_type = Integer)]
    pub id: WantId,
    #[diesel(sql_type = Integer)]
    pub quantity: i32,
}

/// New wants, no two alike; what is wanted already is wanted more.
pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    user: UserId,
    list: WantListId,
    wishes: &[Wish],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Entered>> {
    fn all<T>(wishes: &[Wish], of: impl Fn(&Wish) -> T) -> Vec<T> {
        wishes.iter().map(of).collect()
    }
    let small = |n: i32| i16::try_from(n).unwrap_or_default();
    fixed(
        "INSERT INTO wants (user_id, list_id, card_id, printing_id, sets, finish, grade, languages, quantity, target, \
             target_currency, target_source, tells, priority, note, added_at, changed_at) \
         SELECT $1, $2, g.card_id, g.printing_id, g.sets::int[], g.finish, g.grade, g.languages::smallint[], \
             g.quantity, g.target, g.target_currency, g.target_source, g.tells, g.priority, g.note, $3, $3 \
         FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) WITH ORDINALITY AS g (card_id, printing_id, \
             sets, finish, grade, languages, quantity, target, target_currency, target_source, priority, note, tells, place) \
         ORDER BY g.place \
         ON CONFLICT ON CONSTRAINT wants_key DO UPDATE SET \
             quantity = least(wants.quantity + excluded.quantity, 10000), \
             target = coalesce(excluded.target, wants.target), \
             target_currency = coalesce(excluded.target_currency, wants.target_currency), \
             target_source = CASE WHEN excluded.target IS NULL THEN wants.target_source ELSE excluded.target_source END, \
             tells = CASE WHEN excluded.target IS NULL THEN wants.tells ELSE excluded.tells END, \
             priority = least(wants.priority, excluded.priority), note = coalesce(excluded.note, wants.note), \
             changed_at = excluded.changed_at \
         RETURNING id, quantity",
    )
    .bind::<Integer, _>(user)
    .bind::<Integer, _>(list)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(all(wishes, |wish| wish.constraint.card.0))
    .bind::<Array<Nullable<Integer>>, _>(all(wishes, |wish| wish.constraint.printing.map(|id| id.0)))
    .bind::<Array<Nullable<Text>>, _>(all(wishes, |wish| sets(&wish.constraint)))
    .bind::<Array<Nullable<SmallInt>>, _>(all(wishes, |wish| wish.constraint.finish.map(|one| one.number())))
    .bind::<Array<Nullable<SmallInt>>, _>(all(wishes, |wish| wish.constraint.grade.map(|one| one.number())))
    .bind::<Array<Nullable<Text>>, _>(all(wishes, |wish| languages(&wish.constraint)))
    .bind::<Array<Integer>, _>(all(wishes, |wish| wish.quantity))
    .bind::<Array<Nullable<BigInt>>, _>(all(wishes, |wish| wish.target.as_ref().map(|one| one.amount.amount)))
    .bind::<Array<Nullable<Text>>, _>(all(wishes, |wish| {
        wish.target.as_ref().map(|one| one.amount.currency.clone())
    }))
    .bind::<Array<Nullable<SmallInt>>, _>(all(wishes, |wish| {
        wish.target.as_ref().and_then(|one| one.source.map(|source| source.number()))
    }))
    .bind::<Array<SmallInt>, _>(all(wishes, |wish| small(wish.priority)))
    .bind::<Array<Nullable<Text>>, _>(all(wishes, |wish| wish.note.clone()))
    .bind::<Array<Bool>, _>(all(wishes, |wish| wish.tells))
    .load(conn)
    .await
}

/// Another want of a list that is satisfied by the same.
pub(in super::super) async fn twin(
    conn: &mut AsyncPgConnection,
    list: WantListId,
    constraint: &Constraint,
    not: WantId,
) -> QueryResult<Option<Entered>> {
    fixed(
        "SELECT id, quantity FROM wants WHERE list_id = $1 AND card_id = $2 AND printing_id IS NOT DISTINCT FROM $3 \
         AND sets IS NOT DISTINCT FROM $4::int[] AND finish IS NOT DISTINCT FROM $5 \
         AND grade IS NOT DISTINCT FROM $6 AND languages IS NOT DISTINCT FROM $7::smallint[] AND id <> $8",
    )
    .bind::<Integer, _>(list)
    .bind::<Integer, _>(constraint.card)
    .bind::<Nullable<Integer>, _>(constraint.printing)
    .bind::<Nullable<Array<Integer>>, _>(array(&constraint.sets, |set: &SetId| set.0))
    .bind::<Nullable<SmallInt>, _>(constraint.finish.map(|one| one.number()))
    .bind::<Nullable<SmallInt>, _>(constraint.grade.map(|one| one.number()))
    .bind::<Nullable<Array<SmallInt>>, _>(array(&constraint.languages, |one| one.number()))
    .bind::<Integer, _>(not)
    .get_result(conn)
    .await
    .optional()
}

fn array<T, N>(members: &[T], number: impl Fn(&T) -> N) -> Option<Vec<N>> {
    (!members.is_empty()).then(|| members.iter().map(number).collect())
}

/// A want becomes what it shall be, in the list where it shall be.
pub(in super::super) async fn update(
    conn: &mut AsyncPgConnection,
    id: WantId,
    list: WantListId,
    wish: &Wish,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let (constraint, target) = (&wish.constraint, wish.target.as_ref());
    let set = (
        w::list_id.eq(list),
        w::printing_id.eq(constraint.printing),
        w::sets.eq(array(&constraint.sets, |set| set.0)),
        w::finish.eq(constraint.finish.map(|one| one.number())),
        w::grade.eq(constraint.grade.map(|one| one.number())),
        w::languages.eq(array(&constraint.languages, |one| one.number())),
        w::quantity.eq(wish.quantity),
        w::target.eq(target.map(|one| one.amount.amount)),
        w::target_currency.eq(target.map(|one| one.amount.currency.as_str())),
        w::target_source.eq(target.and_then(|one| one.source.map(|source| source.number()))),
        w::tells.eq(wish.tells),
        w::priority.eq(i16::try_from(wish.priority).unwrap_or_default()),
        w::note.eq(wish.note.as_deref()),
        w::changed_at.eq(now),
    );
    diesel::update(w::table.find(id)).set(set).execute(conn).await
}

pub(in super::super) async fn delete(conn: &mut AsyncPgConnection, ids: &[WantId]) -> QueryResult<usize> {
    diesel::delete(w::table.filter(w::id.eq_any(ids))).execute(conn).await
}
