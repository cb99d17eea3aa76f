use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::saved_searches as s;

use super::model::{Draft, SavedSearch};
use crate::fixed::fixed;
use crate::search::Finding;
use crate::{CardId, PrintingId, SavedSearchId, UserId};

/// Deletes everything that somebody saved.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(s::table.filter(s::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

pub(super) async fn all(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<SavedSearch>> {
    let mut all: Vec<SavedSearch> = SavedSearch::query().filter(s::user_id.eq(user)).load(conn).await?;
    all.sort_by_key(|one| (one.name.to_lowercase(), one.id));
    Ok(all)
}

/// Holds somebody's searches until the transaction ends.
pub(super) async fn lock(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<SavedSearch>> {
    use tables::users as u;
    u::table.find(user).select(u::id).for_no_key_update().first::<UserId>(conn).await?;
    all(conn, user).await
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    user: UserId,
    draft: &Draft,
    matching: Option<i32>,
    now: DateTime<Utc>,
) -> QueryResult<SavedSearch> {
    let new = (
        s::user_id.eq(user),
        s::name.eq(&draft.name),
        s::query.eq(&draft.query),
        s::prints.eq(draft.prints),
        s::tells.eq(draft.tells),
        s::matching.eq(matching),
        s::counted_at.eq(now),
        s::created_at.eq(now),
        s::changed_at.eq(now),
    );
    diesel::insert_into(s::table).values(new).returning(SavedSearch::as_select()).get_result(conn).await
}

pub(super) async fn update(
    conn: &mut AsyncPgConnection,
    id: SavedSearchId,
    draft: &Draft,
    matching: Option<i32>,
    now: DateTime<Utc>,
) -> QueryResult<SavedSearch> {
    let set = (
        s::name.eq(&draft.name),
        s::query.eq(&draft.query),
        s::prints.eq(draft.prints),
        s::tells.eq(draft.tells),
        s::matching.eq(matching),
        s::counted_at.eq(now),
        s::changed_at.eq(now),
    );
    diesel::update(s::table.find(id)).set(set).returning(SavedSearch::as_select()).get_result(conn).await
}

pub(super) async fn delete(conn: &mut AsyncPgConnection, id: SavedSearchId) -> QueryResult<usize> {
    diesel::delete(s::table.find(id)).execute(conn).await
}

/// Keeps what searches found.
pub(super) async fn counted(
    conn: &mut AsyncPgConnection,
    counts: &HashMap<SavedSearchId, Option<i32>>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    if counts.is_empty() {
        return Ok(0);
    }
    let (ids, counts): (Vec<_>, Vec<_>) = counts.iter().map(|(id, count)| (id.0, *count)).unzip();
    fixed(
        "UPDATE saved_searches s SET matching = g.matching, counted_at = $1
         FROM unnest($2::int[], $3::int[]) AS g (id, matching) WHERE s.id = g.id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Nullable<Integer>>, _>(counts)
    .execute(conn)
    .await
}

/// Those that tell, behind one of them.
pub(super) async fn telling(
    conn: &mut AsyncPgConnection,
    after: SavedSearchId,
    most: i64,
) -> QueryResult<Vec<SavedSearch>> {
    SavedSearch::query().filter(s::tells.and(s::id.gt(after))).order(s::id).limit(most).load(conn).await
}

/// One that tells still, held until the transaction ends.
pub(super) async fn hold(
    conn: &mut AsyncPgConnection,
    known: &SavedSearch,
) -> QueryResult<Option<SavedSearch>> {
    let same = s::id.eq(known.id).and(s::changed_at.eq(known.changed_at)).and(s::tells);
    SavedSearch::query().filter(same).for_no_key_update().first(conn).await.optional()
}

/// Nothing is known of what a search finds.
pub(super) async fn forget_matches(conn: &mut AsyncPgConnection, id: SavedSearchId) -> QueryResult<usize> {
    use tables::saved_search_matches as m;
    diesel::delete(m::table.filter(m::search_id.eq(id))).execute(conn).await
}

/// Whoever was away for less than the patience was never away; who was told of does not count as new then.
const REMEMBER: &str = "
    WITH seen AS (SELECT * FROM unnest($1::int[], $2::int[]) AS s (found, printing_id)
    ), gone AS (
        UPDATE saved_search_matches m SET left_at = $3
        WHERE m.search_id = $4 AND m.left_at IS NULL AND m.found NOT IN (SELECT found FROM seen)
    ), forgotten AS (
        DELETE FROM saved_search_matches m
        WHERE m.search_id = $4 AND m.left_at <= $5 AND m.found NOT IN (SELECT found FROM seen)
    )
    INSERT INTO saved_search_matches AS m (search_id, found, printing_id, since, told)
    SELECT $4, s.found, s.printing_id, $3, $6 FROM seen s
    ON CONFLICT (search_id, found) DO UPDATE SET printing_id = excluded.printing_id, left_at = NULL,
        told = m.told AND m.left_at > $5,
        since = CASE WHEN m.told AND m.left_at > $5 THEN m.since ELSE excluded.since END
    WHERE m.left_at IS NOT NULL";

/// Keeps what a search found at a moment; what is `known` is not told of.
pub(super) async fn remember(
    conn: &mut AsyncPgConnection,
    id: SavedSearchId,
    finding: &Finding,
    patience: TimeDelta,
    known: bool,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    fixed(REMEMBER)
        .bind::<Array<Integer>, _>(finding.matches.iter().map(|(of, _)| *of).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(finding.matches.iter().map(|(_, id)| *id).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(now)
        .bind::<Integer, _>(id)
        .bind::<Timestamptz, _>(now - patience)
        .bind::<Bool, _>(known)
        .execute(conn)
        .await
}

/// Something that a search found and nobody was told of.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct News {
    #[diesel(sql_type = Integer)]
    pub printing_id: PrintingId,
    #[diesel(sql_type = Integer)]
    pub card_id: CardId,
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// What has been found for so long and nobody was told of; from now on it is known.
pub(super) async fn news(
    conn: &mut AsyncPgConnection,
    id: SavedSearchId,
    patience: TimeDelta,
    now: DateTime<Utc>,
) -> QueryResult<Vec<News>> {
    fixed(
        "WITH told AS (
             UPDATE saved_search_matches SET told = true
             WHERE search_id = $1 AND NOT told AND left_at IS NULL AND since <= $2
             RETURNING printing_id
         ), stamped AS (
             UPDATE saved_searches SET told_at = $3 WHERE id = $1 AND EXISTS (SELECT FROM told)
         )
         SELECT p.id AS printing_id, c.id AS card_id, c.name
         FROM told t JOIN printings p ON p.id = t.printing_id JOIN cards c ON c.id = p.card_id
         ORDER BY c.edhrec_rank NULLS LAST, c.name, p.id",
    )
    .bind::<Integer, _>(id)
    .bind::<Timestamptz, _>(now - patience)
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await
}
