//! When an alert fires: a function of what was known before, the rule, what is seen and the time. It knows
//! no database, so that the live pass and the simulator cannot disagree.

use chrono::{DateTime, TimeDelta, Utc};

use crate::prices::coded_enum;

/// Hundredths of a per cent in a whole.
pub(super) const WHOLE: i64 = 10_000;
/// A price that is so many times another one is a mistake more often than not.
const JUMP: i64 = 10;
/// A jump is believed once it has lasted for so long.
const JUMP_LASTS: TimeDelta = TimeDelta::hours(24);
/// A crossing that waits for fresh prices is looked at again after so long.
const LOOK_AGAIN: TimeDelta = TimeDelta::hours(1);
/// The price at the start of a window changes as the window moves.
const WINDOW_MOVES: TimeDelta = TimeDelta::hours(6);

coded_enum! {
    /// How far an alert is.
    #[derive(Default)]
    AlertPhase {
        /// No price was looked at yet.
        #[default]
        New = 0,
        /// The condition is not true; when it becomes so, the alert goes on.
        Armed = 1,
        /// The condition is true, but not for long enough.
        Pending = 2,
        /// It has fired; before it can fire again the price has to come back beyond the threshold.
        Fired = 3,
        /// The price has come back, but not for long enough.
        Rearming = 4,
    }
}

coded_enum! {
    /// A side of a threshold.
    AlertSide {
        /// At or under it.
        Low = 1,
        /// At or over it.
        High = 2,
    }
}

coded_enum! {
    /// Which way a price moves.
    AlertDirection {
        /// It rises.
        Up = 1,
        /// It falls.
        Down = 2,
        /// It does either.
        Either = 3,
    }
}

coded_enum! {
    /// Why nobody was told.
    AlertSuppression {
        /// Its owner wanted to hear nothing of it for a while.
        Snoozed = 1,
        /// It was told as often as it may be in a day.
        AlertBudget = 2,
        /// Its owner was told as often as anybody may be in a day.
        UserBudget = 3,
        /// The prices are old; it may still fire when there are new ones.
        Stale = 4,
        /// The price changed more than tenfold; it may still fire when that lasts a day.
        Jump = 5,
    }
}

/// What sets an alert off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A price at or below an amount, in hundredths.
    Below(i64),
    /// A price at or above an amount, in hundredths.
    Above(i64),
    /// A move against an anchor.
    Moved {
        /// In hundredths of a per cent of the anchor.
        percent: i64,
        /// Which way.
        direction: AlertDirection,
    },
    /// A store buys it again.
    BackInStock,
    /// A store pays at least such a part of what a copy costs, in hundredths of a per cent.
    Spread(i64),
}

/// A trigger, and how patient it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What sets it off.
    pub trigger: Trigger,
    /// The condition must hold for so long before it fires, and its contrary before it can fire again.
    pub persistence: TimeDelta,
    /// The contrary begins so far beyond the threshold, in hundredths of a per cent of it.
    pub band: i64,
    /// A condition that is true when the alert is made counts as one that became true.
    pub announce_met: bool,
    /// Nobody is told before.
    pub snoozed_until: Option<DateTime<Utc>>,
}

/// What is seen of the prices at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The price in hundredths; of a spread hundredths of a per cent; of a stock whether there is any.
    pub value: Option<i64>,
    /// What a move is measured against.
    pub anchor: Option<i64>,
    /// Whether it can be relied on.
    pub fresh: bool,
}

/// What an alert remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// How far it is.
    pub phase: AlertPhase,
    /// Since when; nothing while it is new.
    pub since: Option<DateTime<Utc>>,
    /// The side that it is about, while it is pending, has fired or arms itself again.
    pub side: Option<AlertSide>,
    /// Counts the times that the condition became true.
    pub crossing: i32,
    /// The last value that there was.
    pub last: Option<i64>,
    /// The value before the condition became true.
    pub before: Option<i64>,
    /// Whether the condition became true by a jump.
    pub suspect: bool,
    /// Why a crossing that lasted is held back.
    pub held: Option<AlertSuppression>,
}

