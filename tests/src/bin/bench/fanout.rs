//! One change of a price to a thousand subscribers, from its commit to their sockets, against a
//! bare broadcast of frames of that size.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use domain::prices::{self, PriceBatch};
use domain::{Actor, App, CardId, Ctx};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::broadcast;

use crate::Size;
use crate::clients::{self, BARE_FRAME, clock};
use crate::platform::Platform;
use crate::report::{Figures, Report, percentile};

/// Prices of a card are sent to a socket at most four times a second.
const PAUSE: Duration = Duration::from_millis(400);

const CHANGE: &str = "
    WITH changed AS (
        UPDATE price_series SET previous = amount, amount = $2, version = $3, changed_at = now(), ingested_at = now()
        WHERE id = $1 RETURNING id
    ), told AS (
        INSERT INTO outbox (kind, payload) SELECT 'prices', $4::text::jsonb FROM changed RETURNING id
    )
    SELECT pg_notify('outbox', '') FROM told";

pub async fn run(platform: &Platform, size: &Size, report: &Report) -> anyhow::Result<()> {
    let ctx = Ctx::new(App::start(&platform.settings())?, Actor::Service);
    let sql = platform.sql().await?;
    let card: i32 = sql
        .query_one(
            "SELECT p.card_id FROM price_series s JOIN printings p ON p.id = s.printing_id \
             WHERE s.amount IS NOT NULL AND s.headline GROUP BY 1 ORDER BY count(*), 1 LIMIT 1",
            &[],
        )
        .await?
        .get(0);
    let card = CardId(card);
    let before = platform.api_memory()?;
    let (_, port) = platform.address();
    let mut subscribers = Subscribers::start(port, size, Some(card)).await?;
    let idle = platform.api_memory()?;
    let mut price = prices::of_card(&ctx, card).await?.into_iter().next().context("no price")?;
    let mut sent = Vec::with_capacity(size.events);
    for n in 0..size.events {
        price.previous = price.amount;
        price.amount = Some(1_000 + i64::try_from(n)?);
        price.version += 1;
        let batch = serde_json::to_string(&PriceBatch { changes: vec![(card, price.clone())] })?;
        let series = price.series.0;
        sent.push(clock());
        sql.query(CHANGE, &[&series, &price.amount, &price.version, &batch]).await?;
        tokio::time::sleep(PAUSE).await;
    }
    let loaded = platform.api_memory()?;
    let ours = subscribers.delays(&sent).await?;
    let bare = bare(size).await?;
    let per_socket = |memory: u64| memory.saturating_sub(before) as f64 / 1024.0 / size.subscribers as f64;
    let mut figures = Figures::default();
    figures.add("subscribers of one card", size.subscribers as f64, "");
    figures.add("events", size.events as f64, "");
    figures.add("before the commit to the socket, half within", percentile(&ours, 0.5), "ms");
    figures.add(
        "before the commit to the socket, 99 of 100 within",
        percentile(&ours, 0.99),
        "ms (aim <= 250)",
    );
    figures.add("bare broadcast, 99 of 100 within", percentile(&bare, 0.99), "ms");
    let ratio = percentile(&ours, 0.99) / percentile(&bare, 0.99);
    figures.add("the bare broadcast is faster by", ratio, "x");
    figures.add("memory of the API a subscriber, idle", per_socket(idle), "KiB");
    figures.add("memory of the API a subscriber, after the events", per_socket(loaded), "KiB (aim <= 25)");
    report.write("fanout", &figures)
}

/// The process with the subscribers.
struct Subscribers {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Subscribers {
    /// Returns when all of them have their snapshot.
    async fn start(port: u16, size: &Size, card: Option<CardId>) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let (count, events) = (size.subscribers.to_string(), size.events.to_string());
        command.args([clients::COMMAND, &port.to_string(), &count, &events]);
        command.args(card.map(|card| card.public()));
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let stdout = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(stdout).lines();
        ensure!(lines.next_line().await?.as_deref() == Some("ready"), "the subscribers did not get ready");
        Ok(Self { child, lines })
    }

    /// Milliseconds from each sending to each receipt, sorted.
    async fn delays(&mut self, sent: &[u64]) -> anyhow::Result<Vec<f64>> {
        let line = self.lines.next_line().await?.context("the subscribers said nothing")?;
        self.child.wait().await?;
        let seen: Vec<Vec<u64>> = serde_json::from_str(&line)?;
        let delay = |(at, sent): (&u64, &u64)| at.saturating_sub(*sent) as f64 / 1e3;
        let mut delays: Vec<f64> =
            seen.iter().flat_map(|times| times.iter().zip(sent).map(delay).collect::<Vec<_>>()).collect();
        delays.sort_by(f64::total_cmp);
        Ok(delays)
    }
}

/// As many plain connections, each with a task that writes what a channel brings.
async fn bare(size: &Size) -> anyhow::Result<Vec<f64>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let (sender, _) = broadcast::channel::<Bytes>(16);
    let theirs = sender.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut frames = theirs.subscribe();
            tokio::spawn(async move {
                while let Ok(frame) = frames.recv().await {
                    if stream.write_all(&frame).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    let mut subscribers = Subscribers::start(port, size, None).await?;
    while sender.receiver_count() < size.subscribers {
        tokio::task::yield_now().await;
    }
    let mut sent = Vec::with_capacity(size.events);
    for _ in 0..size.events {
        sent.push(clock());
        sender.send(Bytes::from_static(&[0; BARE_FRAME]))?;
        tokio::time::sleep(PAUSE / 4).await;
    }
    subscribers.delays(&sent).await
}
