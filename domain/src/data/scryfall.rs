use std::io::BufRead;

use chrono::{DateTime, Utc};
use markets::Scryfall;
use markets::packed::{BytesRead, unpack};
use markets::scryfall::BulkData;

use super::{Load, queries};
use crate::catalog::{self, CardsImported, ObservedAt, Origin, RulingsImported};
use crate::sources::{Failure, Service};
use crate::{Ctx, Error, Result};

/// The kind of the file of rulings.
pub const RULINGS: &str = "rulings";

fn source(error: markets::SourceError) -> Error {
    Error::outside(Failure { service: Service::Scryfall, fault: error.fault(), reason: error.to_string() })
}

/// Loads sets, the bulk file of printings with their prices, and the list of withdrawn printings
/// from Scryfall, streamed. Readers see each part when it is complete.
pub async fn import_scryfall(ctx: &Ctx, scryfall: &Scryfall) -> Result<CardsImported> {
    ctx.require_service()?;
    let load = Load::start(ctx, "Scryfall's sets", "sets", None).await?;
    let sets = async {
        let sets = scryfall.sets().await.map_err(source)?;
        catalog::import_sets(ctx, Origin::Real, &sets, ctx.now()).await
    };
    load.watch(sets, || 0, |changed| format!("{changed} sets new or changed")).await?;
    let cards = cards(ctx, scryfall).await?;
    let load = Load::start(ctx, "Scryfall's withdrawn printings", "printings", None).await?;
    let migrations = async {
        let list = scryfall.migrations().await.map_err(source)?;
        catalog::import_migrations(ctx, Origin::Real, &list).await
    };
    load.watch(migrations, || 0, |done| format!("{} merged, {} deleted", done.merged, done.deleted)).await?;
    Ok(cards)
}

/// Loads Scryfall's rulings, if it offers newer ones than ours. Cards come first: what is said of a card
/// that is not there has no place.
pub async fn import_rulings(ctx: &Ctx, scryfall: &Scryfall) -> Result<Option<RulingsImported>> {
    ctx.require_service()?;
    let Some(bulk) = scryfall.offered(RULINGS).await.map_err(source)? else { return Ok(None) };
    if held(ctx, RULINGS).await?.is_some_and(|held| held >= bulk.updated_at) {
        return Ok(None);
    }
    load_rulings(ctx, scryfall, &bulk).await.map(Some)
}

/// Loads a file of rulings.
pub(crate) async fn load_rulings(ctx: &Ctx, scryfall: &Scryfall, bulk: &BulkData) -> Result<RulingsImported> {
    let total = i64::try_from(bulk.compressed_size).ok();
    let load = Load::start(ctx, "Scryfall's rulings", "bytes", total).await?;
    let count = BytesRead::default();
    let work = async {
        let file = open(scryfall, bulk, &count).await?;
        catalog::import_rulings(ctx, Origin::Real, RULINGS, file).await
    };
    let said = |done: &RulingsImported| match &done.refused {
        Some(reason) => format!("not believed: {reason}"),
        None => format!("{} rulings new, {} gone", done.new, done.gone),
    };
    let done = load.watch(work, || count.get(), said).await?;
    if done.refused.is_none() {
        queries::hold(&mut *ctx.conn().await?, RULINGS, bulk.updated_at, ctx.now()).await?;
    }
    Ok(done)
}

/// Which state of a bulk file we have.
pub(crate) async fn held(ctx: &Ctx, kind: &str) -> Result<Option<DateTime<Utc>>> {
    Ok(queries::held(&mut *ctx.conn().await?, kind).await?)
}

/// A bulk file, unpacked while it comes.
async fn open(scryfall: &Scryfall, bulk: &BulkData, count: &BytesRead) -> Result<Box<dyn BufRead + Send>> {
    let (packed, counted) = (scryfall.download(bulk).await.map_err(source)?, count.clone());
    let file = tokio::task::spawn_blocking(move || unpack(packed, counted)).await.map_err(Error::internal)?;
    file.map_err(|error| Error::invalid("scryfall", error.to_string()))
}

async fn cards(ctx: &Ctx, scryfall: &Scryfall) -> Result<CardsImported> {
    let bulk = scryfall.bulk("default_cards").await.map_err(source)?;
    let total = i64::try_from(bulk.compressed_size).ok();
    let load = Load::start(ctx, "Scryfall's printings and prices", "bytes", total).await?;
    let count = BytesRead::default();
    let work = async {
        let file = open(scryfall, &bulk, &count).await?;
        let observed = ObservedAt { file: bulk.updated_at, lines: std::collections::HashMap::new() };
        catalog::import_cards(ctx, Origin::Real, "default_cards", file, observed, true).await
    };
    let said =
        |done: &CardsImported| format!("{} printings, {} prices", done.new_printings, done.changed_prices);
    load.watch(work, || count.get(), said).await
}
