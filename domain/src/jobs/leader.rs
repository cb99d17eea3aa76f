use tokio_postgres::Client;

use super::queries::schedules as queries;
use crate::{Ctx, Error, Result, db};

/// The one scheduler of an installation holds this advisory lock.
const LOCK: i64 = 823_650_005;
/// A leader that says nothing for so long, because it was stopped or cut off, loses the lock with its
/// connection.
const SILENCE: &str = "SET idle_session_timeout = '10s'";

/// The one that proposes ticks. The lock keeps the others idle; the fence makes sure that one who
/// thinks that it still leads, and does not, changes nothing.
pub struct Leader {
    client: Client,
    fence: i64,
}

impl Leader {
    /// Takes the lead if nobody has it.
    pub async fn elect(ctx: &Ctx) -> Result<Option<Self>> {
        ctx.require_service()?;
        let client = db::dedicated(&ctx.app().database_url).await?;
        if !client.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]).await?.get::<_, bool>(0) {
            return Ok(None);
        }
        client.batch_execute(SILENCE).await?;
        let fence = queries::begin_term(&mut *ctx.conn().await?).await?;
        Ok(Some(Self { client, fence }))
    }

    /// Whether the lock is still held, as far as its connection knows. To be asked every few seconds.
    pub async fn still(&self) -> Result<()> {
        let answered = self.client.batch_execute("SELECT 1").await;
        answered.map_err(|_| Error::Unavailable("the scheduler's lock"))
    }

    /// Which term this is.
    pub fn fence(&self) -> i64 {
        self.fence
    }
}
