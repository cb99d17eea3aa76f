//! Why an alert fires, or does not.

use chrono::{DateTime, TimeDelta, Utc};

use super::board::Best;
use super::machine::{AlertPhase, AlertSide, AlertSuppression, Observation, Trigger};
use super::model::{Alert, AlertBook};
use crate::scalars::Decimal;

/// How an alert stands towards the prices of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    /// What it sees.
    pub observation: Observation,
    /// Whose price that is.
    pub best: Option<Best>,
    /// What the price must reach.
    pub threshold: Option<i64>,
    /// How far the price is from it; zero or less where it is reached.
    pub distance: Option<i64>,
    /// When it fires or is armed again, if the price stays.
    pub ripe_at: Option<DateTime<Utc>>,
    /// All of it in words.
    pub text: String,
}

/// Of sides that are both looked at, the nearer.
fn nearest(alert: &Alert, seen: &Observation) -> Option<(AlertSide, i64, Option<i64>)> {
    let rule = alert.armed_rule();
    let side = |side: &AlertSide| {
        let threshold = rule.threshold(*side, seen.anchor)?;
        let distance = seen.value.map(|value| match side {
            AlertSide::Low => value - threshold,
            AlertSide::High => threshold - value,
        });
        Some((*side, threshold, distance))
    };
    let all = rule.sides().iter().filter_map(side);
    let own = |found: &(AlertSide, i64, Option<i64>)| alert.state.side.is_none_or(|side| side == found.0);
    all.filter(own).min_by_key(|(.., distance)| distance.unwrap_or(i64::MAX))
}

pub(super) fn explain(
    alert: &Alert,
    (observation, best): (Observation, Option<Best>),
    now: DateTime<Utc>,
) -> Explanation {
    let nearest = nearest(alert, &observation);
    let (rule, state) = (alert.armed_rule(), &alert.state);
    let ripe_at = match (state.phase, state.since) {
        (AlertPhase::Pending, Some(since)) => Some(since + rule.lasts(state)),
        (AlertPhase::Rearming, Some(since)) => Some(since + rule.persistence),
        _ => None,
    };
    let text = words(alert, &observation, nearest.map(|found| (found.0, found.1)), now);
    Explanation {
        observation,
        best,
        threshold: nearest.map(|found| found.1),
        distance: nearest.and_then(|found| found.2),
        ripe_at,
        text,
    }
}

/// A number of an alert: an amount of its currency, or per cent.
fn amount(alert: &Alert, value: i64) -> String {
    match alert.definition.trigger {
        Trigger::Spread(_) => format!("{} %", Decimal(value)),
        _ => format!("{} {}", Decimal(value), alert.definition.subject.currency.code()),
    }
}

fn span(time: TimeDelta) -> String {
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (days @ 2.., ..) => format!("{days} days"),
        (_, hours @ 1.., _) => format!("{hours} h"),
        (.., minutes) => format!("{} min", minutes.max(0)),
    }
}

/// The condition in words.
pub(super) fn condition(alert: &Alert, threshold: Option<(AlertSide, i64)>) -> String {
    match (alert.definition.trigger, threshold) {
        (Trigger::BackInStock, _) => "bought by a store".to_owned(),
        (_, Some((AlertSide::Low, threshold))) => format!("at or below {}", amount(alert, threshold)),
        (_, Some((AlertSide::High, threshold))) => format!("at or above {}", amount(alert, threshold)),
        (_, None) => "without a price to measure a move against".to_owned(),
    }
}

fn words(
    alert: &Alert,
    seen: &Observation,
    threshold: Option<(AlertSide, i64)>,
    now: DateTime<Utc>,
) -> String {
    let (rule, state) = (alert.armed_rule(), &alert.state);
    let condition = condition(alert, threshold);
    let lasted = span(state.since.map_or(TimeDelta::zero(), |since| now - since));
    let what = match alert.definition.subject.book {
        _ if alert.definition.subject.portfolio => "what the collection is worth",
        AlertBook::Price => "the price",
        AlertBook::Buylist => "what stores pay",
    };
    let mut text = if alert.paused {
        "paused".to_owned()
    } else if alert.definition.expires_at.is_some_and(|at| at <= now) {
        "ended".to_owned()
    } else {
        match state.phase {
            AlertPhase::New => "waits to be looked at".to_owned(),
            AlertPhase::Armed => {
                format!("armed; fires once {what} is {condition} for {}", span(rule.persistence))
            }
            AlertPhase::Pending => {
                format!("{condition} for {lasted}; fires after {}", span(rule.lasts(state)))
            }
            AlertPhase::Fired => {
                let band = Decimal(rule.band);
                format!("fired {lasted} ago, {condition}; arms itself again {band} % beyond that")
            }
            AlertPhase::Rearming => {
                format!("not {condition} any more for {lasted}; armed again after {}", span(rule.persistence))
            }
        }
    };
    let more = match (seen.fresh, seen.value, state.held) {
        (_, _, Some(AlertSuppression::Jump)) => {
            "; held back: it changed more than tenfold and has to last a day"
        }
        (false, ..) => "; held back: nobody confirmed the prices for a day",
        (true, None, _) if alert.definition.trigger != Trigger::BackInStock => "; there is no price now",
        _ => "",
    };
    text.push_str(more);
    if alert.snoozed_until.is_some_and(|until| now < until) {
        text.push_str("; snoozed");
    }
    text
}
