//! A visit to Scryfall: the catalogue, with the prices on its cards.

use markets::http::{Ask, Session};
use markets::scryfall::{BulkData, List};
use markets::{Part, Progress};

use super::model::{Failure, Outcome, Reason, Service};
use super::outside::Outside;
use super::queries;
use crate::catalog::RulingsImported;
use crate::data::{self, RULINGS, Scryfall, import_scryfall, load_rulings};
use crate::{Ctx, Error, Result};

/// The file that has every printing once.
const FILE: &str = "default_cards";

/// Loads the catalogue, and what is ruled of its cards, where there is a newer one than ours.
pub(super) async fn visit(
    ctx: &Ctx,
    outside: &Outside,
    session: &Session,
    progress: &dyn Progress,
) -> Result<Outcome> {
    let failed = |error: &markets::SourceError| Error::outside(Failure::of(Service::Scryfall, error));
    let ask = Ask::get(format!("{}/bulk-data", outside.addresses.scryfall));
    let files: List<BulkData> = session.small(&ask).await.map_err(|error| failed(&error))?;
    let of = |kind: &str| files.data.iter().find(|file| file.kind == kind);
    let Some(file) = of(FILE) else {
        let error = markets::SourceError::broken("Scryfall", "/bulk-data", format!("there is no {FILE}"));
        session.refused();
        return Err(failed(&error));
    };
    let known = queries::of(&mut *ctx.conn().await?, Service::Scryfall.number()).await?;
    let had = known.and_then(|state| state.observed_at);
    let scryfall = Scryfall::new(&outside.addresses.scryfall).map_err(|error| failed(&error))?;
    let ruled = match of(RULINGS) {
        Some(file) if data::held(ctx, RULINGS).await?.is_none_or(|held| held < file.updated_at) => Some(file),
        Some(_) | None => None,
    };
    if had.is_some_and(|had| had >= file.updated_at) {
        let Some(ruled) = ruled else {
            return Ok(Outcome { not_modified: true, observed_at: had, ..Outcome::default() });
        };
        let (done, degraded) = rulings(ctx, &scryfall, ruled).await;
        return Ok(Outcome {
            rows: done.lines,
            matched: done.matched,
            unmatched: done.unmatched,
            changed: done.new + done.gone,
            observed_at: had,
            degraded,
            not_modified: false,
        });
    }
    progress.tell(Part::Fetch, 0, Some(2));
    let done = import_scryfall(ctx, &scryfall).await?;
    progress.tell(Part::Fetch, 1, Some(2));
    let (ruled, degraded) = match ruled {
        Some(file) => rulings(ctx, &scryfall, file).await,
        None => (RulingsImported::default(), None),
    };
    progress.tell(Part::Fetch, 2, Some(2));
    Ok(Outcome {
        rows: done.lines,
        matched: done.lines - done.skipped.len() as u64,
        unmatched: done.skipped.len() as u64,
        changed: done.new_printings
            + done.changed_printings
            + done.new_cards
            + done.changed_cards
            + done.changed_prices
            + ruled.new
            + ruled.gone,
        observed_at: Some(file.updated_at),
        degraded,
        not_modified: false,
    })
}

/// What became of the rulings; or why nothing did, which leaves the cards as new as they are.
async fn rulings(ctx: &Ctx, scryfall: &Scryfall, file: &BulkData) -> (RulingsImported, Option<Reason>) {
    match load_rulings(ctx, scryfall, file).await {
        Ok(done) => (done.clone(), done.refused.map(Reason::Rulings)),
        Err(error) => (RulingsImported::default(), Some(Reason::Rulings(error.to_string()))),
    }
}
