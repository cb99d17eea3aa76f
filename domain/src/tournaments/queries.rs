use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::tournaments as t;

use super::model::{
    DeckCard, FormatPlayed, PlayedIn, Standing, Tournament, TournamentCursor, TournamentFilter, TournamentRow,
};
use crate::fixed::fixed;
use crate::{CardId, Page, TournamentId};

/// Tournaments, newest first.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    filter: &TournamentFilter,
    page: &Page<TournamentCursor>,
) -> QueryResult<Vec<Tournament>> {
    let newest = (t::started_at.desc(), t::id.desc());
    let mut query = TournamentRow::query().order(newest).limit(page.fetch()).into_boxed();
    if let Some(format) = &filter.format {
        query = query.filter(t::format.eq(format.clone()));
    }
    if let Some(players) = filter.min_players {
        query = query.filter(t::players.ge(players));
    }
    if let Some(TournamentCursor { started_at, id }) = page.after {
        let same = t::started_at.eq(started_at).and(t::id.lt(id));
        query = query.filter(t::started_at.le(started_at)).filter(t::started_at.lt(started_at).or(same));
    }
    let rows: Vec<TournamentRow> = query.load(conn).await?;
    Ok(rows.into_iter().map(|row| Tournament(row.into())).collect())
}

pub(super) async fn tournaments(
    conn: &mut AsyncPgConnection,
    ids: &[TournamentId],
) -> QueryResult<Vec<Tournament>> {
    let rows: Vec<TournamentRow> = TournamentRow::query().filter(t::id.eq_any(ids)).load(conn).await?;
    Ok(rows.into_iter().map(|row| Tournament(row.into())).collect())
}

/// Places from one on of some tournaments, with their decks.
pub(super) async fn standings(
    conn: &mut AsyncPgConnection,
    tournaments: &[TournamentId],
    from: i32,
    to: i32,
) -> QueryResult<Vec<Standing>> {
    fixed(
        "SELECT s.tournament_id, s.place, s.wins, s.draws, s.losses, d.id AS decklist_id, d.url, d.copies, d.unmatched \
         FROM tournament_standings s LEFT JOIN decklists d USING (tournament_id, place) \
         WHERE s.tournament_id = ANY ($1) AND s.place BETWEEN $2 AND $3 ORDER BY s.tournament_id, s.place",
    )
    .bind::<Array<Integer>, _>(tournaments.to_vec())
    .bind::<Integer, _>(from)
    .bind::<Integer, _>(to)
    .load(conn)
    .await
}

/// The cards of some decks.
pub(super) async fn deck_cards(conn: &mut AsyncPgConnection, decks: &[i32]) -> QueryResult<Vec<DeckCard>> {
    fixed(
        "SELECT decklist_id, part, name, card_id, copies FROM decklist_cards WHERE decklist_id = ANY ($1) \
         ORDER BY decklist_id, part, copies DESC, name",
    )
    .bind::<Array<Integer>, _>(decks.to_vec())
    .load(conn)
    .await
}

/// In how many decks each of some cards is since a moment, by format, the most first.
pub(super) async fn played(
    conn: &mut AsyncPgConnection,
    cards: &[CardId],
    since: DateTime<Utc>,
) -> QueryResult<Vec<PlayedIn>> {
    fixed(
        "SELECT x.card_id, x.format, x.decks, a.all_decks FROM ( \
            SELECT dc.card_id, t.format, count(DISTINCT d.id) AS decks FROM decklist_cards dc \
            JOIN decklists d ON d.id = dc.decklist_id JOIN tournaments t ON t.id = d.tournament_id \
            WHERE dc.card_id = ANY ($1) AND t.started_at >= $2 GROUP BY dc.card_id, t.format) x \
         JOIN LATERAL (SELECT coalesce(sum(t.decks), 0)::bigint AS all_decks FROM tournaments t \
            WHERE t.format = x.format AND t.started_at >= $3) a ON true \
         ORDER BY x.card_id, x.decks DESC, x.format",
    )
    .bind::<Array<Integer>, _>(cards.to_vec())
    .bind::<Timestamptz, _>(since)
    .bind::<Timestamptz, _>(since)
    .load(conn)
    .await
}

/// Formats with their tournaments, the most first.
pub(super) async fn formats(conn: &mut AsyncPgConnection) -> QueryResult<Vec<FormatPlayed>> {
    fixed("SELECT format, count(*) AS tournaments FROM tournaments GROUP BY format ORDER BY 2 DESC, 1 LIMIT 100")
        .load(conn)
        .await
}

/// What is stored of some tournaments: the source's id, standings, the hash.
pub(super) async fn known(
    conn: &mut AsyncPgConnection,
    source_ids: &[&str],
) -> QueryResult<Vec<(String, i32, i64)>> {
    t::table
        .filter(t::source_id.eq_any(source_ids))
        .select((t::source_id, t::players, t::content_hash))
        .load(conn)
        .await
}

