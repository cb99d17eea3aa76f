use chrono::{DateTime, Utc};
use markets::scryfall::{self, Prices};

use crate::copy::Rows;
use crate::prices::{Condition, Currency, Feed, Finish, PriceKind, Source};

/// One price that a source states, matched to our printing.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Whose price.
    pub printing: i32,
    /// The market.
    pub source: Source,
    /// The way it reached us.
    pub feed: Feed,
    /// What it says.
    pub kind: PriceKind,
    /// Finish of the copies.
    pub finish: Finish,
    /// State of the copies.
    pub condition: Condition,
    /// Its currency.
    pub currency: Currency,
    /// Minor units, more than zero.
    pub amount: i64,
    /// Copies offered or wanted, where the source says.
    pub quantity: Option<i32>,
    /// When the source said it.
    pub observed_at: DateTime<Utc>,
}

impl Offer {
    /// Whether lists show this kind for its source and finish.
    pub fn headline(&self) -> bool {
        let kind = match self.source {
            Source::Tcgplayer | Source::Cardhoarder | Source::Demo => PriceKind::Market,
            Source::Cardmarket => PriceKind::Trend,
            Source::CardKingdom => PriceKind::Retail,
            Source::ManaPool | Source::CardTrader => PriceKind::Low,
        };
        self.kind == kind && self.condition == Condition::Nm
    }
}

/// Offers, encoded for the staging table as they come.
#[derive(Default)]
pub struct Offers {
    pub(super) rows: Rows,
}

impl Offers {
    /// Adds one.
    pub fn push(&mut self, offer: &Offer) {
        let rows = self.rows.row(11).i32(offer.printing).i16(offer.source.number()).i16(offer.feed.number());
        rows.i16(offer.kind.number()).i16(offer.finish.number()).i16(offer.condition.number());
        rows.i16(offer.currency.number()).bool(offer.headline()).i64(offer.amount);
        rows.opt(offer.quantity, Rows::i32).timestamp(offer.observed_at);
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.rows.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.count == 0
    }
}

/// The six prices that Scryfall puts on a card: TCGplayer's market price, Cardmarket's trend and
/// Cardhoarder's price, marked as what they are.
pub(crate) fn scryfall_offers(
    offers: &mut Offers,
    prices: &Prices<'_>,
    printing: i32,
    observed_at: DateTime<Utc>,
) {
    use Currency::{Eur, Tix, Usd};
    use Finish::{Etched, Foil, Nonfoil};
    use PriceKind::{Market, Trend};
    use Source::{Cardhoarder, Cardmarket, Tcgplayer};
    let fields = [
        (&prices.usd, Tcgplayer, Market, Nonfoil, Usd),
        (&prices.usd_foil, Tcgplayer, Market, Foil, Usd),
        (&prices.usd_etched, Tcgplayer, Market, Etched, Usd),
        (&prices.eur, Cardmarket, Trend, Nonfoil, Eur),
        (&prices.eur_foil, Cardmarket, Trend, Foil, Eur),
        (&prices.tix, Cardhoarder, Market, Nonfoil, Tix),
    ];
    for (price, source, kind, finish, currency) in fields {
        if let Some(amount) = scryfall::amount(*price) {
            offers.push(&Offer {
                printing,
                source,
                feed: Feed::Scryfall,
                kind,
                finish,
                condition: Condition::Nm,
                currency,
                amount,
                quantity: None,
                observed_at,
            });
        }
    }
}
