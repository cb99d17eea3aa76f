//! Looks at both servers, on connections of its own: a pool that is busy says nothing of the server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_postgres::Client;

use super::model::{Position, Replica, Seen};
use super::queries;
use crate::{App, db};

/// Between two looks.
const BEAT: Duration = Duration::from_millis(400);
/// A server that does not answer in this time is away.
const PATIENCE: Duration = Duration::from_millis(1_000);

/// Keeps an eye on the replica until it is dropped. Without one it does nothing.
pub async fn watch(app: Arc<App>) {
    let Some(replica) = app.replica() else { return };
    let mut primary = Server::new(&app.database_url);
    let mut standby = Server::new(&replica.url);
    loop {
        let asked = Instant::now();
        let (wrote, system) = (primary.flushed().await, primary.system);
        let seen = standby.replayed(system).await;
        replica.learn(asked, wrote.ok(), seen);
        replica.marks.look(&app.hub).await;
        tokio::time::sleep(BEAT.saturating_sub(asked.elapsed())).await;
    }
}

/// How many bytes of the primary's log a replica has yet to replay, or why it is none.
pub(super) async fn distance(primary: &str, replica: &Replica) -> Result<u64, String> {
    let (mut primary, mut standby) = (Server::new(primary), Server::new(&replica.url));
    let wrote = primary.flushed().await?;
    match standby.replayed(primary.system).await {
        Seen::Replayed(replayed) => Ok(u64::try_from(wrote.0 - replayed.0).unwrap_or_default()),
        Seen::Away(reason) => Err(reason),
    }
}

/// A connection that is made anew when it was lost.
struct Server<'a> {
    url: &'a str,
    client: Option<Client>,
    /// Which installation of Postgres it is.
    system: Option<i64>,
}

impl<'a> Server<'a> {
    fn new(url: &'a str) -> Self {
        Self { url, client: None, system: None }
    }

    async fn ask<T>(
        &mut self,
        question: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, String> {
        let (url, held) = (self.url, self.client.take().filter(|client| !client.is_closed()));
        let known = self.system.filter(|_| held.is_some());
        let work = async {
            let client = match held {
                Some(client) => client,
                None => db::dedicated(url).await?,
            };
            let system = match known {
                Some(system) => system,
                None => queries::system(&client).await?,
            };
            let answer = question(&client).await?;
            Ok::<_, tokio_postgres::Error>((client, system, answer))
        };
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok((client, system, answer))) => {
                (self.client, self.system) = (Some(client), Some(system));
                Ok(answer)
            }
            Ok(Err(error)) => Err(with_cause(&error)),
            Err(_) => Err(format!("no answer within {PATIENCE:?}")),
        }
    }

    async fn flushed(&mut self) -> Result<Position, String> {
        self.ask(queries::flushed).await
    }

    async fn replayed(&mut self, primary: Option<i64>) -> Seen {
        let standing = match self.ask(queries::standing).await {
            Ok(standing) => standing,
            Err(reason) => return Seen::Away(reason),
        };
        if primary.is_some_and(|primary| self.system != Some(primary)) {
            return Seen::Away("it is no copy of the primary".to_owned());
        }
        match standing.replayed {
            Some(position) if standing.follows => Seen::Replayed(position),
            Some(_) | None => Seen::Away("it follows no primary".to_owned()),
        }
    }
}

fn with_cause(error: &tokio_postgres::Error) -> String {
    use std::error::Error;
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
