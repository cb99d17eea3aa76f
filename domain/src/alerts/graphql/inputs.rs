use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};

use super::super::machine::{AlertDirection, Trigger};
use super::super::model::{AlertBook, AlertRuleKind, Definition, Subject};
use super::NOBODYS;
use crate::catalog::{self, CardRef, SetRef};
use crate::inventory::{Outcome, Problem, ProblemCode, printing_id};
use crate::prices::{Condition, Currency, Finish, Source};
use crate::scalars::Decimal;
use crate::{CardId, Ctx, Error, ReaderLoader, Result, SetId};

/// What an alert is about and what sets it off.
#[derive(InputObject)]
pub(super) struct AlertInput {
    /// Your name for it, 1 to 100 characters.
    name: Option<String>,
    /// About this printing: a public id or Scryfall's.
    printing_id: Option<ID>,
    /// About any printing of this card: a public id or Scryfall's. With a set: of those in the set.
    card_id: Option<ID>,
    /// About any printing of this set: a public id or the set's code.
    set_id: Option<ID>,
    /// About what your whole collection is worth, as `Viewer.portfolio` says with `includeStale`: in USD or EUR, by
    /// one market or by the best price of each card. It takes BELOW, ABOVE and PERCENT. A move within a window is
    /// what prices did to the copies that are there now: what comes or goes does not count. It is looked at when
    /// a price lands or copies come and go, at most every five minutes.
    #[graphql(default)]
    portfolio: bool,
    /// In this finish; in any, if left out.
    finish: Option<Finish>,
    /// At this market; at the best of all for whoever deals there, if left out: the cheapest for what copies
    /// cost, the one that pays most for what stores pay.
    source: Option<Source>,
    /// Which prices.
    #[graphql(default_with = "AlertBook::Price")]
    book: AlertBook,
    /// In this state or a better one; near mint, if left out.
    condition: Option<Condition>,
    /// In this currency; prices are not converted.
    currency: Currency,
    /// What sets it off.
    rule: AlertRuleKind,
    /// The amount of BELOW and ABOVE.
    amount: Option<Decimal>,
    /// The per cent of PERCENT and SPREAD.
    percent: Option<Decimal>,
    /// Which way PERCENT looks.
    #[graphql(default_with = "AlertDirection::Either")]
    direction: AlertDirection,
    /// PERCENT measures against the price of so many days ago, 1 to 365, however slowly it moved.
    window_days: Option<i32>,
    /// PERCENT measures against this amount, in place of a window.
    anchor: Option<Decimal>,
    /// The condition must hold for so many minutes, 0 to 10,080, before it fires. Most prices that move are
    /// back within half a day.
    #[graphql(default_with = "Definition::PERSISTENCE_MINUTES")]
    persistence_minutes: i32,
    /// Once it has fired the price must come back so far beyond the threshold, 0 to 50 per cent of it, and stay
    /// there as long, before it can fire again.
    #[graphql(default_with = "Decimal(Definition::BAND.into())")]
    rearm_percent: Decimal,
    /// It fires so often in a day at most, 1 to 24.
    #[graphql(default_with = "Definition::DAILY_LIMIT")]
    daily_limit: i32,
    /// Whether a condition that is true already counts as one that becomes true.
    #[graphql(default = true)]
    announce_met: bool,
    /// It ends then.
    expires_at: Option<DateTime<Utc>>,
}

fn missing(field: &str, rule: &str) -> Problem {
    Problem::new(ProblemCode::Invalid, field, format!("must be given for {rule}"))
}

fn unknown<T>(found: Result<Option<T>>) -> Result<Option<T>> {
    match found {
        Err(Error::Invalid { .. } | Error::NotFound(_)) => Ok(None),
        other => other,
    }
}

async fn card_id(reader: &ReaderLoader, id: &ID) -> Result<CardId> {
    let found = match unknown(CardRef::parse(id).map(Some))? {
        Some(wanted) => unknown(catalog::card(reader, wanted).await)?,
        None => None,
    };
    Ok(found.map_or(CardId(NOBODYS), |card| card.brief().id))
}

async fn set_id(ctx: &Ctx, reader: &ReaderLoader, id: &ID) -> Result<SetId> {
    let found = unknown(catalog::set(ctx, reader, SetRef::parse(id)).await)?;
    Ok(found.map_or(SetId(NOBODYS), |set| set.0.id))
}

impl AlertInput {
    fn trigger(&self) -> Outcome<Trigger> {
        let amount = |rule| self.amount.map(|amount| amount.0).ok_or_else(|| missing("amount", rule));
        let percent = |rule| self.percent.map(|percent| percent.0).ok_or_else(|| missing("percent", rule));
        Ok(match self.rule {
            AlertRuleKind::Below => Trigger::Below(amount("BELOW")?),
            AlertRuleKind::Above => Trigger::Above(amount("ABOVE")?),
            AlertRuleKind::Percent => {
                Trigger::Moved { percent: percent("PERCENT")?, direction: self.direction }
            }
            AlertRuleKind::BackInStock => Trigger::BackInStock,
            AlertRuleKind::Spread => Trigger::Spread(percent("SPREAD")?),
        })
    }

    /// What it says; whether that can be is checked where it is done.
    pub(super) async fn read(self, ctx: &Ctx, reader: &ReaderLoader) -> Outcome<Definition> {
        let trigger = self.trigger()?;
        let printing = match &self.printing_id {
            Some(id) => Some(printing_id(reader, id).await?),
            None => None,
        };
        let card = match &self.card_id {
            Some(id) => Some(card_id(reader, id).await?),
            None => None,
        };
        let set = match &self.set_id {
            Some(id) => Some(set_id(ctx, reader, id).await?),
            None => None,
        };
        let (portfolio, finish, source, book) = (self.portfolio, self.finish, self.source, self.book);
        let (condition, currency) = (self.condition, self.currency);
        Ok(Definition {
            name: self.name.map(|name| name.trim().to_owned()),
            subject: Subject { printing, card, set, portfolio, finish, source, book, condition, currency },
            trigger,
            window_days: self.window_days,
            anchor: self.anchor.map(|anchor| anchor.0),
            persistence_minutes: self.persistence_minutes,
            band: i32::try_from(self.rearm_percent.0).unwrap_or(i32::MAX),
            daily_limit: self.daily_limit,
            announce_met: self.announce_met,
            expires_at: self.expires_at,
        })
    }
}
