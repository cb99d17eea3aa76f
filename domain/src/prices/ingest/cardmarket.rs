use std::collections::HashMap;

use chrono::{DateTime, Utc};
use markets::cardmarket::{self, Guide, Kind};
use uuid::Uuid;

use super::store::{Ingested, Slice, ensure_partitions, store};
use super::{Offer, Offers};
use crate::catalog::{Origin, begin};
use crate::copy::{Rows, copy_rows};
use crate::prices::{Condition, Currency, Feed, Finish, PriceKind, Source};
use crate::{Ctx, Result};

/// A printing and its finishes, as far as matching needs it.
#[derive(Clone, Copy)]
struct Match {
    printing: i32,
    finishes: i16,
}

/// Stores a price guide. Products are matched by Cardmarket's id alone.
pub async fn ingest_cardmarket(ctx: &Ctx, guide: &Guide, publish: bool) -> Result<Ingested> {
    ensure_partitions(ctx, guide.created_at.date_naive()).await?;
    let client = begin(ctx, Origin::Real).await?;
    let sql = "SELECT cardmarket_id, id, finishes FROM printings
               WHERE cardmarket_id IS NOT NULL AND removed_at IS NULL ORDER BY lang <> 'en', id";
    let mut matches: HashMap<i32, Match> = HashMap::new();
    for row in client.query(sql, &[]).await? {
        matches.entry(row.get(0)).or_insert(Match { printing: row.get(1), finishes: row.get(2) });
    }
    let sql = "SELECT l.product::int, p.id, p.finishes FROM product_links l JOIN printings p ON p.id = l.printing_id
               WHERE l.feed = $1 AND p.removed_at IS NULL";
    for row in client.query(sql, &[&Feed::CardmarketGuide.number()]).await? {
        matches.entry(row.get(0)).or_insert(Match { printing: row.get(1), finishes: row.get(2) });
    }
    let mut offers = Offers::default();
    for entry in &guide.entries {
        if let Some(offer) = matches.get(&entry.product).and_then(|m| offer(entry, *m, guide.created_at)) {
            offers.push(&offer);
        }
    }
    let slice = Slice {
        source: Source::Cardmarket,
        feed: Feed::CardmarketGuide,
        observed_at: guide.created_at,
        complete: true,
        offered: guide.entries.len() as i64,
        publish,
        moment: true,
    };
    let ingested = store(&client, ctx.now(), &[slice], offers).await?;
    client.batch_execute("COMMIT").await?;
    Ok(ingested)
}

/// The foil columns are the foil's, or the etched one's where there is no foil. A column that the
/// printing has no finish for is left out: better none than a guess.
fn offer(entry: &cardmarket::Entry, found: Match, observed_at: DateTime<Utc>) -> Option<Offer> {
    let wanted = if entry.foil { [Finish::Foil, Finish::Etched].as_slice() } else { &[Finish::Nonfoil] };
    let finish = wanted.iter().copied().find(|f| found.finishes & f.number() != 0)?;
    let kind = match entry.kind {
        Kind::Low => PriceKind::Low,
        Kind::Trend => PriceKind::Trend,
        Kind::Average => PriceKind::Average,
        Kind::Average1d => PriceKind::Average1d,
        Kind::Average7d => PriceKind::Average7d,
        Kind::Average30d => PriceKind::Average30d,
    };
    Some(Offer {
        printing: found.printing,
        source: Source::Cardmarket,
        feed: Feed::CardmarketGuide,
        kind,
        finish,
        condition: Condition::Nm,
        currency: Currency::Eur,
        amount: entry.cents,
        quantity: None,
        observed_at,
    })
}

/// Links Cardmarket products to printings that Scryfall's object does not link itself, from a table
/// of both ids. Returns how many links are new.
pub async fn import_crosswalk(ctx: &Ctx, pairs: &[(Uuid, i32)]) -> Result<u64> {
    let client = begin(ctx, Origin::Real).await?;
    client.batch_execute("CREATE TEMP TABLE pair (scryfall_id uuid, product int) ON COMMIT DROP").await?;
    let mut rows = Rows::default();
    for (scryfall_id, product) in pairs {
        rows.row(2).uuid(*scryfall_id).i32(*product);
    }
    copy_rows(&client, "pair", rows).await?;
    let sql = "INSERT INTO product_links (feed, product, printing_id)
               SELECT DISTINCT ON (pair.product) $1, pair.product::text, p.id
               FROM pair JOIN printings p USING (scryfall_id)
               ORDER BY pair.product, p.id ON CONFLICT DO NOTHING";
    let linked = client.execute(sql, &[&Feed::CardmarketGuide.number()]).await?;
    client.batch_execute("COMMIT").await?;
    Ok(linked)
}
