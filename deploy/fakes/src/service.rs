use std::time::Duration;

/// A service that has a stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Cards and sets.
    Scryfall,
    /// The price guide and the product list.
    Cardmarket,
    /// The price list.
    CardKingdom,
    /// The public prices.
    ManaPool,
    /// The mirror of TCGplayer.
    Tcgcsv,
    /// TCGplayer's API.
    Tcgplayer,
    /// The marketplace.
    CardTrader,
    /// Tournaments.
    TopDeck,
    /// Pages of commanders.
    Edhrec,
    /// The feed of a publisher.
    Press,
    /// NewsAPI.ai.
    NewsApi,
    /// Exchange rates.
    Ecb,
    /// Vectors of texts.
    OpenAi,
}

impl Service {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::Scryfall,
        Self::Cardmarket,
        Self::CardKingdom,
        Self::ManaPool,
        Self::Tcgcsv,
        Self::Tcgplayer,
        Self::CardTrader,
        Self::TopDeck,
        Self::Edhrec,
        Self::Press,
        Self::NewsApi,
        Self::Ecb,
        Self::OpenAi,
    ];

    /// The first part of its path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scryfall => "scryfall",
            Self::Cardmarket => "cardmarket",
            Self::CardKingdom => "cardkingdom",
            Self::ManaPool => "manapool",
            Self::Tcgcsv => "tcgcsv",
            Self::Tcgplayer => "tcgplayer",
            Self::CardTrader => "cardtrader",
            Self::TopDeck => "topdeck",
            Self::Edhrec => "edhrec",
            Self::Press => "press",
            Self::NewsApi => "newsapi",
            Self::Ecb => "ecb",
            Self::OpenAi => "openai",
        }
    }

    /// How many requests it takes in how long; nothing where none is published.
    pub(crate) const fn limit(self) -> Option<(usize, Duration)> {
        match self {
            Self::Scryfall | Self::Tcgplayer => Some((10, Duration::from_secs(1))),
            Self::TopDeck => Some((100, Duration::from_secs(60))),
            Self::CardTrader => Some((200, Duration::from_secs(10))),
            _ => None,
        }
    }

    /// Whether it says when a file changed, and answers 304.
    pub(crate) const fn validates(self) -> bool {
        matches!(
            self,
            Self::Scryfall | Self::Cardmarket | Self::Tcgcsv | Self::Edhrec | Self::Press | Self::Ecb
        )
    }

    /// Whether it turns away those who do not say who they are.
    pub(crate) const fn wants_a_name(self) -> bool {
        matches!(self, Self::Scryfall | Self::Tcgcsv)
    }

    /// What its contract calls something, and what it calls it in a strange mood.
    pub(crate) const fn renamed(self) -> (&'static str, &'static str) {
        match self {
            Self::Scryfall => ("\"jsonl_download_uri\"", "\"download_uri\""),
            Self::Cardmarket => ("\"trend\"", "\"trend_price\""),
            Self::CardKingdom => ("\"price_retail\"", "\"retail_price\""),
            Self::ManaPool => ("\"low_price\"", "\"lowest\""),
            Self::Tcgcsv | Self::Tcgplayer => ("\"marketPrice\"", "\"market_price\""),
            Self::CardTrader => ("\"cents\"", "\"amount\""),
            Self::TopDeck => ("\"tournamentName\"", "\"name\""),
            Self::Edhrec => ("\"num_decks\"", "\"decks\""),
            Self::Press => ("<link>", "<address>"),
            Self::NewsApi => ("\"results\"", "\"items\""),
            Self::Ecb => ("currency=", "code="),
            Self::OpenAi => ("\"embedding\"", "\"vector\""),
        }
    }
}
