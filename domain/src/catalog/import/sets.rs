use chrono::{DateTime, Utc};
use markets::scryfall::{Migration, Set};
use tokio_postgres::Client;

use super::Origin;
use super::store::{REFRESH_CARDS, REFRESH_SETS, begin};
use crate::copy::{Rows, copy_rows};
use crate::{Ctx, Result, prices};

/// Imports a list of sets as it was at a moment. Lists may come in any order: of two that know a
/// set, the later one is believed. Returns how many sets were new or different.
pub async fn import_sets(ctx: &Ctx, origin: Origin, sets: &[Set], observed_at: DateTime<Utc>) -> Result<u64> {
    let client = begin(ctx, origin).await?;
    client.batch_execute(STAGE_SETS).await?;
    let mut rows = Rows::default();
    for set in sets {
        encode(&mut rows, set, observed_at);
    }
    copy_rows(&client, "listed_sets", rows).await?;
    let changed: i64 = client.query_one(&count_sets(), &[]).await?.get(0);
    client.execute(&merge_sets(), &[]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(changed.unsigned_abs())
}

fn encode(rows: &mut Rows, set: &Set, observed_at: DateTime<Utc>) {
    rows.row(18).uuid(set.id).text(&set.code).text(&set.name).text(&set.set_type);
    rows.opt(set.released_at, Rows::date).i32(set.card_count).opt(set.printed_size, Rows::i32);
    rows.bool(set.digital).bool(set.foil_only).bool(set.nonfoil_only);
    for text in [&set.parent_set_code, &set.block, &set.block_code, &set.mtgo_code, &set.arena_code] {
        rows.opt(text.as_deref(), Rows::text);
    }
    rows.opt(set.tcgplayer_id, Rows::i32);
    rows.opt(set.icon_svg_uri.as_deref(), Rows::text);
    rows.timestamp(observed_at);
}

const STAGE_SETS: &str = "
    CREATE TEMP TABLE listed_sets ON COMMIT DROP AS
    SELECT scryfall_id, code, name, set_type, released_at, card_count, printed_size, digital, foil_only,
           nonfoil_only, parent_code, block, block_code, mtgo_code, arena_code, tcgplayer_group_id, icon_uri,
           observed_at
    FROM mtg_sets WITH NO DATA";

/// What a list says of a set, besides its code.
const SET_FACTS: [&str; 16] = [
    "scryfall_id",
    "name",
    "set_type",
    "released_at",
    "card_count",
    "printed_size",
    "digital",
    "foil_only",
    "nonfoil_only",
    "parent_code",
    "block",
    "block_code",
    "mtgo_code",
    "arena_code",
    "tcgplayer_group_id",
    "icon_uri",
];

/// The columns of a list, as `prefix.column, …`.
fn facts(prefix: &str) -> String {
    SET_FACTS.map(|column| format!("{prefix}.{column}")).join(", ")
}

fn count_sets() -> String {
    let (stored, listed) = (facts("s"), facts("n"));
    format!(
        "SELECT count(*) FROM listed_sets n LEFT JOIN mtg_sets s USING (code)
         WHERE s.id IS NULL OR (s.observed_at <= n.observed_at AND ({stored}) IS DISTINCT FROM ({listed}))"
    )
}

/// A later list that says the same is noted, so that one between the two cannot win.
fn merge_sets() -> String {
    let columns = SET_FACTS.join(", ");
    let (stored, listed) = (facts("s"), facts("excluded"));
    format!(
        "INSERT INTO mtg_sets AS s (code, {columns}, observed_at)
         SELECT code, {columns}, observed_at FROM listed_sets
         ON CONFLICT (code) DO UPDATE SET ({columns}, observed_at) = ROW ({listed}, excluded.observed_at)
         WHERE s.observed_at < excluded.observed_at
            OR (s.observed_at = excluded.observed_at AND ({stored}) IS DISTINCT FROM ({listed}))"
    )
}

/// What a list of migrations did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MigrationsImported {
    /// Printings that now lead to another one.
    pub merged: u64,
    /// Printings that are kept but marked as withdrawn.
    pub deleted: u64,
}

