use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use tokio::sync::watch;

use super::marks::Marks;

/// A replica that is further behind is not read from.
pub(super) const MOST_LAG: Duration = Duration::from_secs(10);
/// Positions of the primary that are remembered: some minutes' worth of a busy one.
const REMEMBERED: usize = 2_000;

/// A place in the primary's log, in bytes from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position(pub i64);

/// Whether queries are read from the replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// They are; it is at most so far behind.
    InUse(Duration),
    /// They are not: it is at least so far behind.
    Lagging(Duration),
    /// They are not: it does not answer, or is no replica of our primary. Says why.
    Away(String),
}

/// What the last look at the replica found.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// It has replayed so much.
    Replayed(Position),
    /// It could not be asked.
    Away(String),
}

/// The replica of a process.
pub struct Replica {
    pub(super) url: String,
    pool: Pool<AsyncPgConnection>,
    seen: watch::Sender<Seen>,
    timeline: Mutex<Timeline>,
    pub(super) marks: Marks,
}

impl Replica {
    /// Makes a pool of connections. Nothing is read from it before [`super::watch`] has found it.
    pub fn new(url: &str, pool_size: u32) -> Self {
        Self {
            url: url.to_owned(),
            pool: crate::db::pool(url, pool_size),
            seen: watch::Sender::new(Seen::Away("nobody has looked yet".to_owned())),
            timeline: Mutex::default(),
            marks: Marks::default(),
        }
    }

    /// A connection, if one can be had in time.
    pub(crate) async fn conn(&self) -> Option<PooledConnection<'_, AsyncPgConnection>> {
        let conn = self.pool.get().await;
        conn.inspect_err(|error| tracing::warn!(%error, "no connection to the replica")).ok()
    }

    /// Notes where both servers are. `asked` is the moment before the primary was asked.
    pub(super) fn learn(&self, asked: Instant, primary: Option<Position>, seen: Seen) {
        let mut timeline = self.timeline.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(position) = primary {
            timeline.wrote(asked, position);
        }
        if let Seen::Replayed(position) = &seen {
            timeline.replayed(*position);
        }
        drop(timeline);
        let before = self.seen.send_replace(seen.clone());
        match (before, seen) {
            (Seen::Replayed(_), Seen::Away(reason)) => tracing::warn!(reason, "the replica is away"),
            (Seen::Away(_), Seen::Replayed(_)) => tracing::info!("the replica answers"),
            (Seen::Replayed(_), Seen::Replayed(_)) | (Seen::Away(_), Seen::Away(_)) => {}
        }
    }

    /// Whether it may be read from, and how it is.
    pub(super) fn state(&self, now: Instant) -> State {
        if let Seen::Away(reason) = &*self.seen.borrow() {
            return State::Away(reason.clone());
        }
        match self.timeline.lock().unwrap_or_else(PoisonError::into_inner).lag(now) {
            Lag::AtMost(lag) if lag <= MOST_LAG => State::InUse(lag),
            Lag::AtMost(lag) | Lag::AtLeast(lag) => State::Lagging(lag),
        }
    }

    /// How much it has replayed, if it may be read from.
    pub(super) fn usable(&self, now: Instant) -> Option<Position> {
        let Seen::Replayed(position) = *self.seen.borrow() else { return None };
        matches!(self.state(now), State::InUse(_)).then_some(position)
    }

    /// Waits until it is known to be away.
    pub async fn lost(&self) {
        // The sender lives as long as this.
        let mut seen = self.seen.subscribe();
        if seen.wait_for(|seen| matches!(seen, Seen::Away(_))).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Where the primary was, and when: so that lag is measured by one clock, ours, and is known when the
/// replica hears nothing of the primary any more.
#[derive(Debug, Default)]
struct Timeline {
    /// Oldest first. Once the replica has replayed the first, it is the newest that it has.
    positions: VecDeque<(Instant, Position)>,
    replayed: Option<Position>,
}

#[derive(Debug, PartialEq, Eq)]
enum Lag {
    AtMost(Duration),
    AtLeast(Duration),
}

impl Timeline {
    fn wrote(&mut self, at: Instant, position: Position) {
        match self.positions.back_mut() {
            // It is still there: whoever has this is as new as this moment.
            Some((since, newest)) if *newest == position => *since = at,
            // A primary that jumped back is another one: what was known of it is worth nothing.
            Some((_, newest)) if *newest > position => {
                self.positions.clear();
                self.positions.push_back((at, position));
            }
            Some(_) | None => self.positions.push_back((at, position)),
        }
        if self.positions.len() > REMEMBERED {
            self.positions.pop_front();
        }
    }

    fn replayed(&mut self, position: Position) {
        self.replayed = Some(position);
        while self.positions.get(1).is_some_and(|(_, next)| *next <= position) {
            self.positions.pop_front();
        }
    }

    fn lag(&self, now: Instant) -> Lag {
        let oldest = self.positions.front();
        let age = |at: Instant| now.saturating_duration_since(at);
        match (oldest, self.replayed) {
            (Some((at, position)), Some(replayed)) if *position <= replayed => Lag::AtMost(age(*at)),
            (Some((at, _)), _) => Lag::AtLeast(age(*at)),
            (None, _) => Lag::AtLeast(Duration::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn lag_is_the_age_of_the_newest_position_that_was_replayed() {
        let (mut timeline, start) = (Timeline::default(), Instant::now());
        assert_eq!(timeline.lag(start), Lag::AtLeast(Duration::ZERO));
        for n in 0..20 {
            timeline.wrote(start + second(n), Position(100 + n as i64));
        }
        timeline.replayed(Position(99));
        assert_eq!(timeline.lag(start + second(20)), Lag::AtLeast(second(20)));
        timeline.replayed(Position(112));
        assert_eq!(timeline.lag(start + second(20)), Lag::AtMost(second(8)));
        timeline.replayed(Position(119));
        assert_eq!(timeline.lag(start + second(20)), Lag::AtMost(second(1)));
    }

    #[test]
    fn an_idle_primary_makes_no_lag_and_a_silent_one_does() {
        let (mut timeline, start) = (Timeline::default(), Instant::now());
        timeline.wrote(start, Position(7));
        timeline.replayed(Position(7));
        timeline.wrote(start + second(60), Position(7));
        assert_eq!(timeline.lag(start + second(60)), Lag::AtMost(Duration::ZERO));
        // Nobody knows what was written since.
        assert_eq!(timeline.lag(start + second(75)), Lag::AtMost(second(15)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (mut timeline, start) = (Timeline::default(), Instant::now());
        for n in 0..10_000 {
            timeline.wrote(start, Position(n));
        }
        assert_eq!(timeline.positions.len(), REMEMBERED);
    }
}
