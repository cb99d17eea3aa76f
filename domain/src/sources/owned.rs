//! Visits in between: markets that can be asked for a few cards alone are asked for those that somebody
//! owns. Such a visit is silent about all other cards, so it withdraws nothing and makes nothing look
//! younger than it is.

use std::collections::BTreeSet;

use markets::http::Known;
use markets::{Fault, Progress, cardtrader, tcgplayer};

use super::market::{self, Breadth};
use super::model::{Outcome, Reason, Service};
use super::outside::Outside;
use super::queries;
use crate::{Ctx, Error, PrintingId, Result};

/// How much one visit asks for.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Printings at TCGplayer.
    pub printings: u16,
    /// Sets at CardTrader, which has no smaller question that is worth asking.
    pub sets: u16,
}

impl Default for Most {
    /// Some 120 requests of TCGplayer, a quarter of a minute; some 200 of CardTrader, half a minute. So all
    /// that people own of a large catalogue has its turn within a day.
    fn default() -> Self {
        Self { printings: 2_000, sets: 100 }
    }
}

/// What a visit asks for.
enum Wanted {
    Products(Vec<i32>),
    Sets(Vec<String>),
}

/// Whether anybody owns a card.
pub async fn any_owned(ctx: &Ctx) -> Result<bool> {
    ctx.require_service()?;
    Ok(queries::any_awaited(&mut *ctx.conn().await?).await?)
}

/// Asks a market for the prices of cards that people own, as many as one visit may; those that have waited
/// longest come first, so that all have their turn. Nothing is asked where nobody owns a card of the
/// market's, which is `None`.
pub async fn refresh_owned(
    ctx: &Ctx,
    outside: &Outside,
    service: Service,
    most: Most,
    progress: &dyn Progress,
) -> Result<Option<Outcome>> {
    ctx.require_service()?;
    if !outside.may_ask(service) {
        return Ok(Some(Outcome { degraded: Some(Reason::NotConfigured), ..Outcome::default() }));
    }
    let (wanted, printings) = wanted(ctx, service, most).await?;
    if printings.is_empty() {
        return Ok(None);
    }
    let mut conn = ctx.conn().await?;
    let state = queries::of(&mut conn, service.number()).await?;
    drop(conn);
    let known = Known { breaker: state.map(|state| state.breaker()).unwrap_or_default(), ..Known::default() };
    let session = outside.client(service).session(known, ctx.now());
    let visited = (service, Breadth::Owned);
    let result = match (wanted, outside.tcgplayer(), outside.cardtrader()) {
        (Wanted::Products(ids), Some(api), _) => {
            let adapter = tcgplayer::Api { only: Some(ids), ..api };
            market::visit(ctx, outside, visited, &session, adapter, progress).await
        }
        (Wanted::Sets(codes), _, Some(api)) => {
            let adapter = cardtrader::CardTrader { only: Some(codes), ..api };
            market::visit(ctx, outside, visited, &session, adapter, progress).await
        }
        _ => Err(Error::internal(anyhow::anyhow!("{} was asked without a key", service.name()))),
    };
    let mut conn = ctx.conn().await?;
    let breaker = session.known(false).breaker;
    queries::learn_breaker(&mut conn, service.number(), breaker, ctx.renewed().now()).await?;
    if had_its_turn(&result) {
        queries::asked(&mut conn, service.number(), &printings, ctx.now()).await?;
    }
    result.map(Some)
}

/// What is to be asked for, and the printings that it is.
async fn wanted(ctx: &Ctx, service: Service, most: Most) -> Result<(Wanted, Vec<PrintingId>)> {
    let mut conn = ctx.conn().await?;
    match service {
        Service::TcgplayerApi => {
            let found = queries::awaited_products(&mut conn, service.number(), most.printings.into()).await?;
            let ids = found.iter().flat_map(|one| [one.tcgplayer_id, one.tcgplayer_etched_id]).flatten();
            // Some printings are the same product.
            let ids: BTreeSet<i32> = ids.collect();
            let printings = found.iter().map(|one| one.id).collect();
            Ok((Wanted::Products(ids.into_iter().collect()), printings))
        }
        Service::CardTrader => {
            let (mut codes, mut printings) = (Vec::new(), Vec::new());
            for set in queries::awaited_sets(&mut conn, service.number(), most.sets.into()).await? {
                codes.push(set.code);
                printings.extend(set.printings);
            }
            Ok((Wanted::Sets(codes), printings))
        }
        other => Err(Error::invalid("service", format!("{} is not asked card by card", other.name()))),
    }
}

/// Whether others come first now. When the service is away the same ones are asked for again; when what was
/// asked for may itself be the reason of a failure, it must not hold up all others for ever.
fn had_its_turn(result: &Result<Outcome>) -> bool {
    match result {
        Ok(_) => true,
        Err(Error::Outside(failure)) => {
            matches!(failure.fault, Fault::Contract | Fault::Missing | Fault::TooLarge)
        }
        Err(_) => false,
    }
}
