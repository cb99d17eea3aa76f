use std::collections::HashMap;

use markets::snapshots::Snapshot;
use uuid::Uuid;

use super::store::{Ingested, Slice, ensure_partitions, store};
use super::{Offer, Offers};
use crate::catalog::{Origin, begin};
use crate::prices::{Condition, Currency, Feed, Finish, PriceKind, Source};
use crate::{Ctx, Error, Result};

/// Stores the snapshots of one day: TCGplayer's market price through Scryfall. What is absent was
/// cheap, not withdrawn.
pub async fn ingest_snapshots(ctx: &Ctx, day: &[Snapshot], publish: bool) -> Result<Ingested> {
    let newest = day.iter().map(|s| s.updated).max();
    let observed_at = newest.ok_or_else(|| Error::invalid("file", "there is no snapshot in it"))?;
    ensure_partitions(ctx, observed_at.date_naive()).await?;
    let client = begin(ctx, Origin::Real).await?;
    let rows = client.query("SELECT scryfall_id, coalesce(merged_into, id) FROM printings", &[]).await?;
    let printings: HashMap<Uuid, i32> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mut offers = Offers::default();
    let mut offered = 0;
    for snapshot in day {
        offered += snapshot.entries.len() as i64;
        for entry in &snapshot.entries {
            let finish = match entry.finish.as_str() {
                "nonfoil" => Finish::Nonfoil,
                "foil" => Finish::Foil,
                "etched" => Finish::Etched,
                _ => continue,
            };
            let Some(printing) = printings.get(&entry.scryfall_id).copied() else { continue };
            offers.push(&Offer {
                printing,
                source: Source::Tcgplayer,
                feed: Feed::Scryfall,
                kind: PriceKind::Market,
                finish,
                condition: Condition::Nm,
                currency: Currency::Usd,
                amount: entry.cents,
                quantity: None,
                observed_at: snapshot.updated,
            });
        }
    }
    let slice = Slice {
        source: Source::Tcgplayer,
        feed: Feed::Scryfall,
        observed_at,
        complete: false,
        offered,
        publish,
        moment: true,
        narrow: false,
    };
    let ingested = store(ctx, &client, &[slice], offers).await?;
    client.batch_execute("COMMIT").await?;
    Ok(ingested)
}