/// A condition lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firing {
    /// Which time it became true.
    pub crossing: i32,
    /// On which side.
    pub side: AlertSide,
    /// When it became true.
    pub since: DateTime<Utc>,
    /// The value before.
    pub before: Option<i64>,
    /// The value now.
    pub after: Option<i64>,
    /// What it is beyond.
    pub threshold: Option<i64>,
    /// What a move is measured against.
    pub anchor: Option<i64>,
    /// Why nobody is told.
    pub held: Option<AlertSuppression>,
}

/// `amount` and so many hundredths of a per cent of it, rounded down.
fn with(amount: i64, percent: i64) -> i64 {
    let exact = i128::from(amount) * i128::from(WHOLE + percent) / i128::from(WHOLE);
    i64::try_from(exact).unwrap_or(i64::MAX)
}

impl Rule {
    /// What a value must reach on a side.
    pub fn threshold(&self, side: AlertSide, anchor: Option<i64>) -> Option<i64> {
        match self.trigger {
            Trigger::Below(amount) | Trigger::Above(amount) | Trigger::Spread(amount) => Some(amount),
            Trigger::Moved { percent, .. } => {
                let part = if side == AlertSide::High { percent } else { -percent };
                anchor.map(|anchor| with(anchor, part))
            }
            Trigger::BackInStock => None,
        }
    }

    /// The sides that it looks at.
    pub fn sides(&self) -> &'static [AlertSide] {
        match self.trigger {
            Trigger::Below(_) | Trigger::Moved { direction: AlertDirection::Down, .. } => &[AlertSide::Low],
            Trigger::Moved { direction: AlertDirection::Either, .. } => &[AlertSide::High, AlertSide::Low],
            _ => &[AlertSide::High],
        }
    }

    /// The side on which the condition is true.
    pub fn met(&self, seen: &Observation) -> Option<AlertSide> {
        let value = seen.value?;
        self.sides().iter().copied().find(|side| match (self.threshold(*side, seen.anchor), side) {
            (Some(threshold), AlertSide::Low) => value <= threshold,
            (Some(threshold), AlertSide::High) => value >= threshold,
            (None, _) => self.trigger == Trigger::BackInStock,
        })
    }

    /// Whether a value is so far from the threshold of a side that the alert may arm itself again.
    fn clear(&self, side: AlertSide, seen: &Observation) -> bool {
        let Some(value) = seen.value else { return self.trigger == Trigger::BackInStock };
        match (self.threshold(side, seen.anchor), side) {
            (Some(threshold), AlertSide::Low) => value > threshold && value >= with(threshold, self.band),
            (Some(threshold), AlertSide::High) => value < threshold && value <= with(threshold, -self.band),
            (None, _) => false,
        }
    }

    /// Whether two values differ so much that the second is not believed at once.
    fn jumps(&self, before: Option<i64>, after: Option<i64>) -> bool {
        let is_price = !matches!(self.trigger, Trigger::BackInStock | Trigger::Spread(_));
        before
            .zip(after)
            .is_some_and(|(before, after)| is_price && (after / JUMP > before || before / JUMP > after))
    }

    /// How long a condition must hold.
    pub fn lasts(&self, state: &State) -> TimeDelta {
        if state.suspect { self.persistence.max(JUMP_LASTS) } else { self.persistence }
    }

    /// When time alone may change something.
    pub fn due(&self, state: &State, windowed: bool, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let timer = match (state.phase, state.since) {
            (AlertPhase::Pending, Some(since)) => {
                // At its own time it is told why it is held back.
                let told = state.held.is_none().then_some(since + self.persistence);
                let ends = since + self.lasts(state);
                let later = if ends > now { ends } else { now + LOOK_AGAIN };
                Some(told.filter(|told| *told > now).unwrap_or(later))
            }
            (AlertPhase::Rearming, Some(since)) => {
                Some((since + self.persistence).max(now + TimeDelta::minutes(1)))
            }
            _ => None,
        };
        let moves = windowed.then(|| now + WINDOW_MOVES);
        timer.into_iter().chain(moves).min()
    }
}

