use chrono::{DateTime, Utc};
use markets::scryfall::{Migration, Set};
use tokio_postgres::Client;

use super::Origin;
use super::store::{REFRESH_CARDS, REFRESH_SETS, begin};
use crate::copy::{Rows, copy_rows};
use crate::{Ctx, Result};

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
    let changed = client.execute(MERGE_SETS, &[]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(changed)
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

const MERGE_SETS: &str = "
    INSERT INTO mtg_sets AS s (scryfall_id, code, name, set_type, released_at, card_count, printed_size, digital,
        foil_only, nonfoil_only, parent_code, block, block_code, mtgo_code, arena_code, tcgplayer_group_id,
        icon_uri, observed_at)
    SELECT * FROM listed_sets
    ON CONFLICT (code) DO UPDATE SET
        scryfall_id = excluded.scryfall_id, name = excluded.name, set_type = excluded.set_type,
        released_at = excluded.released_at, card_count = excluded.card_count,
        printed_size = excluded.printed_size, digital = excluded.digital, foil_only = excluded.foil_only,
        nonfoil_only = excluded.nonfoil_only, parent_code = excluded.parent_code, block = excluded.block,
        block_code = excluded.block_code, mtgo_code = excluded.mtgo_code, arena_code = excluded.arena_code,
        tcgplayer_group_id = excluded.tcgplayer_group_id, icon_uri = excluded.icon_uri,
        observed_at = excluded.observed_at
    WHERE s.observed_at <= excluded.observed_at
      AND (s.scryfall_id, s.name, s.set_type, s.released_at, s.card_count, s.printed_size, s.digital, s.foil_only,
           s.nonfoil_only, s.parent_code, s.block, s.block_code, s.mtgo_code, s.arena_code,
           s.tcgplayer_group_id, s.icon_uri)
          IS DISTINCT FROM
          (excluded.scryfall_id, excluded.name, excluded.set_type, excluded.released_at, excluded.card_count,
           excluded.printed_size, excluded.digital, excluded.foil_only, excluded.nonfoil_only,
           excluded.parent_code, excluded.block, excluded.block_code, excluded.mtgo_code, excluded.arena_code,
           excluded.tcgplayer_group_id, excluded.icon_uri)";

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
    client.execute(MOVE_SERIES, &[]).await?;
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

/// Series of merged printings move to the successor, unless it has the same series itself.
const MOVE_SERIES: &str = "
    UPDATE price_series s SET printing_id = p.merged_into
    FROM printings p
    WHERE s.printing_id = p.id AND p.merged_into IS NOT NULL
      AND NOT EXISTS (
          SELECT 1 FROM price_series t
          WHERE t.printing_id = p.merged_into
            AND (t.feed, t.source, t.kind, t.finish, t.condition, t.currency)
              = (s.feed, s.source, s.kind, s.finish, s.condition, s.currency))";
