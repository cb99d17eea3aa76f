//! A lot while its cells are read.

mod outcome;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::cell;
use crate::dates;
use crate::field::Field;
use crate::lot::{Binder, BinderKind, Currency, Lot, SECTION};
use crate::money::Amount;
use crate::plan::{Plan, Refusal, told};
use crate::row::{Note, NoteKind, Reason, Skip};
use crate::vocabulary::{FinishRead, TagStyle};
use crate::words::{Finish, key};

pub(crate) struct Draft<'a> {
    plan: &'a Plan,
    lot: Lot,
    pub notes: Vec<Note>,
    label: String,
    copies: Option<u32>,
    /// Copies by finish, in files that count them apart.
    counts: [Option<u32>; 3],
    playset: bool,
    all_for_trade: bool,
    amount: Option<Amount>,
    currency: Option<Currency>,
    binder_kind: Option<BinderKind>,
    /// The finish that a condition told.
    graded_finish: Option<Finish>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            lot: Lot::default(),
            notes: Vec::new(),
            label: String::new(),
            copies: None,
            counts: [None; 3],
            playset: false,
            all_for_trade: false,
            amount: None,
            currency: None,
            binder_kind: None,
            graded_finish: None,
        }
    }

    pub(crate) fn note(&mut self, field: Field, value: &str, kind: NoteKind) {
        self.notes.push(Note { field, value: told(value), kind });
    }

    /// Keeps a cell as text; the first of a name stays.
    pub(crate) fn keep(&mut self, header: &str, text: &str) {
        self.lot.rest.entry(header.to_owned()).or_insert_with(|| text.to_owned());
    }

    fn unclear(&mut self, header: &str, field: Field, text: &str, kind: NoteKind) {
        self.note(field, text, kind);
        self.keep(header, text);
    }

    /// Takes one cell in; says so if the whole row is to be passed over.
    pub(crate) fn take(&mut self, header: &str, field: Field, text: &str) -> Result<Option<Skip>, Refusal> {
        if text.is_empty() {
            if field == Field::Finish {
                self.finish_word(text);
            }
            return Ok(None);
        }
        match field {
            Field::Game => {
                let magic = ["magic", "magicthegathering", "mtg"].contains(&key(text).as_str());
                return Ok((!magic).then(|| Skip::OtherGame(told(text))));
            }
            Field::Grade if self.plan.words.composite && key(text) == "unopened" => {
                return Ok(Some(Skip::Sealed));
            }
            Field::Quantity
            | Field::NonfoilQuantity
            | Field::FoilQuantity
            | Field::SpecialFoilQuantity
            | Field::ForTrade => self.quantity(field, text)?,
            Field::Name | Field::Label | Field::SetCode | Field::SetName | Field::Number => {
                self.identity(field, text);
            }
            Field::ScryfallId | Field::OracleId => self.uuid(header, field, text),
            Field::TcgplayerProduct
            | Field::TcgplayerSku
            | Field::CardmarketProduct
            | Field::MultiverseId
            | Field::MtgoId => self.number(header, field, text),
            Field::Playset
            | Field::TradeFlag
            | Field::Signed
            | Field::Altered
            | Field::Misprint
            | Field::Proxy
            | Field::Hidden
            | Field::Section => self.flag(header, field, text),
            Field::Raw if text != "0" => self.keep(header, text),
            Field::Raw | Field::Ignored => {}
            _ => self.describe(header, field, text),
        }
        Ok(None)
    }

    fn quantity(&mut self, field: Field, text: &str) -> Result<(), Refusal> {
        let copies = cell::copies(text).ok_or_else(|| Refusal::new(field, text, Reason::NotAQuantity))?;
        match field {
            Field::Quantity => self.copies = self.copies.or(Some(copies)),
            Field::NonfoilQuantity => self.counts[0] = Some(copies),
            Field::FoilQuantity => self.counts[1] = Some(copies),
            Field::SpecialFoilQuantity => self.counts[2] = Some(copies),
            _ => self.lot.for_trade = copies,
        }
        Ok(())
    }

    fn identity(&mut self, field: Field, text: &str) {
        match field {
            Field::Name => text.clone_into(&mut self.lot.name),
            Field::Label => text.clone_into(&mut self.label),
            Field::SetCode => self.lot.set_code = Some(text.to_lowercase()),
            Field::SetName => self.lot.set_name = Some(text.to_owned()),
            _ => {
                let number = cell::number(self.plan.words.numbers, text);
                self.lot.number = Some(number).filter(|number| !number.is_empty());
            }
        }
    }

    fn uuid(&mut self, header: &str, field: Field, text: &str) {
        let Ok(id) = Uuid::try_parse(text) else {
            return self.unclear(header, field, text, NoteKind::NotAnId);
        };
        let id = Some(id).filter(|id| !id.is_nil());
        match field {
            Field::ScryfallId => self.lot.ids.scryfall = id,
            _ => self.lot.ids.oracle = id,
        }
    }

    fn number(&mut self, header: &str, field: Field, text: &str) {
        let Ok(id) = cell::id(text) else {
            return self.unclear(header, field, text, NoteKind::NotAnId);
        };
        let ids = &mut self.lot.ids;
        match field {
            Field::TcgplayerProduct => ids.tcgplayer_product = id,
            Field::TcgplayerSku => ids.tcgplayer_sku = id,
            Field::CardmarketProduct => ids.cardmarket_product = id,
            Field::MultiverseId => ids.multiverse = id,
            _ => ids.mtgo = id,
        }
    }

    fn flag(&mut self, header: &str, field: Field, text: &str) {
        let Some(yes) = cell::flag(header, text) else {
            match field {
                Field::Section => self.keep(SECTION, text),
                _ => self.unclear(header, field, text, NoteKind::UnknownWord),
            }
            return;
        };
        match field {
            Field::Playset => self.playset = yes,
            Field::TradeFlag => self.all_for_trade = yes,
            Field::Signed => self.lot.signed = yes,
            Field::Altered => self.lot.altered = yes,
            Field::Misprint => self.lot.misprint = yes,
            Field::Proxy => self.lot.proxy = yes,
            Field::Hidden => self.lot.hidden = yes,
            _ if yes => self.keep(SECTION, "Sideboard"),
            _ => {}
        }
    }

    fn describe(&mut self, header: &str, field: Field, text: &str) {
        match field {
            Field::Finish => self.finish_word(text),
            Field::FinishText => self.lot.finish_text = Some(text.to_owned()),
            Field::Grade => self.condition(text),
            Field::ConditionText => self.lot.condition_text = Some(text.to_owned()),
            Field::Language => self.language(header, text),
            Field::Cost => match Amount::parse(text) {
                Some(amount) => self.amount = Some(amount),
                None => self.unclear(header, field, text, NoteKind::NotAnAmount),
            },
            Field::Currency => match text.parse() {
                Ok(currency) => self.currency = Some(currency),
                Err(_) => self.unclear(header, field, text, NoteKind::UnknownWord),
            },
            Field::Acquired => self.day(header, text),
            Field::Binder => self.lot.binder = Some(Binder { name: text.to_owned(), kind: None }),
            Field::BinderKind => match key(text).as_str() {
                "binder" => self.binder_kind = Some(BinderKind::Binder),
                "deck" => self.binder_kind = Some(BinderKind::Deck),
                "list" => self.binder_kind = Some(BinderKind::List),
                _ => self.unclear(header, field, text, NoteKind::UnknownWord),
            },
            Field::Tags => self.tags(header, text),
            Field::Notes => self.lot.notes = Some(text.to_owned()),
            _ => match serde_json::from_str::<std::collections::BTreeMap<String, String>>(text) {
                Ok(rest) => self.lot.rest.extend(rest),
                Err(_) => self.unclear(header, field, text, NoteKind::UnknownWord),
            },
        }
    }

    fn day(&mut self, header: &str, text: &str) {
        let day: Option<NaiveDate> = dates::parse(text, self.plan.words.slashes);
        if day.is_none() {
            self.unclear(header, Field::Acquired, text, NoteKind::NotADate);
        }
        self.lot.acquired = day;
    }

    fn tags(&mut self, header: &str, text: &str) {
        match self.plan.words.tags {
            TagStyle::Commas => {
                self.lot.tags =
                    text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
            }
            TagStyle::Json => match serde_json::from_str(text) {
                Ok(tags) => self.lot.tags = tags,
                Err(_) => self.unclear(header, Field::Tags, text, NoteKind::UnknownWord),
            },
        }
    }

    fn finish_word(&mut self, text: &str) {
        match self.plan.words.finishes.read(text) {
            FinishRead::Blank => {}
            FinishRead::Plain(finish) => self.lot.finish = Some(finish),
            FinishRead::Special(finish) => {
                self.lot.finish = Some(finish);
                self.lot.finish_text = Some(text.to_owned());
            }
            FinishRead::Unknown => {
                self.lot.finish_text = Some(text.to_owned());
                self.note(Field::Finish, text, NoteKind::UnknownWord);
            }
        }
    }

    /// `Near Mint`, `Near Mint Foil`, in TCGplayer's price file also `Near Mint Foil - Japanese`.
    fn condition(&mut self, text: &str) {
        let words = self.plan.words;
        if !self.plan.has(Field::ConditionText) {
            self.lot.condition_text = Some(text.to_owned());
        }
        let mut condition = text;
        if words.composite {
            let (before, language) = text.rsplit_once(" - ").unwrap_or((text, "English"));
            condition = before;
            self.graded_finish = Some(Finish::Nonfoil);
            self.language("Condition", language);
        }
        let foil = condition.len().checked_sub(5).and_then(|at| condition.split_at_checked(at));
        if let Some((before, end)) = foil
            && end.eq_ignore_ascii_case(" foil")
        {
            self.graded_finish = Some(Finish::Foil);
            condition = before;
        }
        match words.grades.read(condition) {
            Some((grade, wide)) => {
                self.lot.grade = Some(grade);
                if wide {
                    self.note(Field::Grade, text, NoteKind::TwoGrades);
                }
            }
            None => self.note(Field::Grade, text, NoteKind::UnknownWord),
        }
    }

    fn language(&mut self, header: &str, text: &str) {
        self.lot.language = self.plan.words.languages.read(text);
        if self.lot.language.is_none() {
            self.unclear(header, Field::Language, text, NoteKind::UnknownWord);
        }
    }
}
