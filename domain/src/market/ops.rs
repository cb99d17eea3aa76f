use super::model::{Moved, MoverDirection, MoverWindow, MoversWanted, Overview};
use super::queries::{self, Between};
use crate::prices::{Currency, Source};
use crate::{Ctx, Error, Page, Result};

/// The market that speaks for a currency, and the demo's where that is what there is.
fn reference_markets(currency: Currency) -> [Source; 2] {
    let market = match currency {
        Currency::Usd => Source::Tcgplayer,
        Currency::Eur => Source::Cardmarket,
        Currency::Tix => Source::Cardhoarder,
    };
    [market, Source::Demo]
}

/// The window of a market that ends where its data ends: sources lag each other.
async fn between(
    ctx: &Ctx,
    sources: &[Source],
    currency: Currency,
    window: MoverWindow,
) -> Result<Option<Between>> {
    let mut conn = ctx.conn().await?;
    for source in sources.iter().map(|source| source.number()) {
        if let Some(to) = queries::newest(&mut conn, source).await? {
            return Ok(Some(Between { source, currency: currency.number(), from: to - window.length(), to }));
        }
    }
    Ok(None)
}

/// The largest moves of headline prices, in per cent. A price is compared with what it was when the
/// window began; the window ends with the market's newest data.
pub async fn top_movers(ctx: &Ctx, wanted: MoversWanted) -> Result<Vec<Moved>> {
    let limit = Page::<()>::new(wanted.first, None)?.limit() as i64;
    let sources =
        wanted.source.map_or_else(|| reference_markets(wanted.currency).to_vec(), |source| vec![source]);
    let Some(between) = between(ctx, &sources, wanted.currency, wanted.window).await? else {
        return Ok(Vec::new());
    };
    if wanted.floor < 0 {
        return Err(Error::invalid("floor", "must be zero or more"));
    }
    let up = wanted.direction == MoverDirection::Up;
    let finish = wanted.finish.map(|finish| finish.number());
    Ok(queries::movers(&mut *ctx.conn().await?, between, up, wanted.floor, finish, limit).await?)
}

/// The market in one currency: sizes, and how many printings rose and fell in the last day of data.
pub async fn overview(ctx: &Ctx, currency: Currency) -> Result<Overview> {
    let window = between(ctx, &reference_markets(currency), currency, MoverWindow::Day).await?;
    let mut conn = ctx.conn().await?;
    let counts = queries::counts(&mut conn, currency.number()).await?;
    let (advancing, declining) = match window {
        Some(window) => queries::breadth(&mut conn, window).await?,
        None => (0, 0),
    };
    Ok(Overview { currency, counts, advancing, declining, as_of: window.map(|window| window.to) })
}
