//! Why a row is not entered as it stands.

use dialects::{Field, Note, NoteKind, Reason, Skip};
use serde::{Deserialize, Serialize};

/// What is the matter with a row, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "snake_case")]
#[graphql(name = "ImportCauseCode")]
pub enum Code {
    /// The catalogue knows no card or printing of that id; it was looked for by the rest.
    IdUnknown,
    /// The catalogue knows no set of that code or name, or the card is not in it.
    SetUnknown,
    /// The card has no such collector number in that set.
    NumberUnknown,
    /// The printing was found, but it is called something else.
    NameDiffers,
    /// Several printings fit; one of them was chosen.
    SeveralPrintings,
    /// No card has that name.
    NoSuchCard,
    /// The printing does not exist in that finish; one that exists was chosen.
    FinishCorrected,
    /// Nothing says what currency the cost is in, so it was left out. Of the whole file as a rule: say it once.
    CurrencyUnknown,
    /// A text is longer than is kept, and was cut.
    TextCut,
    /// It stands in a list of cards that need not be owned.
    OnAList,
    /// It is no real card.
    Proxy,
    /// Its owner left it out.
    LeftOut,
    /// A word of the app's that is not known: kept as text.
    UnknownWord,
    /// A word that stands for two grades; the lower was taken.
    TwoGrades,
    /// Not an id.
    NotAnId,
    /// Not a date that has one meaning.
    NotADate,
    /// Not an amount of money.
    NotAnAmount,
    /// The row was not in UTF-8 and was read as Windows-1252.
    OldEncoding,
    /// A playset was counted as four copies.
    Playset,
    /// More copies are for trade than there are.
    TooManyForTrade,
    /// The row has more cells than the header.
    MoreCells,
    /// The row is blank.
    Blank,
    /// There are no copies.
    NoCopies,
    /// It belongs to another game.
    OtherGame,
    /// It is a sealed product.
    Sealed,
    /// It is a heading or a comment.
    Heading,
    /// More copies than a lot holds.
    TooManyCopies,
    /// It cannot be read.
    Unreadable,
}

/// What is the matter with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What it is, for programs.
    pub code: Code,
    /// In which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// What is written there, or what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it is, for people.
    pub message: String,
}

impl Cause {
    pub(super) fn new(code: Code, field: Field, value: &str) -> Self {
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        Self { code, field: Some(field), value, message: code.message().to_owned() }
    }

    pub(super) fn plain(code: Code) -> Self {
        Self { code, field: None, value: None, message: code.message().to_owned() }
    }

    /// Whether it makes a row's meaning a guess, so that its owner should look at it.
    pub(super) fn is_a_guess(&self) -> bool {
        use Code::{CurrencyUnknown, MoreCells, NotAnId, OldEncoding, Playset};
        !matches!(self.code, OldEncoding | Playset | MoreCells | NotAnId | CurrencyUnknown)
    }
}

impl Code {
    fn message(self) -> &'static str {
        match self {
            Self::IdUnknown => "the id is not known; the card was looked for by the rest",
            Self::SetUnknown => "the card is in no set of that name or code",
            Self::NumberUnknown => "the card has no such number in the set",
            Self::NameDiffers => "the printing of that set and number has another name",
            Self::SeveralPrintings => "several printings fit, and one was chosen",
            Self::NoSuchCard => "no card of the catalogue has this name",
            Self::FinishCorrected => "the printing does not exist in this finish; one that exists was chosen",
            Self::CurrencyUnknown => "nothing says what currency it is; the cost was left out",
            Self::TextCut => "longer than is kept, and cut",
            Self::OnAList => "it is on a list of cards, not in a collection",
            Self::Proxy => "it is no real card",
            Self::LeftOut => "you left it out",
            Self::TooManyCopies => "more than 1,000,000 copies",
            _ => "",
        }
    }
}

impl From<&Note> for Cause {
    fn from(note: &Note) -> Self {
        let code = match note.kind {
            NoteKind::UnknownWord => Code::UnknownWord,
            NoteKind::TwoGrades => Code::TwoGrades,
            NoteKind::NotAnId => Code::NotAnId,
            NoteKind::NotADate => Code::NotADate,
            NoteKind::NotAnAmount => Code::NotAnAmount,
            NoteKind::OldEncoding => Code::OldEncoding,
            NoteKind::Playset => Code::Playset,
            NoteKind::TooManyForTrade => Code::TooManyForTrade,
            NoteKind::MoreCells => Code::MoreCells,
        };
        Self { message: note.kind.to_string(), ..Self::new(code, note.field, &note.value) }
    }
}

impl From<&Skip> for Cause {
    fn from(skip: &Skip) -> Self {
        let code = match skip {
            Skip::Blank => Code::Blank,
            Skip::NoCopies => Code::NoCopies,
            Skip::OtherGame(_) => Code::OtherGame,
            Skip::Sealed => Code::Sealed,
            Skip::Heading => Code::Heading,
        };
        Self { message: skip.to_string(), ..Self::plain(code) }
    }
}

impl Cause {
    pub(super) fn unreadable(field: Option<Field>, value: &str, reason: Reason) -> Self {
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        Self { code: Code::Unreadable, field, value, message: reason.to_string() }
    }
}
