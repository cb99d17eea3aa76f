//! What an alert would have done: the same rule over the history of its prices.

use chrono::{DateTime, TimeDelta, Utc};

use super::board::{Best, Board, Measure, Quote};
use super::check;
use super::machine::{AlertSuppression, Firing, Observation, Rule, State, step};
use super::model::Definition;
use super::queries::quotes::{self, Said};
use crate::Ctx;
use crate::inventory::{Outcome, Problem, ProblemCode};

const LONGEST: i32 = 365;
/// Firings that are told one by one.
const TOLD: usize = 100;
const DAY: TimeDelta = TimeDelta::days(1);

/// A time that an alert would have fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// When.
    pub at: DateTime<Utc>,
    /// What would have been told.
    pub firing: Firing,
    /// Whose price it was.
    pub best: Option<Best>,
}

/// What an alert would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// Times that it would have been told.
    pub fired: usize,
    /// Times that it would have fired more often than it may in a day.
    pub suppressed: usize,
    /// Times that the condition became true: what an alert without patience would have told.
    pub naive: usize,
    /// Changes of prices that it looked at.
    pub changes: usize,
    /// The first price that is known.
    pub known_since: Option<DateTime<Utc>>,
    /// The last times, the newest first; at most 100.
    pub times: Vec<Simulated>,
}

/// What an alert would have done in so many days, 1 to 365. A past that was loaded long after it happened
/// counts as if somebody had been there; prices hold until they change.
pub async fn simulate(ctx: &Ctx, definition: &Definition, days: i32) -> Outcome<Simulation> {
    ctx.reader()?;
    check::definition(ctx, definition)?;
    if !(1..=LONGEST).contains(&days) {
        let message = format!("must be between 1 and {LONGEST}");
        return Err(Problem::new(ProblemCode::Invalid, "days", message).into());
    }
    let mut conn = ctx.conn().await?;
    check::subject(&mut conn, &definition.subject).await?;
    let spoken = quotes::spoken(&mut conn).await?;
    let found = quotes::of_subject(&mut conn, &spoken, &definition.subject, definition.trigger).await?;
    let start = ctx.now() - TimeDelta::days(days.into());
    let before = start - TimeDelta::days(definition.window_days.unwrap_or(0).into());
    let series: Vec<_> = found.iter().map(|quote| quote.series).collect();
    let opening = quotes::at(&mut conn, series.clone(), vec![before; series.len()]).await?;
    let changes = quotes::since(&mut conn, series, before).await?;
    drop(conn);
    let mut run = Run::new(definition, &found, start);
    run.changes(&opening, before);
    for part in changes.chunk_by(|one, other| one.at == other.at) {
        run.changes(part, part.first().map_or(before, |one| one.at));
    }
    run.wait(ctx.now());
    Ok(run.ended())
}

struct Run<'a> {
    definition: &'a Definition,
    rule: Rule,
    measure: Measure,
    start: DateTime<Utc>,
    board: Board,
    best: Option<Best>,
    /// What the prices came to, as it changed: what moves are measured against.
    past: Vec<(DateTime<Utc>, Option<i64>)>,
    state: State,
    due: Option<DateTime<Utc>>,
    was_met: bool,
    told: Vec<DateTime<Utc>>,
    done: Simulation,
}

impl<'a> Run<'a> {
    fn new(definition: &'a Definition, quotes: &[Quote], start: DateTime<Utc>) -> Self {
        let rule = definition.rule(None);
        Self {
            definition,
            rule,
            measure: Measure::of(rule.trigger, &definition.subject),
            start,
            board: Board::empty(quotes),
            best: None,
            past: Vec::new(),
            state: State::default(),
            due: Some(start),
            was_met: !rule.announce_met,
            told: Vec::new(),
            done: Simulation::default(),
        }
    }

    /// Some prices change at a moment.
    fn changes(&mut self, said: &[Said], at: DateTime<Utc>) {
        self.wait(at);
        for one in said {
            self.board.set(one.series_id, one.value());
        }
        self.best = self.board.best(self.measure);
        self.past.push((at, self.best.map(|best| best.value)));
        if self.best.is_some() {
            self.done.known_since.get_or_insert(at);
        }
        if at >= self.start {
            self.done.changes += said.len();
            self.look(at);
        }
    }

    /// Time goes by.
    fn wait(&mut self, until: DateTime<Utc>) {
        while let Some(due) = self.due.filter(|due| *due < until) {
            self.look(due);
        }
    }

    fn anchor(&self, now: DateTime<Utc>) -> Option<i64> {
        let Some(days) = self.definition.window_days else { return self.definition.anchor };
        let start = now - TimeDelta::days(days.into());
        let behind = self.past.partition_point(|(at, _)| *at <= start);
        self.past.get(behind.checked_sub(1)?)?.1
    }

    fn look(&mut self, now: DateTime<Utc>) {
        let value = self.best.map(|best| best.value);
        let seen = Observation { value, anchor: self.anchor(now), fresh: true };
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
        self.done.times.push(Simulated { at: now, firing, best: self.best });
    }

    fn ended(mut self) -> Simulation {
        self.done.times.reverse();
        self.done.times.truncate(TOLD);
        self.done
    }
}
