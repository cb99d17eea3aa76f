//! Proposes ticks. Any number of processes may try; one leads, and even two that think they do fire
//! no tick twice.

use std::time::Duration;

use domain::jobs::{self as queue, Leader};
use domain::{Ctx, Result};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Between two tries to take the lead.
const STANDBY: Duration = Duration::from_secs(2);
/// A leader looks this often by itself: its connection is cut when it is silent for long, and a tick
/// that the clock did not propose is found.
const LOOK: Duration = Duration::from_secs(3);

/// Leads whenever nobody else does, until it is dropped.
pub async fn schedule(ctx: &Ctx) {
    loop {
        match Leader::elect(&ctx.renewed()).await {
            Ok(Some(leader)) => {
                tracing::info!(term = leader.fence(), "this process runs the schedules");
                let Err(error) = lead(ctx, &leader).await;
                tracing::warn!(%error, "this process runs the schedules no more");
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "schedules wait"),
        }
        sleep(STANDBY).await;
    }
}

/// Leads until the lead is lost. The first look catches up on what was missed, once each.
async fn lead(ctx: &Ctx, leader: &Leader) -> Result<std::convert::Infallible> {
    let (propose, mut proposed) = mpsc::channel(1);
    let mut clock: Option<Clock> = None;
    loop {
        leader.still().await?;
        for name in queue::fire_due(&ctx.renewed(), leader).await? {
            tracing::info!(schedule = name, "fired");
        }
        let crons = crons(ctx).await?;
        if clock.as_ref().is_none_or(|clock| clock.crons != crons) {
            if let Some(old) = clock.take() {
                old.stop().await;
            }
            match Clock::start(crons, propose.clone()).await {
                Ok(started) => clock = Some(started),
                Err(error) => tracing::warn!(%error, "no clock; schedules are looked at every few seconds"),
            }
        }
        // Either way it is time to look.
        let _ = timeout(LOOK, proposed.recv()).await;
    }
}

/// When the clock must ring, in its dialect: with seconds.
async fn crons(ctx: &Ctx) -> Result<Vec<String>> {
    let rows = queue::startable(&ctx.renewed()).await?;
    let with_seconds = |cron: String| match cron.split_whitespace().count() {
        5 => format!("0 {cron}"),
        _ => cron,
    };
    let mut crons: Vec<String> = rows.into_iter().map(|row| with_seconds(row.cron)).collect();
    crons.sort_unstable();
    crons.dedup();
    Ok(crons)
}

/// The ticker: it says when to look, and knows nothing else.
struct Clock {
    crons: Vec<String>,
    ticker: JobScheduler,
}

impl Clock {
    async fn start(crons: Vec<String>, propose: mpsc::Sender<()>) -> Result<Self, JobSchedulerError> {
        let ticker = JobScheduler::new().await?;
        for cron in &crons {
            let propose = propose.clone();
            let ring = move |_, _| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
                // Full means that it is being looked at already.
                let _ = propose.try_send(());
                Box::pin(std::future::ready(()))
            };
            ticker.add(Job::new_async(cron, ring)?).await?;
        }
        ticker.start().await?;
        Ok(Self { crons, ticker })
    }

    async fn stop(mut self) {
        if let Err(error) = self.ticker.shutdown().await {
            tracing::debug!(%error, "a clock did not stop well");
        }
    }
}
