use markets::Scryfall;
use markets::packed::{BytesRead, unpack};

use super::Load;
use crate::catalog::{self, CardsImported, ObservedAt, Origin};
use crate::sources::{Failure, Service};
use crate::{Ctx, Error, Result};

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

async fn cards(ctx: &Ctx, scryfall: &Scryfall) -> Result<CardsImported> {
    let bulk = scryfall.bulk("default_cards").await.map_err(source)?;
    let total = i64::try_from(bulk.compressed_size).ok();
    let load = Load::start(ctx, "Scryfall's printings and prices", "bytes", total).await?;
    let count = BytesRead::default();
    let work = async {
        let body = scryfall.download(&bulk).await.map_err(source)?;
        let (packed, counted) = (body, count.clone());
        let file =
            tokio::task::spawn_blocking(move || unpack(packed, counted)).await.map_err(Error::internal)?;
        let file = file.map_err(|error| Error::invalid("scryfall", error.to_string()))?;
        let observed = ObservedAt { file: bulk.updated_at, lines: std::collections::HashMap::new() };
        catalog::import_cards(ctx, Origin::Real, "default_cards", file, observed, true).await
    };
    let said =
        |done: &CardsImported| format!("{} printings, {} prices", done.new_printings, done.changed_prices);
    load.watch(work, || count.get(), said).await
}