/// Applies Scryfall's list of merged and deleted printings. Ids that we gave out stay valid: a
/// merged printing leads to its successor and hands it its price series, a deleted one stays readable.
pub async fn import_migrations(ctx: &Ctx, origin: Origin, list: &[Migration]) -> Result<MigrationsImported> {
    let client = begin(ctx, origin).await?;
    let mut done = MigrationsImported::default();
    let mut cards: Vec<i32> = Vec::new();
    let mut list: Vec<_> = list.iter().collect();
    list.sort_by_key(|m| m.performed_at);
    for migration in list {
        let at = migration.performed_at.and_time(chrono::NaiveTime::MIN).and_utc();
        let rows = match migration.new_scryfall_id {
            Some(new) => client.query(MERGE_PRINTING, &[&migration.old_scryfall_id, &new, &at]).await?,
            None => client.query(DELETE_PRINTING, &[&migration.old_scryfall_id, &at]).await?,
        };
        for row in &rows {
            cards.push(row.get(0));
            match row.get::<_, Option<i32>>(1) {
                Some(_) => done.merged += 1,
                None => done.deleted += 1,
            }
        }
    }
    if !cards.is_empty() {
        refresh(&client, &cards).await?;
    }
    client.batch_execute("COMMIT").await?;
    Ok(done)
}

async fn refresh(client: &Client, cards: &Vec<i32>) -> Result<()> {
    for step in [FOLLOW_MERGES, MOVE_LINKS, MOVE_SERIES] {
        client.batch_execute(step).await?;
    }
    let successors = "SELECT DISTINCT merged_into FROM printings WHERE merged_into IS NOT NULL";
    let successors: Vec<i32> = client.query(successors, &[]).await?.iter().map(|row| row.get(0)).collect();
    client.batch_execute(FORGET_REFERENCES).await?;
    prices::refresh_references(client, &successors).await?;
    client.execute(REFRESH_CARDS, &[cards]).await?;
    client.execute(REFRESH_SETS, &[]).await?;
    Ok(())
}

const MERGE_PRINTING: &str = "
    UPDATE printings old SET removed_at = $3, merged_into = new.id
    FROM printings new
    WHERE old.scryfall_id = $1 AND new.scryfall_id = $2 AND old.removed_at IS NULL
    RETURNING old.card_id, old.merged_into";

const DELETE_PRINTING: &str = "
    UPDATE printings SET removed_at = $2 WHERE scryfall_id = $1 AND removed_at IS NULL
    RETURNING card_id, merged_into";

/// A successor may be merged itself later on.
const FOLLOW_MERGES: &str = "
    UPDATE printings p SET merged_into = s.merged_into
    FROM printings s WHERE p.merged_into = s.id AND s.merged_into IS NOT NULL";

const MOVE_LINKS: &str = "
    UPDATE product_links l SET printing_id = p.merged_into
    FROM printings p WHERE l.printing_id = p.id AND p.merged_into IS NOT NULL";

/// Series of merged printings move to the successor, unless it has the same series itself. Of two
/// predecessors the fresher one is taken.
const MOVE_SERIES: &str = "
    UPDATE price_series s SET printing_id = m.successor
    FROM (
        SELECT DISTINCT ON (p.merged_into, s.feed, s.source, s.kind, s.finish, s.condition, s.currency)
               s.id, p.merged_into AS successor
        FROM price_series s JOIN printings p ON p.id = s.printing_id
        WHERE p.merged_into IS NOT NULL
          AND NOT EXISTS (
              SELECT 1 FROM price_series t
              WHERE t.printing_id = p.merged_into
                AND (t.feed, t.source, t.kind, t.finish, t.condition, t.currency)
                  = (s.feed, s.source, s.kind, s.finish, s.condition, s.currency))
        ORDER BY p.merged_into, s.feed, s.source, s.kind, s.finish, s.condition, s.currency, s.changed_at DESC
    ) m
    WHERE s.id = m.id";

const FORGET_REFERENCES: &str = "
    DELETE FROM reference_prices r USING printings p WHERE r.printing_id = p.id AND p.merged_into IS NOT NULL";
