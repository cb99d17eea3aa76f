//! Whose last write is where in the primary's log: in Redis, where every process finds it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::model::{MOST_LAG, Position};
use crate::events::Hub;
use crate::{Error, Result, UserId};

/// How long a mark is kept. After `MOST_LAG` no replica that is read from can lack the write.
const LIFE: Duration = Duration::from_secs(2 * MOST_LAG.as_secs());
/// Redis answers in well below a millisecond, or the primary is asked.
const PATIENCE: Duration = Duration::from_millis(250);
const KEEP: &str = include_str!("keep.lua");

/// When marks were lost: until they would have been over, nobody can rely on there being none.
#[derive(Default)]
pub(super) struct Marks(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// What Redis calls this life of its memory.
    life: Option<String>,
    lost: Option<Instant>,
}

impl Marks {
    fn forgets(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).lost = Some(Instant::now());
    }

    fn forgot(&self) -> bool {
        let lost = self.0.lock().unwrap_or_else(PoisonError::into_inner).lost;
        lost.is_some_and(|lost| lost.elapsed() < LIFE)
    }

    /// Notices that Redis is away, or came back without its memory.
    pub(super) async fn look(&self, hub: &Hub) {
        let name = format!("{}:wrote:life", hub.prefix());
        let asked = bounded(async {
            let mut pipe = redis::pipe();
            pipe.cmd("SET").arg(&name).arg(uuid::Uuid::now_v7().to_string()).arg("NX").ignore();
            pipe.cmd("GET").arg(&name);
            let (life,): (String,) = pipe.query_async(&mut hub.redis().await?).await.map_err(away)?;
            Ok(life)
        });
        let Ok(life) = asked.await else { return self.forgets() };
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).life.replace(life.clone());
        if before.is_some_and(|before| before != life) {
            self.forgets();
        }
    }

    /// Whether a replica that has come so far has everything that the user wrote. When that cannot be
    /// known, it has not.
    pub(super) async fn covers(&self, hub: &Hub, user: UserId, replayed: Position) -> bool {
        if self.forgot() {
            return false;
        }
        let asked = bounded(async {
            let mut redis = hub.redis().await?;
            let get = redis::cmd("GET").arg(name(hub, user)).query_async::<Option<String>>(&mut redis).await;
            get.map_err(away)
        });
        match asked.await {
            Ok(None) => true,
            Ok(Some(mark)) => i64::from_str_radix(&mark, 16).is_ok_and(|mark| Position(mark) <= replayed),
            Err(_) => {
                self.forgets();
                false
            }
        }
    }

    /// Notes that the user has written, up to a position; if that is not known, somewhere.
    pub(super) async fn keep(&self, hub: &Hub, user: UserId, position: Option<Position>) {
        let script = redis::Script::new(KEEP);
        let position = position.map_or(i64::MAX, |position| position.0);
        let kept = bounded(async {
            let mut call = script.key(name(hub, user));
            call.arg(format!("{position:016x}")).arg(LIFE.as_secs());
            call.invoke_async::<()>(&mut hub.redis().await?).await.map_err(away)
        });
        if kept.await.is_err() {
            self.forgets();
        }
    }
}

fn name(hub: &Hub, user: UserId) -> String {
    format!("{}:wrote:{}", hub.prefix(), user.0)
}

fn away(error: redis::RedisError) -> Error {
    tracing::debug!(%error, "where somebody wrote is not known");
    Error::Unavailable("the live service")
}

async fn bounded<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::Unavailable("the live service");
    tokio::time::timeout(PATIENCE, work).await.map_err(late)?
}
