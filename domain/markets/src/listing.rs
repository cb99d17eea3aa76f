//! What every market says, in one shape: a product and its prices. Which printing it is on our side
//! is not decided here.

use uuid::Uuid;

use crate::SourceError;

/// What a price is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// US cents.
    Usd,
    /// Euro cents.
    Eur,
}

/// What a price says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What copies sold for lately.
    Market,
    /// Cheapest offer.
    Low,
    /// Middle of the offers.
    Mid,
    /// Smoothed trend.
    Trend,
    /// Mean of sales.
    Average,
    /// Mean of yesterday's sales.
    Average1d,
    /// Mean of the last seven days' sales.
    Average7d,
    /// Mean of the last thirty days' sales.
    Average30d,
    /// What a store asks.
    Retail,
    /// What a store pays in cash.
    Buylist,
}

/// State of the copies, by the United States scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Near mint.
    Nm,
    /// Lightly played.
    Lp,
    /// Moderately played.
    Mp,
    /// Heavily played.
    Hp,
    /// Damaged.
    Dmg,
}

/// Surface of the copies, as far as the source tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Not foil.
    Nonfoil,
    /// Foil.
    Foil,
    /// Etched foil.
    Etched,
    /// Not nonfoil: foil, or etched where there is no foil.
    Shiny,
    /// The source does not say: the only one there is, else nonfoil.
    Unsaid,
}

/// One price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Surface of the copies.
    pub surface: Surface,
    /// What the price says.
    pub kind: Kind,
    /// State of the copies.
    pub grade: Grade,
    /// What it is counted in.
    pub money: Money,
    /// Minor units, more than zero.
    pub cents: i64,
    /// Copies offered or wanted, where the source says.
    pub quantity: Option<i32>,
}

/// What a source knows a product by, beside its own name for it. Any may be missing, any may be wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// Scryfall's printing.
    pub scryfall: Option<Uuid>,
    /// TCGplayer's product.
    pub tcgplayer: Option<i32>,
    /// Cardmarket's products.
    pub cardmarket: Vec<i32>,
    /// Scryfall's code of the language; nothing where a product is of all languages.
    pub language: Option<&'static str>,
}

/// A product with its prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The source's own id.
    pub product: String,
    /// The source's name, for people; may be empty.
    pub name: String,
    /// Other names for it.
    pub ids: Ids,
    /// What the source says of it.
    pub quotes: Vec<Quote>,
}

/// When a source said it, and whether it said all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// When.
    pub observed_at: chrono::DateTime<chrono::Utc>,
    /// Whether everything came that was asked for.
    pub complete: bool,
    /// Only some products were asked for: of all others it says nothing.
    pub narrow: bool,
}

impl Head {
    /// Everything that a source has.
    pub const fn whole(observed_at: chrono::DateTime<chrono::Utc>) -> Self {
        Self { observed_at, complete: true, narrow: false }
    }

    /// Whether what is absent is withdrawn.
    pub const fn withdraws(self) -> bool {
        self.complete && !self.narrow
    }
}

/// Where listings go while they are read.
pub trait Sink {
    /// Comes first, once.
    fn begin(&mut self, head: Head) -> Result<(), SourceError>;
    /// One product.
    fn listing(&mut self, listing: Listing) -> Result<(), SourceError>;
}
