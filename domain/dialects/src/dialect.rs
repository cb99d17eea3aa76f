//! The apps whose files are known.

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::tables;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Our own CSV: keeps everything.
    Own,
    /// Our own JSON, an array or an object a line: keeps everything.
    OwnJson,
    /// ManaBox.
    Manabox,
    /// Moxfield.
    Moxfield,
    /// Archidekt.
    Archidekt,
    /// Deckbox.
    Deckbox,
    /// Dragon Shield.
    DragonShield,
    /// Delver Lens.
    DelverLens,
    /// TCGplayer's app.
    TcgplayerApp,
    /// TCGplayer's price file for sellers.
    TcgplayerSeller,
    /// EchoMTG.
    EchoMtg,
    /// CardCastle.
    Cardcastle,
    /// Helvault.
    Helvault,
    /// MTGGoldfish.
    MtgGoldfish,
    /// Cardsphere.
    Cardsphere,
    /// Magic Online's CSV.
    Mtgo,
    /// Magic Online's `.dek`.
    MtgoDek,
    /// TopDecked.
    TopDecked,
    /// Deckstats.
    Deckstats,
    /// TappedOut.
    TappedOut,
    /// Urza's Gatherer.
    UrzasGatherer,
    /// Decked Builder.
    DeckedBuilder,
    /// MTG Manager.
    MtgManager,
    /// MTGStocks.
    MtgStocks,
    /// MTG Studio.
    MtgStudio,
    /// CubeCobra.
    CubeCobra,
    /// Card Kingdom's list of cards to sell.
    CardKingdom,
    /// Star City Games' list of cards to sell.
    StarCity,
    /// Cardmarket's stock.
    Cardmarket,
    /// A decklist in plain text.
    Decklist,
    /// A table of an unknown app.
    Unknown,
}

impl Dialect {
    /// All that can be read.
    pub const ALL: [Self; 31] = [
        Self::Own,
        Self::OwnJson,
        Self::Manabox,
        Self::Moxfield,
        Self::Archidekt,
        Self::Deckbox,
        Self::DragonShield,
        Self::DelverLens,
        Self::TcgplayerApp,
        Self::TcgplayerSeller,
        Self::EchoMtg,
        Self::Cardcastle,
        Self::Helvault,
        Self::MtgGoldfish,
        Self::Cardsphere,
        Self::Mtgo,
        Self::MtgoDek,
        Self::TopDecked,
        Self::Deckstats,
        Self::TappedOut,
        Self::UrzasGatherer,
        Self::DeckedBuilder,
        Self::MtgManager,
        Self::MtgStocks,
        Self::MtgStudio,
        Self::CubeCobra,
        Self::CardKingdom,
        Self::StarCity,
        Self::Cardmarket,
        Self::Decklist,
        Self::Unknown,
    ];

    /// All that can be written.
    pub const WRITTEN: [Self; 18] = [
        Self::Own,
        Self::OwnJson,
        Self::Manabox,
        Self::Moxfield,
        Self::Archidekt,
        Self::Deckbox,
        Self::DragonShield,
        Self::TcgplayerApp,
        Self::EchoMtg,
        Self::MtgGoldfish,
        Self::Cardsphere,
        Self::TopDecked,
        Self::Deckstats,
        Self::MtgManager,
        Self::CardKingdom,
        Self::StarCity,
        Self::Cardmarket,
        Self::Decklist,
    ];

    /// The app's name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnJson => "Dualcaster JSON",
            Self::MtgoDek => "Magic Online deck",
            Self::Decklist => "Decklist",
            Self::Unknown => "Unknown table",
            _ => tables::of(self).name,
        }
    }

    /// What names of its files end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::OwnJson => "json",
            Self::MtgoDek => "dek",
            Self::Decklist => "txt",
            _ => "csv",
        }
    }

    /// The fields that survive being written and read again, as far as the app has words for them:
    /// few apps know etched foils, seven grades or Phyrexian. `Writer::write` tells what a lot loses.
    pub fn kept(self) -> Vec<Field> {
        match self {
            Self::OwnJson => tables::of(Self::Own).kept(),
            Self::Decklist => crate::decklist::KEPT.to_vec(),
            _ if Self::WRITTEN.contains(&self) => tables::of(self).kept(),
            _ => Vec::new(),
        }
    }
}
