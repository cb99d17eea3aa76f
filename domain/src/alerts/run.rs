//! An alert goes through the past: the same rule as in the live pass, moment by moment.

use chrono::{DateTime, TimeDelta, Utc};

use super::board::Best;
use super::machine::{AlertSuppression, Observation, Rule, State, step};
use super::model::Definition;
use super::simulate::{Simulated, Simulation};

/// Firings that are told one by one.
const TOLD: usize = 100;
const DAY: TimeDelta = TimeDelta::days(1);

/// What there is to see from a moment on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sight {
    /// In hundredths.
    pub value: Option<i64>,
    /// Whose price that is.
    pub best: Option<Best>,
    /// Two moments are compared by this: the value itself, or an index of what prices alone did to it.
    pub level: Option<i64>,
    /// How many prices changed.
    pub changes: usize,
}

pub(super) struct Run<'a> {
    definition: &'a Definition,
    rule: Rule,
    start: DateTime<Utc>,
    now: Sight,
    /// Levels as they changed: what moves are measured against.
    past: Vec<(DateTime<Utc>, Option<i64>)>,
    state: State,
    due: Option<DateTime<Utc>>,
    was_met: bool,
    told: Vec<DateTime<Utc>>,
    done: Simulation,
}

impl<'a> Run<'a> {
    /// From a moment on; what is seen before is only measured against.
    pub fn new(definition: &'a Definition, start: DateTime<Utc>) -> Self {
        let rule = definition.rule(None);
        Self {
            definition,
            rule,
            start,
            now: Sight::default(),
            past: Vec::new(),
            state: State::default(),
            due: Some(start),
            was_met: !rule.announce_met,
            told: Vec::new(),
            done: Simulation::default(),
        }
    }

    /// Something else is seen from a moment on.
    pub fn sees(&mut self, at: DateTime<Utc>, sight: Sight) {
        self.wait(at);
        self.now = sight;
        self.past.push((at, sight.level));
        if sight.value.is_some() {
            self.done.known_since.get_or_insert(at);
        }
        if at >= self.start {
            self.done.changes += sight.changes;
            self.look(at);
        }
    }

    /// Time goes by.
    pub fn wait(&mut self, until: DateTime<Utc>) {
        while let Some(due) = self.due.filter(|due| *due < until) {
            self.look(due);
        }
    }

    /// What the value of now would have been when the window began.
    fn anchor(&self, now: DateTime<Utc>) -> Option<i64> {
        let Some(days) = self.definition.window_days else { return self.definition.anchor };
        let start = now - TimeDelta::days(days.into());
        let behind = self.past.partition_point(|(at, _)| *at <= start);
        let then = self.past.get(behind.checked_sub(1)?)?.1?;
        let level = self.now.level.filter(|level| *level > 0);
        let Some((value, level)) = self.now.value.zip(level) else { return Some(then) };
        i64::try_from(i128::from(value) * i128::from(then) / i128::from(level)).ok()
    }

    fn look(&mut self, now: DateTime<Utc>) {
        let seen = Observation { value: self.now.value, anchor: self.anchor(now), fresh: true };
        let is_met = self.rule.met(&seen).is_some();
        self.done.naive += usize::from(is_met && !self.was_met);
        self.was_met = is_met;
        let (state, firing) = step(&self.state, &self.rule, &seen, now);
        self.due = self.rule.due(&state, self.definition.window_days.is_some(), now);
        self.state = state;
        // What is held back may fire still: then it is counted.
        let Some(mut firing) = firing.filter(|firing| firing.held.is_none()) else { return };
        let today = self.told.iter().rev().take_while(|at| now - **at < DAY).count();
        if i32::try_from(today).is_ok_and(|today| today >= self.definition.daily_limit) {
            firing.held = Some(AlertSuppression::AlertBudget);
            self.done.suppressed += 1;
        } else {
            self.told.push(now);
            self.done.fired += 1;
        }
        self.done.times.push(Simulated { at: now, firing, best: self.now.best });
    }

    /// What came of it.
    pub fn ended(mut self) -> Simulation {
        self.done.times.reverse();
        self.done.times.truncate(TOLD);
        self.done
    }
}
