use chrono::{DateTime, Utc};
use tokio_postgres::Client;

use crate::Result;
use crate::copy::{CopyStream, Rows};

/// Writes a past that nobody observed straight into the history: the simulated market's. The caller
/// brings changes only, none of them after the first one that is stored.
pub(crate) struct Past {
    rows: Rows,
    copy: CopyStream,
    ingested_at: DateTime<Utc>,
}

impl Past {
    /// Begins, inside the client's open transaction.
    pub async fn begin(client: &Client, ingested_at: DateTime<Utc>) -> Result<Self> {
        let into = "price_history (series_id, observed_at, ingested_at, amount)";
        Ok(Self { rows: Rows::default(), copy: CopyStream::begin(client, into).await?, ingested_at })
    }

    /// One price of a series.
    pub fn push(&mut self, series: i32, observed_at: DateTime<Utc>, amount: i64) {
        self.rows.row(4).i32(series).timestamp(observed_at).timestamp(self.ingested_at).i64(amount);
    }

    /// Sends what has come together, when it is enough.
    pub async fn flush(&mut self) -> Result<()> {
        if let Some(chunk) = self.rows.full_chunk() {
            self.copy.send(chunk).await?;
        }
        Ok(())
    }

    /// Ends; returns how many prices were written.
    pub async fn finish(mut self) -> Result<u64> {
        self.copy.send(self.rows.rest()).await?;
        Ok(self.copy.finish().await?)
    }
}
