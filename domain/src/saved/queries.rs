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

/// Keeps what searches found. Rows are locked in their order, as those who look at many lock them.
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
        "WITH held AS MATERIALIZED (
             SELECT s.id, g.matching FROM saved_searches s JOIN unnest($1::int[], $2::int[]) AS g (id, matching) USING (id)
             ORDER BY s.id FOR NO KEY UPDATE OF s
         )
         UPDATE saved_searches s SET matching = h.matching, counted_at = $3 FROM held h WHERE s.id = h.id",
    )
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Nullable<Integer>>, _>(counts)
    .bind::<Timestamptz, _>(now)
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

/// Whether any search tells, inside the transaction of an import.
pub(super) async fn anything_to_tell(client: &tokio_postgres::Client) -> Result<bool, tokio_postgres::Error> {
    Ok(client.query_opt("SELECT FROM saved_searches WHERE tells LIMIT 1", &[]).await?.is_some())
}

/// Those among some that tell still and are as they were, held until the transaction ends; without those that
/// somebody else holds, who is changing them.
pub(super) async fn hold(
    conn: &mut AsyncPgConnection,
    some: &[SavedSearch],
) -> QueryResult<HashMap<SavedSearchId, SavedSearch>> {
    let ids = some.iter().map(|one| one.id);
    let held: Vec<SavedSearch> = SavedSearch::query()
        .filter(s::id.eq_any(ids).and(s::tells))
        .order(s::id)
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await?;
    let same =
        |held: &SavedSearch| some.iter().any(|one| (one.id, one.changed_at) == (held.id, held.changed_at));
    Ok(held.into_iter().filter(same).map(|one| (one.id, one)).collect())
}

/// Nothing is known of what a search finds.
pub(super) async fn forget_matches(conn: &mut AsyncPgConnection, id: SavedSearchId) -> QueryResult<usize> {
    use tables::saved_search_matches as m;
    diesel::delete(m::table.filter(m::search_id.eq(id))).execute(conn).await
}

/// Whoever was away for less than the patience was never away; who was told of does not count as new then.
const REMEMBER: &str = "
    WITH looked AS (SELECT * FROM unnest($1::int[], $2::timestamptz[]) AS l (search_id, long_ago)
    ), seen AS (
        SELECT * FROM unnest($3::int[], $4::int[], $5::int[]) AS s (search_id, found, printing_id) JOIN looked USING (search_id)
    ), missed AS (
        SELECT m.search_id, m.found, m.left_at, l.long_ago FROM saved_search_matches m JOIN looked l USING (search_id)
        WHERE NOT EXISTS (SELECT FROM seen s WHERE (s.search_id, s.found) = (m.search_id, m.found))
    ), gone AS (
        UPDATE saved_search_matches m SET left_at = $6 FROM missed x
        WHERE (m.search_id, m.found) = (x.search_id, x.found) AND x.left_at IS NULL
    ), forgotten AS (
        DELETE FROM saved_search_matches m USING missed x
        WHERE (m.search_id, m.found) = (x.search_id, x.found) AND x.left_at <= x.long_ago
    ), back AS (
        UPDATE saved_search_matches m SET printing_id = s.printing_id, left_at = NULL,
            told = m.told AND m.left_at > s.long_ago,
            since = CASE WHEN m.told AND m.left_at > s.long_ago THEN m.since ELSE $6 END
        FROM seen s WHERE (m.search_id, m.found) = (s.search_id, s.found) AND m.left_at IS NOT NULL
    )
    INSERT INTO saved_search_matches (search_id, found, printing_id, since, told)
    SELECT search_id, found, printing_id, $6, $7 FROM seen ON CONFLICT (search_id, found) DO NOTHING";

/// Keeps what searches found at a moment, each with its patience; what is `known` is not told of.
pub(super) async fn remember(
    conn: &mut AsyncPgConnection,
    seen: &[(SavedSearchId, &Finding, TimeDelta)],
    known: bool,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let (ids, long_ago): (Vec<_>, Vec<_>) =
        seen.iter().map(|(id, _, patience)| (id.0, now - *patience)).unzip();
    let all = seen.iter().flat_map(|(id, finding, _)| {
        finding.matches.iter().map(|(found, printing)| (id.0, (*found, *printing)))
    });
    let (of, matches): (Vec<_>, Vec<(i32, i32)>) = all.unzip();
    let (found, printings): (Vec<_>, Vec<_>) = matches.into_iter().unzip();
    fixed(REMEMBER)
        .bind::<Array<Integer>, _>(ids)
        .bind::<Array<Timestamptz>, _>(long_ago)
        .bind::<Array<Integer>, _>(of)
        .bind::<Array<Integer>, _>(found)
        .bind::<Array<Integer>, _>(printings)
        .bind::<Timestamptz, _>(now)
        .bind::<Bool, _>(known)
        .execute(conn)
        .await
}

/// Something that a search found and nobody was told of.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct News {
    #[diesel(sql_type = Integer)]
    pub search_id: SavedSearchId,
    #[diesel(sql_type = Integer)]
    pub printing_id: PrintingId,
    #[diesel(sql_type = Integer)]
    pub card_id: CardId,
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// What some searches have been finding for so long and nobody was told of; from now on it is known.
pub(super) async fn news(
    conn: &mut AsyncPgConnection,
    due: &[(SavedSearchId, TimeDelta)],
    now: DateTime<Utc>,
) -> QueryResult<Vec<News>> {
    let (ids, long_ago): (Vec<_>, Vec<_>) = due.iter().map(|(id, patience)| (id.0, now - *patience)).unzip();
    fixed(
        "WITH told AS (
             UPDATE saved_search_matches m SET told = true
             FROM unnest($1::int[], $2::timestamptz[]) AS d (search_id, long_ago)
             WHERE m.search_id = d.search_id AND NOT m.told AND m.left_at IS NULL AND m.since <= d.long_ago
             RETURNING m.search_id, m.printing_id
         ), stamped AS (
             UPDATE saved_searches SET told_at = $3 WHERE id IN (SELECT search_id FROM told)
         )
         SELECT t.search_id, p.id AS printing_id, c.id AS card_id, c.name
         FROM told t JOIN printings p ON p.id = t.printing_id JOIN cards c ON c.id = p.card_id
         ORDER BY t.search_id, c.edhrec_rank NULLS LAST, c.name, p.id",
    )
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Timestamptz>, _>(long_ago)
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await
}
