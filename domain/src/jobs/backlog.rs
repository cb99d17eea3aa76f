use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;

use super::queries;
use crate::{Error, Result};

/// A count that says that there is room is believed for so long, plus what this process added since.
const ROOM: TimeDelta = TimeDelta::seconds(1);
/// One that says that there is none.
const FULL: TimeDelta = TimeDelta::milliseconds(50);

/// How long queues are, as this process knows: counting them at each enqueuing would cost more than
/// the enqueuing.
#[derive(Default)]
pub(crate) struct Backlog(Mutex<HashMap<String, Depth>>);

#[derive(Clone, Copy)]
struct Depth {
    counted: DateTime<Utc>,
    waiting: usize,
}

impl Backlog {
    /// Refuses what would not fit.
    pub(super) async fn admit(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
        (kind, lane): (&str, &str),
        more: usize,
        capacity: usize,
    ) -> Result<()> {
        let known = self.lock().get(kind).copied();
        let fits = |depth: &Depth| depth.waiting + more <= capacity;
        let fresh = known.filter(|depth| {
            let age = (now - depth.counted).abs();
            age < if fits(depth) { ROOM } else { FULL }
        });
        let depth = match fresh {
            Some(depth) => depth,
            None => {
                let waiting = queries::enqueue::waiting(conn, lane, kind, capacity).await?;
                Depth { counted: now, waiting }
            }
        };
        let admitted = fits(&depth);
        let waiting = if admitted { depth.waiting + more } else { depth.waiting };
        self.lock().insert(kind.to_owned(), Depth { waiting, ..depth });
        admitted.then_some(()).ok_or_else(|| Error::QueueFull(kind.to_owned()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Depth>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
