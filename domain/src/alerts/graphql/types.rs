use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::super::explain::Explanation;
use super::super::loader::{AlertKey, ExplanationKey, LastEventsKey};
use super::super::machine::{AlertDirection, AlertPhase, AlertSide, AlertSuppression, Trigger};
use super::super::model::{Alert, AlertBook, AlertEvent, AlertEventState, AlertRuleKind};
use crate::catalog::{Card, CardKey, MtgSet, Printing, PrintingKey, SetKey};
use crate::prices::{Condition, Currency, Finish, Source};
use crate::reader::boxed;
use crate::scalars::Decimal;
use crate::{Error, PrintingId, ReaderLoader};

async fn printing(ctx: &Context<'_>, id: Option<PrintingId>) -> Result<Option<Printing>> {
    let Some(id) = id else { return Ok(None) };
    Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(id))).await?)
}

/// Something that somebody wants to be told of: a rule about a price, or about what a collection is worth.
#[Object]
impl Alert {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// Its owner's name for it.
    async fn name(&self) -> Option<&str> {
        self.definition.name.as_deref()
    }

    /// The printing that it is about; null where it is about any of a card or a set.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        printing(ctx, self.definition.subject.printing).await
    }

    /// The card that it is about any printing of.
    async fn card(&self, ctx: &Context<'_>) -> Result<Option<Card>> {
        let Some(card) = self.definition.subject.card else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(CardKey(card))).await?)
    }

    /// The set whose printings it is about.
    async fn set(&self, ctx: &Context<'_>) -> Result<Option<MtgSet>> {
        let Some(set) = self.definition.subject.set else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(SetKey(set))).await?)
    }

    /// Whether it is about what its owner's whole collection is worth.
    async fn portfolio(&self) -> bool {
        self.definition.subject.portfolio
    }

    /// Whether it belongs to a row of a want list.
    async fn of_want_list(&self) -> bool {
        self.want_id.is_some()
    }

    /// In this finish; in any, if null.
    async fn finish(&self) -> Option<Finish> {
        self.definition.subject.finish
    }

    /// At this market; at the best, if null.
    async fn source(&self) -> Option<Source> {
        self.definition.subject.source
    }

    /// Which prices.
    async fn book(&self) -> AlertBook {
        self.definition.subject.book
    }

    /// In this state or a better one; near mint, if null.
    async fn condition(&self) -> Option<Condition> {
        self.definition.subject.condition
    }

    /// In this currency.
    async fn currency(&self) -> Currency {
        self.definition.subject.currency
    }

    /// What sets it off.
    async fn rule(&self) -> AlertRuleKind {
        match self.definition.trigger {
            Trigger::Below(_) => AlertRuleKind::Below,
            Trigger::Above(_) => AlertRuleKind::Above,
            Trigger::Moved { .. } => AlertRuleKind::Percent,
            Trigger::BackInStock => AlertRuleKind::BackInStock,
            Trigger::Spread(_) => AlertRuleKind::Spread,
        }
    }

    /// The amount of BELOW and ABOVE.
    async fn amount(&self) -> Option<Decimal> {
        match self.definition.trigger {
            Trigger::Below(amount) | Trigger::Above(amount) => Some(Decimal(amount)),
            _ => None,
        }
    }

    /// The per cent of PERCENT and SPREAD.
    async fn percent(&self) -> Option<Decimal> {
        match self.definition.trigger {
            Trigger::Moved { percent, .. } | Trigger::Spread(percent) => Some(Decimal(percent)),
            _ => None,
        }
    }

    /// Which way PERCENT looks.
    async fn direction(&self) -> Option<AlertDirection> {
        match self.definition.trigger {
            Trigger::Moved { direction, .. } => Some(direction),
            _ => None,
        }
    }

    /// PERCENT measures against the price of so many days ago.
    async fn window_days(&self) -> Option<i32> {
        self.definition.window_days
    }

    /// PERCENT measures against this amount.
    async fn anchor(&self) -> Option<Decimal> {
        self.definition.anchor.map(Decimal)
    }

    /// The condition must hold for so many minutes.
    async fn persistence_minutes(&self) -> i32 {
        self.definition.persistence_minutes
    }

    /// How far beyond the threshold it arms itself again, in per cent of it.
    async fn rearm_percent(&self) -> Decimal {
        Decimal(self.definition.band.into())
    }

    /// It fires so often in a day at most.
    async fn daily_limit(&self) -> i32 {
        self.definition.daily_limit
    }

    /// Whether a condition that was true when it began counts.
    async fn announce_met(&self) -> bool {
        self.definition.announce_met
    }

    /// Whether it rests.
    async fn paused(&self) -> bool {
        self.paused
    }

    /// It tells nobody before.
    async fn snoozed_until(&self) -> Option<DateTime<Utc>> {
        self.snoozed_until
    }

    /// It ends then.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.definition.expires_at
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// Counts what its owner changed.
    async fn version(&self) -> i32 {
        self.version
    }

    /// How far it is.
    async fn phase(&self) -> AlertPhase {
        self.state.phase
    }

    /// Since when it is so far.
    async fn since(&self) -> Option<DateTime<Utc>> {
        self.state.since
    }

    /// When prices were last looked at for it.
    async fn evaluated_at(&self) -> Option<DateTime<Utc>> {
        self.evaluated_at
    }

    /// Why it fires, or does not, with the prices of now.
    async fn explanation(&self, ctx: &Context<'_>) -> Result<Explanation> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(ExplanationKey(self.id))).await?;
        Ok(found.ok_or(Error::NotFound("alert"))?)
    }

    /// What became of it: the last 20 events, the newest first, with those that nobody was told of.
    async fn last_events(&self, ctx: &Context<'_>) -> Result<Vec<AlertEvent>> {
        let found = boxed(ctx.data_unchecked::<ReaderLoader>().load_one(LastEventsKey(self.id))).await?;
        Ok(found.unwrap_or_default())
    }
}

