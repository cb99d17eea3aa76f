use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use tables::{alert_events, alert_states, alerts};

use super::machine::{AlertDirection, AlertPhase, AlertSide, AlertSuppression, Rule, State, Trigger};
use crate::prices::{Condition, Currency, Finish, Source, coded_enum};
use crate::{AlertEventId, AlertId, CardId, Error, PrintingId, SetId, UserId, WantId};

coded_enum! {
    /// Which prices an alert looks at.
    AlertBook {
        /// What copies cost: the headline price of each market.
        Price = 1,
        /// What stores pay in cash.
        Buylist = 2,
    }
}

coded_enum! {
    /// What sets an alert off.
    AlertRuleKind {
        /// The price falls to an amount.
        Below = 1,
        /// The price rises to an amount.
        Above = 2,
        /// The price moves by so many per cent.
        Percent = 3,
        /// A store buys it that did not.
        BackInStock = 4,
        /// A store pays at least so many per cent of what a copy costs.
        Spread = 5,
    }
}

coded_enum! {
    /// What became of a crossing that lasted.
    AlertEventState {
        /// Its owner is told.
        Fired = 1,
        /// Nobody is told.
        Suppressed = 2,
    }
}

/// What an alert is about: one printing; printings of a card, of a set, or of both; or all that its owner has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// This printing.
    pub printing: Option<PrintingId>,
    /// Any printing of this card.
    pub card: Option<CardId>,
    /// Any printing of this set.
    pub set: Option<SetId>,
    /// What its owner's whole collection is worth.
    pub portfolio: bool,
    /// In this finish; in any, if nothing is said.
    pub finish: Option<Finish>,
    /// At this market; at the best, if nothing is said.
    pub source: Option<Source>,
    /// What it costs, or what stores pay.
    pub book: AlertBook,
    /// In this state or a better one; near mint, if nothing is said.
    pub condition: Option<Condition>,
    /// In this currency.
    pub currency: Currency,
}

/// What an alert is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its owner's name for it.
    pub name: Option<String>,
    /// What it is about.
    pub subject: Subject,
    /// What sets it off.
    pub trigger: Trigger,
    /// The window whose first price a move is measured against, in days.
    pub window_days: Option<i32>,
    /// What a move is measured against otherwise, in hundredths.
    pub anchor: Option<i64>,
    /// A condition must hold for so many minutes.
    pub persistence_minutes: i32,
    /// How far beyond the threshold it arms itself again, in hundredths of a per cent.
    pub band: i32,
    /// It fires so often in a day at most.
    pub daily_limit: i32,
    /// Whether a condition that is true already counts.
    pub announce_met: bool,
    /// It ends then.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Definition {
    /// Minutes that a condition must hold, if nothing else is said: what is back within half a day was noise.
    pub const PERSISTENCE_MINUTES: i32 = 12 * 60;
    /// Five per cent.
    pub const BAND: i32 = 500;
    /// Firings of a day.
    pub const DAILY_LIMIT: i32 = 3;

    /// A rule with the usual patience.
    pub fn new(subject: Subject, trigger: Trigger) -> Self {
        Self {
            name: None,
            subject,
            trigger,
            window_days: None,
            anchor: None,
            persistence_minutes: Self::PERSISTENCE_MINUTES,
            band: Self::BAND,
            daily_limit: Self::DAILY_LIMIT,
            announce_met: true,
            expires_at: None,
        }
    }

    pub(super) fn rule(&self, snoozed_until: Option<DateTime<Utc>>) -> Rule {
        Rule {
            trigger: self.trigger,
            persistence: TimeDelta::minutes(self.persistence_minutes.into()),
            band: self.band.into(),
            announce_met: self.announce_met,
            snoozed_until,
        }
    }
}

/// An alert as it is stored.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = alerts)]
#[diesel(base_query = alerts::table.inner_join(alert_states::table))]
pub(super) struct AlertRow {
    pub id: AlertId,
    pub user_id: UserId,
    pub want_id: Option<WantId>,
    pub name: Option<String>,
    pub printing_id: Option<PrintingId>,
    pub card_id: Option<CardId>,
    pub set_id: Option<SetId>,
    pub portfolio: bool,
    pub finish: Option<i16>,
    pub source: Option<i16>,
    pub book: i16,
    pub condition: Option<i16>,
    pub currency: i16,
    pub rule: i16,
    pub amount: Option<i64>,
    pub percent: Option<i32>,
    pub direction: Option<i16>,
    pub window_days: Option<i32>,
    pub anchor: Option<i64>,
    pub persistence_minutes: i32,
    pub band: i32,
    pub daily_limit: i32,
    pub announce_met: bool,
    pub paused: bool,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    #[diesel(embed)]
    pub state: StateRow,
}

/// How far an alert is, as it is stored.
#[derive(Clone, Debug, Selectable, Queryable)]
#[diesel(table_name = alert_states)]
pub(super) struct StateRow {
    pub version: i32,
    pub phase: i16,
    pub since: Option<DateTime<Utc>>,
    pub side: Option<i16>,
    pub crossing: i32,
    pub last: Option<i64>,
    pub before: Option<i64>,
    pub suspect: bool,
    pub held: Option<i16>,
    pub evaluated_at: Option<DateTime<Utc>>,
}

