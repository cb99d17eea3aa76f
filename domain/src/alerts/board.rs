//! The prices that an alert looks at, and what they come to.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::machine::{Observation, Rule, Trigger, WHOLE};
use super::model::{AlertBook, Subject};
use crate::prices::{Finish, PriceKind, Source};
use crate::{PrintingId, SeriesId};

/// Prices that nobody confirmed for so long set nothing off.
pub(super) const STALE: TimeDelta = TimeDelta::hours(24);

/// A price of a series that belongs to an alert's subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    pub series: SeriesId,
    pub printing: PrintingId,
    pub source: i16,
    pub kind: i16,
    pub finish: i16,
    pub condition: i16,
    pub amount: Option<i64>,
    pub quantity: Option<i32>,
    pub changed_at: DateTime<Utc>,
    /// When it was last confirmed.
    pub observed_at: DateTime<Utc>,
}

impl Quote {
    /// What is out of stock, or not wanted, has no price.
    fn value(&self) -> Option<i64> {
        self.amount.filter(|amount| *amount > 0 && self.quantity != Some(0))
    }
}

/// What several feeds say of the same thing is one price: that of the feed that changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Slot {
    printing: PrintingId,
    source: i16,
    kind: i16,
    finish: i16,
    condition: i16,
}

/// What the prices come to, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Best {
    /// The price in hundredths, the spread in hundredths of a per cent, or 1 where there is a stock.
    pub value: i64,
    /// Of this printing.
    pub printing: PrintingId,
    /// In this finish.
    pub finish: Option<Finish>,
    /// At this market.
    pub source: Option<Source>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// The cheapest copy.
    Cheapest,
    /// What the store that pays most pays.
    Dearest,
    /// Whether any store buys it.
    Stock,
    /// The largest part of its price that a store pays, of one printing and finish.
    Spread,
}

impl Measure {
    pub(super) fn of(trigger: Trigger, subject: &Subject) -> Self {
        match (trigger, subject.book) {
            (Trigger::BackInStock, _) => Self::Stock,
            (Trigger::Spread(_), _) => Self::Spread,
            (_, AlertBook::Price) => Self::Cheapest,
            (_, AlertBook::Buylist) => Self::Dearest,
        }
    }
}

/// Prices of a subject, kept as they change.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    slots: Vec<Slot>,
    values: Vec<Option<i64>>,
    places: HashMap<SeriesId, usize>,
}

impl Board {
    /// The slots of some series, without any price yet.
    pub(super) fn empty(quotes: &[Quote]) -> Self {
        let mut known: HashMap<Slot, usize> = HashMap::new();
        let mut board = Self::default();
        for quote in quotes {
            let &Quote { printing, source, kind, finish, condition, .. } = quote;
            let slot = Slot { printing, source, kind, finish, condition };
            let place = *known.entry(slot).or_insert_with(|| {
                board.slots.push(slot);
                board.values.push(None);
                board.slots.len() - 1
            });
            board.places.insert(quote.series, place);
        }
        board
    }

    /// Prices as they are now; those that nobody confirmed for long are left out.
    pub(super) fn of(quotes: &[Quote], now: DateTime<Utc>) -> Self {
        let mut fresh: Vec<&Quote> = quotes.iter().filter(|quote| is_fresh(quote, now)).collect();
        fresh.sort_by_key(|quote| (quote.changed_at, quote.series));
        let mut board = Self::empty(quotes);
        for quote in fresh {
            board.set(quote.series, quote.value());
        }
        board
    }

    /// A series has another price, or none.
    pub(super) fn set(&mut self, series: SeriesId, value: Option<i64>) {
        if let Some(place) = self.places.get(&series) {
            self.values[*place] = value;
        }
    }

    fn priced(&self) -> impl Iterator<Item = (i64, &Slot)> {
        self.values.iter().zip(&self.slots).filter_map(|(value, slot)| Some(((*value)?, slot)))
    }

    /// What they come to.
    pub(super) fn best(&self, measure: Measure) -> Option<Best> {
        let found = match measure {
            Measure::Cheapest => self.priced().min_by_key(|(value, _)| *value),
            Measure::Dearest => self.priced().max_by_key(|(value, _)| *value),
            Measure::Stock => self.priced().next().map(|(_, slot)| (1, slot)),
            Measure::Spread => self.spread(),
        };
        found.map(|(value, slot)| Best {
            value,
            printing: slot.printing,
            finish: Finish::from_number(slot.finish),
            source: Source::from_number(slot.source),
        })
    }

    fn spread(&self) -> Option<(i64, &Slot)> {
        let buys = PriceKind::Buylist.number();
        let mut asked: HashMap<(PrintingId, i16), i64> = HashMap::new();
        for (value, slot) in self.priced().filter(|(_, slot)| slot.kind != buys) {
            let least = asked.entry((slot.printing, slot.finish)).or_insert(value);
            *least = value.min(*least);
        }
        let part = |(value, slot): (i64, &'_ Slot)| {
            let asked = *asked.get(&(slot.printing, slot.finish))?;
            Some(value.saturating_mul(WHOLE) / asked)
        };
        let bought = self.priced().filter(|(_, slot)| slot.kind == buys);
        bought.filter_map(|one| Some((part(one)?, one.1))).max_by_key(|(part, _)| *part)
    }
}

fn is_fresh(quote: &Quote, now: DateTime<Utc>) -> bool {
    now - quote.observed_at <= STALE
}

/// What a rule sees of the prices now. Without any series there is nothing that could be old.
pub(super) fn observe(
    rule: &Rule,
    subject: &Subject,
    quotes: &[Quote],
    anchor: Option<i64>,
    now: DateTime<Utc>,
) -> (Observation, Option<Best>) {
    let best = Board::of(quotes, now).best(Measure::of(rule.trigger, subject));
    let fresh = quotes.is_empty() || quotes.iter().any(|quote| is_fresh(quote, now));
    (Observation { value: best.map(|best| best.value), anchor, fresh }, best)
}
