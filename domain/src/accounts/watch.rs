//! Tells open sockets when the right behind them is gone. A process that has such sockets asks
//! Postgres once a second what ended lately: that needs no Redis, and nothing is lost on the way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::broadcast;
use tokio_util::task::AbortOnDropHandle;

use super::access::{self, Recent};
use crate::{Actor, App, Ctx};

const EVERY: Duration = Duration::from_secs(1);
/// Clocks differ and transactions take their time: each look goes back this far behind the last one.
const OVERLAP: TimeDelta = TimeDelta::seconds(15);
/// A login that could not be checked for so long is not valid.
const BLIND: TimeDelta = TimeDelta::seconds(30);
/// Nobody looks back further than an access token lives.
const FURTHEST: TimeDelta = TimeDelta::minutes(15);
const BACKLOG: usize = 64;

#[derive(Clone)]
enum News {
    Recent(Arc<Recent>),
    /// Nothing is known any more.
    Blind,
}

impl News {
    fn concerns(&self, actor: &Actor) -> bool {
        let Self::Recent(recent) = self else { return true };
        let changed =
            |owner, version| recent.users.iter().any(|(user, now)| *user == owner && *now > version);
        match actor {
            Actor::User(user) => recent.sessions.contains(&user.session) || changed(user.id, user.version),
            Actor::ApiKey(key) => recent.keys.contains(&key.key) || changed(key.owner, key.version),
            Actor::Anonymous | Actor::Service => false,
        }
    }
}

/// One process's watch over the rights of its sockets.
pub struct Watch {
    sender: broadcast::Sender<News>,
    last: Arc<Mutex<News>>,
    _task: AbortOnDropHandle<()>,
}

impl Watch {
    /// Begins; it asks nobody anything until somebody listens.
    pub fn start(app: Arc<App>) -> Self {
        let (sender, _) = broadcast::channel(BACKLOG);
        let nothing = Recent { sessions: Vec::new(), users: Vec::new(), keys: Vec::new() };
        let last = Arc::new(Mutex::new(News::Recent(Arc::new(nothing))));
        let task = tokio::spawn(run(Ctx::new(app, Actor::Service), sender.clone(), last.clone()));
        Self { sender, last, _task: AbortOnDropHandle::new(task) }
    }

    /// Waits until the actor's right has ended or changed.
    pub fn ended(&self, actor: Actor) -> impl Future<Output = ()> + Send + use<> {
        let mut receiver = self.sender.subscribe();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        async move {
            let mut news = last;
            while !news.concerns(&actor) {
                news = match receiver.recv().await {
                    Ok(news) => news,
                    // What was missed may have concerned it.
                    Err(broadcast::error::RecvError::Lagged(_)) => News::Blind,
                    Err(broadcast::error::RecvError::Closed) => return,
                };
            }
        }
    }
}

async fn run(ctx: Ctx, sender: broadcast::Sender<News>, last: Arc<Mutex<News>>) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut seen: DateTime<Utc> = ctx.now();
    loop {
        clock.tick().await;
        let ctx = ctx.renewed();
        if sender.receiver_count() == 0 {
            // Whoever comes next was checked when they came.
            seen = ctx.now();
            continue;
        }
        let since = seen.max(ctx.now() - FURTHEST) - OVERLAP;
        let news = match access::recent(&ctx, since).await {
            Ok(recent) => {
                seen = ctx.now();
                News::Recent(Arc::new(recent))
            }
            Err(error) if seen + BLIND < ctx.now() => {
                tracing::warn!(%error, "open logins cannot be checked and are closed");
                News::Blind
            }
            Err(error) => {
                tracing::warn!(%error, "open logins cannot be checked at the moment");
                continue;
            }
        };
        if let News::Recent(_) = news {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = news.clone();
        }
        // Nobody listening any more is fine.
        let _ = sender.send(news);
    }
}