/// Something that somebody wants to be told of.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Which alert.
    pub id: AlertId,
    /// Whose.
    pub user: UserId,
    /// The want that it belongs to.
    pub want_id: Option<WantId>,
    /// What it is told to do.
    pub definition: Definition,
    /// Whether it does nothing for now.
    pub paused: bool,
    /// It tells nobody before.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Counts what its owner changed.
    pub version: i32,
    /// What it remembers.
    pub state: State,
    /// When prices were last looked at for it.
    pub evaluated_at: Option<DateTime<Utc>>,
}

/// Between two looks at what a collection is worth: each is a sum over all of it.
const PACE: TimeDelta = TimeDelta::minutes(5);

impl Alert {
    /// When it may be looked at again, if it was looked at just now.
    pub(super) fn rests_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let begun = self.definition.subject.portfolio && self.state.phase != AlertPhase::New;
        self.evaluated_at.filter(|_| begun).map(|at| at + PACE).filter(|next| *next > now)
    }

    /// What it goes by.
    pub fn armed_rule(&self) -> Rule {
        self.definition.rule(self.snoozed_until)
    }
}

fn coded<T>(number: Option<i16>, of: impl Fn(i16) -> Option<T>) -> Option<Option<T>> {
    number.map_or(Some(None), |number| of(number).map(Some))
}

fn trigger(row: &AlertRow) -> Option<Trigger> {
    Some(match AlertRuleKind::from_number(row.rule)? {
        AlertRuleKind::Below => Trigger::Below(row.amount?),
        AlertRuleKind::Above => Trigger::Above(row.amount?),
        AlertRuleKind::Percent => Trigger::Moved {
            percent: row.percent?.into(),
            direction: AlertDirection::from_number(row.direction?)?,
        },
        AlertRuleKind::BackInStock => Trigger::BackInStock,
        AlertRuleKind::Spread => Trigger::Spread(row.percent?.into()),
    })
}

fn alert(row: AlertRow) -> Option<Alert> {
    let subject = Subject {
        printing: row.printing_id,
        card: row.card_id,
        set: row.set_id,
        portfolio: row.portfolio,
        finish: coded(row.finish, Finish::from_number)?,
        source: coded(row.source, Source::from_number)?,
        book: AlertBook::from_number(row.book)?,
        condition: coded(row.condition, Condition::from_number)?,
        currency: Currency::from_number(row.currency)?,
    };
    let known = &row.state;
    let state = State {
        phase: AlertPhase::from_number(known.phase)?,
        since: known.since,
        side: coded(known.side, AlertSide::from_number)?,
        crossing: known.crossing,
        last: known.last,
        before: known.before,
        suspect: known.suspect,
        held: coded(known.held, AlertSuppression::from_number)?,
    };
    let (version, evaluated_at) = (known.version, known.evaluated_at);
    let definition = Definition {
        subject,
        trigger: trigger(&row)?,
        name: row.name,
        window_days: row.window_days,
        anchor: row.anchor,
        persistence_minutes: row.persistence_minutes,
        band: row.band,
        daily_limit: row.daily_limit,
        announce_met: row.announce_met,
        expires_at: row.expires_at,
    };
    Some(Alert {
        id: row.id,
        user: row.user_id,
        want_id: row.want_id,
        definition,
        paused: row.paused,
        snoozed_until: row.snoozed_until,
        created_at: row.created_at,
        version,
        state,
        evaluated_at,
    })
}

impl TryFrom<AlertRow> for Alert {
    type Error = Error;

    fn try_from(row: AlertRow) -> Result<Self, Error> {
        let id = row.id.0;
        let unknown = || Error::internal(anyhow::anyhow!("alert {id} has a number of a newer version"));
        alert(row).ok_or_else(unknown)
    }
}

/// What became of a crossing that lasted.
#[derive(Clone, Debug, PartialEq, Eq, HasQuery, QueryableByName)]
#[diesel(table_name = alert_events)]
pub struct AlertEvent {
    /// Which event.
    pub id: AlertEventId,
    /// Of which alert.
    pub alert_id: AlertId,
    /// Whose.
    pub user_id: UserId,
    /// Which time the condition became true.
    pub crossing: i32,
    /// When it had lasted.
    pub at: DateTime<Utc>,
    pub(super) state: i16,
    pub(super) why: Option<i16>,
    pub(super) side: i16,
    /// The price before the crossing.
    pub before: Option<i64>,
    /// The price then.
    pub after: Option<i64>,
    /// What it was beyond.
    pub threshold: Option<i64>,
    /// What a move was measured against.
    pub anchor: Option<i64>,
    /// When the condition became true.
    pub since: DateTime<Utc>,
    /// The printing whose price it was.
    pub printing_id: Option<PrintingId>,
    pub(super) finish: Option<i16>,
    pub(super) source: Option<i16>,
    /// When it was handed on.
    pub notified_at: Option<DateTime<Utc>>,
}

impl AlertEvent {
    /// Why nobody was told; nothing if somebody was.
    pub fn why(&self) -> Option<AlertSuppression> {
        self.why.and_then(AlertSuppression::from_number)
    }
}

/// Where a page of alerts ended.
#[derive(Clone, Copy, Debug)]
pub struct AlertCursor(pub AlertId);

/// Where a page of events ended.
#[derive(Clone, Copy, Debug)]
pub struct AlertEventCursor(pub AlertEventId);

/// Which alerts are wanted; all of what is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlertFilter {
    /// About this printing.
    pub printing: Option<PrintingId>,
    /// About this card.
    pub card: Option<CardId>,
    /// About this set.
    pub set: Option<SetId>,
    /// About the collection, or not.
    pub portfolio: Option<bool>,
}