/// Why an alert fires, or does not. Prices are in the alert's currency; of a spread they are per cent.
#[Object(name = "AlertExplanation")]
impl Explanation {
    /// The price now; null where there is none, or for BACK_IN_STOCK.
    async fn value(&self) -> Option<Decimal> {
        self.observation.value.filter(|_| self.threshold.is_some()).map(Decimal)
    }

    /// Whether the prices were confirmed within a day; nothing fires by older ones.
    async fn fresh(&self) -> bool {
        self.observation.fresh
    }

    /// The printing whose price it is.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        printing(ctx, self.best.map(|best| best.printing)).await
    }

    /// The finish whose price it is.
    async fn finish(&self) -> Option<Finish> {
        self.best.and_then(|best| best.finish)
    }

    /// The market whose price it is.
    async fn source(&self) -> Option<Source> {
        self.best.and_then(|best| best.source)
    }

    /// What a move is measured against.
    async fn anchor(&self) -> Option<Decimal> {
        self.observation.anchor.map(Decimal)
    }

    /// What the price must reach.
    async fn threshold(&self) -> Option<Decimal> {
        self.threshold.map(Decimal)
    }

    /// How far the price is from it; zero or less where it is reached.
    async fn distance(&self) -> Option<Decimal> {
        self.distance.map(Decimal)
    }

    /// When it fires or is armed again, if the price stays as it is.
    async fn ripe_at(&self) -> Option<DateTime<Utc>> {
        self.ripe_at
    }

    /// All of it in words.
    async fn text(&self) -> &str {
        &self.text
    }
}

/// What became of a condition that lasted. Prices are in the alert's currency; of a spread they are per cent.
#[Object]
impl AlertEvent {
    /// Public id.
    async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// The alert.
    async fn alert(&self, ctx: &Context<'_>) -> Result<Option<Alert>> {
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(AlertKey(self.alert_id))).await?)
    }

    /// Whether its owner was told; null for a state that this version does not know any more.
    async fn state(&self) -> Option<AlertEventState> {
        AlertEventState::from_number(self.state)
    }

    /// Why nobody was told.
    async fn suppression(&self) -> Option<AlertSuppression> {
        self.why()
    }

    /// When the condition had lasted.
    async fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// When the condition became true.
    async fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// On which side of the threshold the price was.
    async fn side(&self) -> Option<AlertSide> {
        AlertSide::from_number(self.side)
    }

    /// The price before the condition became true.
    async fn before(&self) -> Option<Decimal> {
        self.before.map(Decimal)
    }

    /// The price when it had lasted.
    async fn after(&self) -> Option<Decimal> {
        self.after.map(Decimal)
    }

    /// What the price was beyond.
    async fn threshold(&self) -> Option<Decimal> {
        self.threshold.map(Decimal)
    }

    /// What a move was measured against.
    async fn anchor(&self) -> Option<Decimal> {
        self.anchor.map(Decimal)
    }

    /// The printing whose price it was.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        printing(ctx, self.printing_id).await
    }

    /// The finish whose price it was.
    async fn finish(&self) -> Option<Finish> {
        self.finish.and_then(Finish::from_number)
    }

    /// The market whose price it was.
    async fn source(&self) -> Option<Source> {
        self.source.and_then(Source::from_number)
    }
}
