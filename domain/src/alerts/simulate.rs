//! What an alert would have done: the same rule over the history of its prices, or of the collection.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::board::{Best, Board, Measure};
use super::machine::Firing;
use super::model::Definition;
use super::queries::quotes;
use super::run::{Run, Sight};
use super::{check, worth};
use crate::Ctx;
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::portfolio::{self, Day, Range};

const LONGEST: i32 = 365;
/// Where the index of a collection begins: so fine that its steps are no error.
const LEVEL: i128 = 1_000_000_000;

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
    /// Changes of prices, or days of the collection, that it looked at.
    pub changes: usize,
    /// The first price that is known.
    pub known_since: Option<DateTime<Utc>>,
    /// The last times, the newest first; at most 100.
    pub times: Vec<Simulated>,
    /// Whether days of the collection are worked out at this moment: ask again in a while.
    pub pending: bool,
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
    let start = ctx.now() - TimeDelta::days(days.into());
    if definition.subject.portfolio {
        return of_portfolio(ctx, definition, start).await;
    }
    of_prices(ctx, definition, start).await
}

async fn of_prices(ctx: &Ctx, definition: &Definition, start: DateTime<Utc>) -> Outcome<Simulation> {
    let mut conn = ctx.conn().await?;
    check::subject(&mut conn, &definition.subject).await?;
    let spoken = quotes::spoken(&mut conn).await?;
    let found = quotes::of_subject(&mut conn, &spoken, &definition.subject, definition.trigger).await?;
    let before = start - TimeDelta::days(definition.window_days.unwrap_or(0).into());
    let series: Vec<_> = found.iter().map(|quote| quote.series).collect();
    let opening = quotes::at(&mut conn, series.clone(), vec![before; series.len()]).await?;
    let changes = quotes::since(&mut conn, series, before).await?;
    drop(conn);
    let (mut board, measure) = (Board::empty(&found), Measure::of(definition.trigger, &definition.subject));
    let mut run = Run::new(definition, start);
    let parts = changes.chunk_by(|one, other| one.at == other.at);
    for part in std::iter::once(opening.as_slice()).chain(parts) {
        for one in part {
            board.set(one.series_id, one.value());
        }
        let best = board.best(measure);
        let value = best.map(|best| best.value);
        let at = part.first().map_or(before, |one| one.at);
        run.sees(at, Sight { value, best, level: value, changes: part.len() });
    }
    run.wait(ctx.now());
    Ok(run.ended())
}

/// A collection is known by the ends of its days. What came and went with copies is in what it was worth, and
/// not in its moves.
async fn of_portfolio(ctx: &Ctx, definition: &Definition, start: DateTime<Utc>) -> Outcome<Simulation> {
    let history = portfolio::history(ctx, worth::basis(&definition.subject), Range::All).await?;
    let mut run = Run::new(definition, start);
    let (mut level, mut before) = (LEVEL, 0);
    for day in &history.days {
        level = moved(level, before, day);
        before = day.value;
        let end = (day.day + Days::new(1)).and_time(NaiveTime::MIN).and_utc();
        let sight = Sight {
            value: (day.value > 0).then_some(day.value),
            best: None,
            level: i64::try_from(level).ok(),
            changes: 1,
        };
        run.sees(end.min(ctx.now()), sight);
    }
    run.wait(ctx.now());
    Ok(Simulation { pending: history.pending, ..run.ended() })
}

/// The index after a day: what the copies of the day before became.
fn moved(level: i128, before: i64, day: &Day) -> i128 {
    let kept = day.value.saturating_sub(day.moved);
    // What had no price, or lost all of it, tells nothing of a move.
    if before > 0 && kept > 0 { level * i128::from(kept) / i128::from(before) } else { level }
}