/// How many tournaments are known since a moment.
pub(super) async fn count_since(conn: &mut AsyncPgConnection, since: DateTime<Utc>) -> QueryResult<i64> {
    t::table.filter(t::started_at.ge(since)).count().get_result(conn).await
}

/// Columns of standings with their decks, ready to be stored.
#[derive(Default)]
pub(super) struct Standings {
    /// Places in `given`, from 1.
    pub of: Vec<i32>,
    pub place: Vec<i32>,
    pub wins: Vec<i32>,
    pub draws: Vec<i32>,
    pub losses: Vec<i32>,
}

/// Columns of decks.
#[derive(Default)]
pub(super) struct Decks {
    pub of: Vec<i32>,
    pub place: Vec<i32>,
    pub url: Vec<Option<String>>,
    pub copies: Vec<i32>,
    pub unmatched: Vec<i32>,
}

/// Columns of the cards of decks.
#[derive(Default)]
pub(super) struct Cards {
    pub of: Vec<i32>,
    pub place: Vec<i32>,
    pub part: Vec<i16>,
    pub name: Vec<String>,
    pub card: Vec<Option<i32>>,
    pub copies: Vec<i32>,
}

/// Stores tournaments anew, without standings. Returns their ids in the order of `given`.
pub(super) async fn store(
    conn: &mut AsyncPgConnection,
    given: serde_json::Value,
    now: DateTime<Utc>,
) -> QueryResult<Vec<TournamentId>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Integer)]
        id: TournamentId,
    }
    let rows: Vec<Row> = fixed(
        "WITH given AS MATERIALIZED ( \
            SELECT g.* FROM jsonb_to_recordset($1) AS g (number integer, source_id text, name text, format text, \
                players integer, top_cut integer, started_at timestamptz, decks integer, content_hash bigint) \
         ), stored AS ( \
            INSERT INTO tournaments (source_id, name, format, players, top_cut, started_at, decks, content_hash, observed_at) \
            SELECT source_id, name, format, players, top_cut, started_at, decks, content_hash, $2 FROM given \
            ON CONFLICT (source_id) DO UPDATE SET name = excluded.name, format = excluded.format, \
                players = excluded.players, top_cut = excluded.top_cut, started_at = excluded.started_at, \
                decks = excluded.decks, content_hash = excluded.content_hash, observed_at = excluded.observed_at \
            RETURNING id, source_id \
         ) SELECT s.id FROM stored s JOIN given g USING (source_id) ORDER BY g.number",
    )
    .bind::<Jsonb, _>(given)
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await?;
    let ids: Vec<TournamentId> = rows.into_iter().map(|row| row.id).collect();
    fixed("DELETE FROM tournament_standings WHERE tournament_id = ANY ($1)")
        .bind::<Array<Integer>, _>(ids.clone())
        .execute(conn)
        .await?;
    Ok(ids)
}

/// Stores the standings of tournaments that have none, with their decks.
pub(super) async fn fill(
    conn: &mut AsyncPgConnection,
    standings: Standings,
    decks: Decks,
    cards: Cards,
) -> QueryResult<()> {
    fixed(
        "INSERT INTO tournament_standings (tournament_id, place, wins, draws, losses) \
         SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[])",
    )
    .bind::<Array<Integer>, _>(standings.of)
    .bind::<Array<Integer>, _>(standings.place)
    .bind::<Array<Integer>, _>(standings.wins)
    .bind::<Array<Integer>, _>(standings.draws)
    .bind::<Array<Integer>, _>(standings.losses)
    .execute(conn)
    .await?;
    fixed(
        "INSERT INTO decklists (tournament_id, place, url, copies, unmatched) \
         SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::int[])",
    )
    .bind::<Array<Integer>, _>(decks.of)
    .bind::<Array<Integer>, _>(decks.place)
    .bind::<Array<Nullable<Text>>, _>(decks.url)
    .bind::<Array<Integer>, _>(decks.copies)
    .bind::<Array<Integer>, _>(decks.unmatched)
    .execute(conn)
    .await?;
    fixed(
        "INSERT INTO decklist_cards (decklist_id, part, name, card_id, copies) \
         SELECT d.id, g.part, g.name, g.card_id, g.copies \
         FROM unnest($1::int[], $2::int[], $3::smallint[], $4::text[], $5::int[], $6::int[]) \
            AS g (tournament_id, place, part, name, card_id, copies) \
         JOIN decklists d ON d.tournament_id = g.tournament_id AND d.place = g.place",
    )
    .bind::<Array<Integer>, _>(cards.of)
    .bind::<Array<Integer>, _>(cards.place)
    .bind::<Array<SmallInt>, _>(cards.part)
    .bind::<Array<Text>, _>(cards.name)
    .bind::<Array<Nullable<Integer>>, _>(cards.card)
    .bind::<Array<Integer>, _>(cards.copies)
    .execute(conn)
    .await?;
    Ok(())
}