/// What becomes of an alert when something is seen, and whether its condition has lasted.
pub fn step(state: &State, rule: &Rule, seen: &Observation, now: DateTime<Utc>) -> (State, Option<Firing>) {
    if !seen.fresh {
        return held_back(state, rule, seen, now, AlertSuppression::Stale);
    }
    let mut next = *state;
    next.last = seen.value.or(state.last);
    let met = rule.met(seen);
    let enter = |phase| State { phase, since: Some(now), held: None, ..next };
    match (state.phase, met) {
        (AlertPhase::New, Some(side)) if !rule.announce_met => {
            (State { side: Some(side), ..enter(AlertPhase::Fired) }, None)
        }
        (AlertPhase::New | AlertPhase::Armed, Some(side)) => cross(state, rule, seen, now, side),
        (AlertPhase::New, None) => (State { side: None, ..enter(AlertPhase::Armed) }, None),
        (AlertPhase::Armed, None) => (next, None),
        (AlertPhase::Pending, Some(side)) if state.side == Some(side) => ripen(next, rule, seen, now),
        // The other side of a rule that looks at both is another crossing, whatever was before.
        (_, Some(side)) if state.side != Some(side) => cross(state, rule, seen, now, side),
        (AlertPhase::Pending, _) => (State { side: None, suspect: false, ..enter(AlertPhase::Armed) }, None),
        (AlertPhase::Fired | AlertPhase::Rearming, _) => (rearm(state, rule, seen, now, next), None),
    }
}

/// The condition becomes true.
fn cross(
    state: &State,
    rule: &Rule,
    seen: &Observation,
    now: DateTime<Utc>,
    side: AlertSide,
) -> (State, Option<Firing>) {
    let pending = State {
        phase: AlertPhase::Pending,
        since: Some(now),
        side: Some(side),
        crossing: state.crossing + 1,
        last: seen.value.or(state.last),
        before: state.last,
        suspect: rule.jumps(state.last, seen.value),
        held: None,
    };
    ripen(pending, rule, seen, now)
}

/// The condition is true still.
fn ripen(pending: State, rule: &Rule, seen: &Observation, now: DateTime<Utc>) -> (State, Option<Firing>) {
    let lasted = pending.since.map_or(TimeDelta::zero(), |since| now - since);
    if lasted < rule.persistence {
        return (pending, None);
    }
    if lasted < rule.lasts(&pending) {
        return held_back(&pending, rule, seen, now, AlertSuppression::Jump);
    }
    let snoozed = rule.snoozed_until.is_some_and(|until| now < until).then_some(AlertSuppression::Snoozed);
    let firing = firing(&pending, rule, seen, now, snoozed);
    let fired = State { phase: AlertPhase::Fired, since: Some(now), suspect: false, held: None, ..pending };
    (fired, firing)
}

/// A crossing that lasted stays what it is, and says once why nobody is told.
fn held_back(
    state: &State,
    rule: &Rule,
    seen: &Observation,
    now: DateTime<Utc>,
    why: AlertSuppression,
) -> (State, Option<Firing>) {
    let lasted = state.since.is_some_and(|since| now - since >= rule.persistence);
    if state.phase != AlertPhase::Pending || !lasted || state.held == Some(why) {
        return (*state, None);
    }
    let seen = Observation { value: seen.value.or(state.last), ..*seen };
    (State { held: Some(why), ..*state }, firing(state, rule, &seen, now, Some(why)))
}

fn firing(
    state: &State,
    rule: &Rule,
    seen: &Observation,
    now: DateTime<Utc>,
    held: Option<AlertSuppression>,
) -> Option<Firing> {
    let side = state.side?;
    Some(Firing {
        crossing: state.crossing,
        side,
        since: state.since.unwrap_or(now),
        before: state.before,
        after: seen.value,
        threshold: rule.threshold(side, seen.anchor),
        anchor: seen.anchor,
        held,
    })
}

/// It has fired, and its condition is not met on another side.
fn rearm(state: &State, rule: &Rule, seen: &Observation, now: DateTime<Utc>, next: State) -> State {
    let clear = state.side.is_some_and(|side| rule.clear(side, seen));
    let enter = |phase, side| State { phase, since: Some(now), side, ..next };
    let begun = if state.phase == AlertPhase::Rearming { state.since } else { clear.then_some(now) };
    match begun {
        Some(begun) if clear && now - begun >= rule.persistence => enter(AlertPhase::Armed, None),
        Some(_) if clear && state.phase == AlertPhase::Fired => enter(AlertPhase::Rearming, state.side),
        Some(_) if !clear && state.phase == AlertPhase::Rearming => enter(AlertPhase::Fired, state.side),
        _ => next,
    }
}
