use std::time::Duration;

use tokio::sync::mpsc;
use tokio_postgres::{Client, Notification};

use super::model::JobId;
use crate::db;

const PAUSE: Duration = Duration::from_secs(1);
const WORK: &str = "jobs";
const CANCEL: &str = "job_cancel";

/// Hears that there is work, so that workers need not ask all the time. What it does not hear, because
/// its connection was away, is found by looking.
pub struct Wake {
    url: String,
    ear: Option<Ear>,
}

struct Ear {
    /// Its connection ends with it.
    _client: Client,
    heard: mpsc::Receiver<Notification>,
}

impl Wake {
    /// An ear on a database.
    pub fn new(url: String) -> Self {
        Self { url, ear: None }
    }

    /// Waits until there is news: the jobs that somebody cancelled; none means that there is work.
    pub async fn next(&mut self) -> Vec<JobId> {
        loop {
            let ear = match &mut self.ear {
                Some(ear) => ear,
                None => match db::listen(&self.url, &[WORK, CANCEL]).await {
                    Ok((client, heard)) => {
                        self.ear = Some(Ear { _client: client, heard });
                        // What was said before is to be looked for.
                        return Vec::new();
                    }
                    Err(error) => {
                        tracing::debug!(%error, "a worker does not hear for a moment");
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                },
            };
            let Some(first) = ear.heard.recv().await else {
                self.ear = None;
                continue;
            };
            let mut all = vec![first];
            while let Ok(more) = ear.heard.try_recv() {
                all.push(more);
            }
            let cancelled = all.iter().filter(|one| one.channel() == CANCEL);
            return cancelled.filter_map(|one| one.payload().parse().ok()).collect();
        }
    }
}
