//! A visit to Scryfall: the catalogue, with the prices on its cards.

use markets::http::{Ask, Session};
use markets::scryfall::{BulkData, List};
use markets::{Part, Progress};

use super::model::{Failure, Outcome, Service};
use super::outside::Outside;
use super::queries;
use crate::data::{Scryfall, import_scryfall};
use crate::{Ctx, Error, Result};

/// The file that has every printing once.
const FILE: &str = "default_cards";

/// Loads the catalogue if there is a newer one than ours.
pub(super) async fn visit(
    ctx: &Ctx,
    outside: &Outside,
    session: &Session,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let failed = |error: &markets::SourceError| Error::outside(Failure::of(Service::Scryfall, error));
    let ask = Ask::get(format!("{}/bulk-data", outside.addresses.scryfall));
    let files: List<BulkData> = session.small(&ask).await.map_err(|error| failed(&error))?;
    let Some(file) = files.data.into_iter().find(|file| file.kind == FILE) else {
        let error = markets::SourceError::broken("Scryfall", "/bulk-data", format!("there is no {FILE}"));
        session.refused();
        return Err(failed(&error));
    };
    let known = queries::of(&mut *ctx.conn().await?, Service::Scryfall.number()).await?;
    let had = known.and_then(|state| state.observed_at);
    if had.is_some_and(|had| had >= file.updated_at) {
        return Ok(Outcome { not_modified: true, observed_at: had, ..Outcome::default() });
    }
    progress.tell(Part::Fetch, 0, Some(1));
    let scryfall = Scryfall::new(&outside.addresses.scryfall).map_err(|error| failed(&error))?;
    let done = import_scryfall(ctx, &scryfall).await?;
    progress.tell(Part::Fetch, 1, Some(1));
    Ok(Outcome {
        rows: done.lines,
        matched: done.lines - done.skipped.len() as u64,
        unmatched: done.skipped.len() as u64,
        changed: done.new_printings
            + done.changed_printings
            + done.new_cards
            + done.changed_cards
            + done.changed_prices,
        observed_at: Some(file.updated_at),
        degraded: None,
        not_modified: false,
    })
}
