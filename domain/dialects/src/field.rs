//! What a column can mean.

use serde::{Deserialize, Serialize};

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The card's name.
    Name,
    /// The name with a shop's remarks: stands in for a name that is missing.
    Label,
    /// The set's code.
    SetCode,
    /// The set's name.
    SetName,
    /// The collector number.
    Number,
    /// Copies.
    Quantity,
    /// Copies without foil; such a row may hold lots of several finishes.
    NonfoilQuantity,
    /// Foil copies.
    FoilQuantity,
    /// Copies of a special foil.
    SpecialFoilQuantity,
    /// Whether each copy is a playset of four.
    Playset,
    /// Copies that are for trade.
    ForTrade,
    /// Whether all copies are for trade.
    TradeFlag,
    /// The finish.
    Finish,
    /// What a special finish is called.
    FinishText,
    /// The grade.
    Grade,
    /// The condition as somebody wrote it.
    ConditionText,
    /// The language.
    Language,
    /// Scryfall's id of the printing.
    ScryfallId,
    /// Scryfall's id of the card.
    OracleId,
    /// TCGplayer's product.
    TcgplayerProduct,
    /// TCGplayer's article: product, condition, finish and language.
    TcgplayerSku,
    /// Cardmarket's product.
    CardmarketProduct,
    /// Gatherer's number.
    MultiverseId,
    /// Magic Online's number.
    MtgoId,
    /// What was paid for one copy.
    Cost,
    /// What it was paid in.
    Currency,
    /// The day it was acquired.
    Acquired,
    /// The binder, deck or list.
    Binder,
    /// Which of these it is.
    BinderKind,
    /// Tags.
    Tags,
    /// Notes.
    Notes,
    /// Signed copies.
    Signed,
    /// Altered copies.
    Altered,
    /// Misprints.
    Misprint,
    /// Proxies.
    Proxy,
    /// Copies that their owner shows to nobody.
    Hidden,
    /// Main deck or sideboard.
    Section,
    /// The game: rows of other games are passed over.
    Game,
    /// Everything else that a lot holds, as a JSON object.
    Rest,
    /// Kept under the column's own name.
    Raw,
    /// A fact of the card or a market price: known without the file.
    Ignored,
}
