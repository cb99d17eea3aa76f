//! The rule of alerts by itself: whatever prices do, nobody is told twice of the same thing.

use chrono::{DateTime, TimeDelta, Utc};
use domain::alerts::{AlertPhase, AlertSuppression, Firing, Observation, Rule, State, Trigger, step};
use proptest::prelude::*;

use crate::world::at;

const THRESHOLD: i64 = 1_000;
const BAND: i64 = 500;

fn rule(hours: i64) -> Rule {
    let persistence = TimeDelta::hours(hours);
    Rule {
        trigger: Trigger::Below(THRESHOLD),
        persistence,
        band: BAND,
        announce_met: true,
        snoozed_until: None,
    }
}

fn moment(hour: i64) -> DateTime<Utc> {
    at("2026-01-01") + TimeDelta::hours(hour)
}

fn seen(value: Option<i64>) -> Observation {
    Observation { value, anchor: None, fresh: true }
}

/// Looks at prices hour by hour; what was told, with its hour.
fn run(rule: &Rule, mut state: State, from: i64, prices: &[Option<i64>]) -> (State, Vec<(i64, Firing)>) {
    let mut told = Vec::new();
    for (hour, price) in (from..).zip(prices) {
        let (next, firing) = step(&state, rule, &seen(*price), moment(hour));
        told.extend(firing.map(|firing| (hour, firing)));
        state = next;
    }
    (state, told)
}

/// Prices about the threshold, each for some hours; sometimes there is none.
fn prices() -> impl Strategy<Value = Vec<Option<i64>>> {
    let price = prop_oneof![9 => (800_i64..1_200).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((price, 1_usize..20), 1..40)
        .prop_map(|steps| steps.into_iter().flat_map(|(price, hours)| vec![price; hours]).collect())
}

/// Whether a price was on a side for so many hours in a row somewhere in a time.
fn lasted(prices: &[Option<i64>], hours: i64, holds: impl Fn(i64) -> bool) -> bool {
    let mut run = 0;
    prices.iter().any(|price| {
        run = if price.is_some_and(&holds) { run + 1 } else { 0 };
        run > hours
    })
}

proptest! {
    #[test]
    fn each_firing_needs_a_crossing_that_lasted_and_the_next_one_a_way_back_that_lasted(
        prices in prices(), hours in 0_i64..15,
    ) {
        let (_, told) = run(&rule(hours), State::default(), 0, &prices);
        for (hour, firing) in &told {
            let since = (firing.since - moment(0)).num_hours();
            prop_assert_eq!(hour - since, hours, "at once when it had lasted");
            let held = &prices[since as usize..=*hour as usize];
            prop_assert!(held.iter().all(|price| price.is_some_and(|price| price <= THRESHOLD)));
        }
        for pair in told.windows(2) {
            let between = &prices[pair[0].0 as usize..pair[1].0 as usize];
            let back = THRESHOLD + THRESHOLD * BAND / 10_000;
            prop_assert!(lasted(between, hours, |price| price >= back), "no firing without a way back");
            prop_assert!(pair[0].1.crossing < pair[1].1.crossing, "crossings count up");
        }
    }

    #[test]
    fn whoever_starts_anew_goes_on_where_the_other_one_was_killed(
        prices in prices(), hours in 0_i64..15, killed in 0_usize..400,
    ) {
        let rule = rule(hours);
        let (end, told) = run(&rule, State::default(), 0, &prices);
        let killed = killed.min(prices.len());
        let (kept, mut before) = run(&rule, State::default(), 0, &prices[..killed]);
        let (again, after) = run(&rule, kept, killed as i64, &prices[killed..]);
        before.extend(after);
        prop_assert_eq!((again, before), (end, told));
    }

    #[test]
    fn a_wobble_within_the_band_tells_nothing_more(wobble in prop::collection::vec(900_i64..1_050, 1..300)) {
        let rule = rule(3);
        let (state, told) = run(&rule, State::default(), 0, &[Some(1_100), Some(990), Some(990), Some(990), Some(990)]);
        prop_assert_eq!(told.len(), 1);
        let wobble: Vec<_> = wobble.into_iter().map(Some).collect();
        let (_, more) = run(&rule, state, 5, &wobble);
        prop_assert_eq!(more, vec![]);
    }

    #[test]
    fn old_prices_change_nothing_and_are_said_once(prices in prices(), hours in 1_i64..15, quiet in 1_i64..50) {
        let rule = rule(hours);
        let (state, _) = run(&rule, State::default(), 0, &prices);
        let (mut now, mut said) = (state, 0);
        for hour in 0..quiet {
            let old = Observation { fresh: false, ..seen(prices.last().copied().flatten()) };
            let (next, firing) = step(&now, &rule, &old, moment(prices.len() as i64 + hour));
            prop_assert!(firing.is_none_or(|firing| firing.held == Some(AlertSuppression::Stale)));
            said += usize::from(firing.is_some());
            prop_assert_eq!(State { held: state.held, ..next }, state);
            now = next;
        }
        prop_assert!(said <= 1);
    }

    #[test]
    fn a_snoozed_alert_spends_its_crossings_silently(prices in prices(), hours in 0_i64..15) {
        let snoozed = Rule { snoozed_until: Some(moment(100_000)), ..rule(hours) };
        let (end, told) = run(&rule(hours), State::default(), 0, &prices);
        let (silent, untold) = run(&snoozed, State::default(), 0, &prices);
        prop_assert_eq!(silent, end);
        let hold = |(hour, firing): (i64, Firing)| (hour, Firing { held: Some(AlertSuppression::Snoozed), ..firing });
        prop_assert_eq!(untold, told.into_iter().map(hold).collect::<Vec<_>>());
    }
}

#[test]
fn what_is_true_already_can_be_left_out() {
    let quiet = Rule { announce_met: false, ..rule(0) };
    let (state, told) = run(&quiet, State::default(), 0, &[Some(900)]);
    assert_eq!((state.phase, told.len()), (AlertPhase::Fired, 0));
    let (_, told) = run(&quiet, State::default(), 0, &[Some(900), Some(1_100), Some(900)]);
    assert_eq!(told.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_move_in_either_direction_is_two_crossings() {
    use domain::alerts::AlertDirection::Either;
    let trigger = Trigger::Moved { percent: 2_000, direction: Either };
    let rule = Rule { trigger, persistence: TimeDelta::zero(), ..rule(0) };
    let mut state = State::default();
    let mut told = Vec::new();
    for (hour, price) in (0..).zip([1_000, 1_190, 1_200, 1_250, 800, 790, 1_000, 1_210]) {
        let seen = Observation { anchor: Some(1_000), ..seen(Some(price)) };
        let (next, firing) = step(&state, &rule, &seen, moment(hour));
        told.extend(firing.map(|_| hour));
        state = next;
    }
    assert_eq!(told, [2, 4, 7]);
}
