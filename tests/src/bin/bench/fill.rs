//! Prices for every printing: the files of cards alone have few.

use crate::platform::Platform;

/// One headline price of each of four markets. The numbers are those of `domain::prices`' enums.
const PRICES: &str = "
    INSERT INTO price_series (printing_id, source, feed, kind, finish, condition, currency, headline, amount,
        quantity, changed_at, ingested_at, version)
    SELECT p.id, m.source, m.feed, m.kind, 1, 1, m.currency, true, 50 + (p.id * 7919 + m.source * 104729) % 5000,
           NULL, now() - interval '1 year', now() - interval '1 year', 1
    FROM printings p
    CROSS JOIN (VALUES $MARKETS) m (source, feed, kind, currency)
    ON CONFLICT DO NOTHING";

/// Fills them in, in the order of the printings.
pub async fn run(platform: &Platform) -> anyhow::Result<()> {
    let sql = platform.sql().await?;
    let markets =
        markets().map(|[source, feed, kind, currency]| format!("({source}, {feed}, {kind}, {currency})"));
    sql.batch_execute(&PRICES.replace("$MARKETS", &markets.join(", "))).await?;
    // What the server would do of itself in the next minute, in the middle of a measurement.
    sql.batch_execute("VACUUM ANALYZE").await?;
    Ok(sql.batch_execute("CHECKPOINT").await?)
}

/// Source, feed, kind and currency of each market.
fn markets() -> [[i16; 4]; 4] {
    use domain::prices::{Currency, Feed, PriceKind, Source};
    [
        (Source::Tcgplayer, Feed::Scryfall, PriceKind::Market, Currency::Usd),
        (Source::Cardmarket, Feed::CardmarketGuide, PriceKind::Trend, Currency::Eur),
        (Source::CardKingdom, Feed::CardKingdomList, PriceKind::Retail, Currency::Usd),
        (Source::Cardhoarder, Feed::Scryfall, PriceKind::Market, Currency::Tix),
    ]
    .map(|(source, feed, kind, currency)| [source.number(), feed.number(), kind.number(), currency.number()])
}
