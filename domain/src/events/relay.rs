use std::time::Duration;

use redis::AsyncCommands;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Client;

use super::{Hub, alerts, card, imports, inventory, jobs, market, notifications, saved_searches, wants};
use crate::alerts::AlertsFired;
use crate::db;
use crate::imports::ImportChanged;
use crate::inventory::InventoryChanged;
use crate::jobs::JobsChanged;
use crate::notifications::NotificationsChanged;
use crate::prices::{PriceBatch, PricesChanged};
use crate::saved::SavedSearchesChanged;
use crate::wants::WantsChanged;

/// Outbox rows that one round takes; each may fan out to a thousand channels.
const ROUND: i64 = 8;
/// Channel messages that one pipeline carries.
const PIPELINE: usize = 500;
/// Entries a channel's stream keeps for those who come back.
const STREAM_LENGTH: usize = 300;
const STREAM_TTL_SECONDS: usize = 3_600;
const POSITION_TTL_SECONDS: usize = 7 * 86_400;
/// A wake-up may be lost with its connection; this bounds the wait then.
const POLL: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(500);
/// The one relay of an installation holds this advisory lock.
const LOCK: i64 = 823_650_002;

/// Numbers the event, appends it to the channel's stream and publishes it, all or nothing.
const PUBLISH: &str = include_str!("publish.lua");

/// Carries outbox rows to Redis. At least once: an event may be published twice, never not at all.
pub struct Relay {
    hub: Hub,
    database_url: String,
    script: redis::Script,
}

impl Relay {
    /// A relay between the database and the hub's Redis.
    pub fn new(hub: Hub, database_url: String) -> Self {
        Self { hub, database_url, script: redis::Script::new(PUBLISH) }
    }

    /// Works until it is dropped. Any number of processes may run one: a lock lets one work.
    pub async fn run(self) {
        loop {
            if let Err(error) = self.serve().await {
                tracing::warn!(%error, "the relay pauses; events wait in the outbox");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn serve(&self) -> anyhow::Result<()> {
        let (client, mut woken) = db::listen(&self.database_url, &["outbox"]).await?;
        while !client.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]).await?.get::<_, bool>(0) {
            tokio::time::sleep(PAUSE).await;
        }
        loop {
            while self.round(&client).await? {}
            // A closed channel means that the connection ended; the next round reports it.
            let _ = tokio::time::timeout(POLL, woken.recv()).await;
        }
    }

    /// Publishes the oldest rows and deletes them; false when there were none.
    async fn round(&self, client: &Client) -> anyhow::Result<bool> {
        let rows = client
            .query("SELECT id, kind, payload::text FROM outbox ORDER BY id LIMIT $1", &[&ROUND])
            .await?;
        for row in &rows {
            let (id, kind, payload): (i64, &str, &str) = (row.get(0), row.get(1), row.get(2));
            match kind {
                "anew" => self.forget_prices().await?,
                _ => self.publish(messages(kind, payload)?).await?,
            }
            client.execute("DELETE FROM outbox WHERE id = $1", &[&id]).await?;
        }
        Ok(!rows.is_empty())
    }

    async fn publish(&self, messages: Vec<(String, String)>) -> anyhow::Result<()> {
        let mut redis = self.hub.redis().await?;
        self.script.load_async(&mut redis).await?;
        for part in messages.chunks(PIPELINE) {
            let mut pipe = redis::pipe();
            for (channel, payload) in part {
                let wire = format!("{}:{{{channel}}}", self.hub.prefix());
                let mut call = self.script.key(format!("{wire}:h"));
                call.key(format!("{wire}:s"))
                    .key(wire)
                    .arg(payload)
                    .arg(uuid::Uuid::now_v7().simple().to_string());
                call.arg(STREAM_LENGTH).arg(STREAM_TTL_SECONDS).arg(POSITION_TTL_SECONDS);
                pipe.invoke_script(&call).ignore();
            }
            let () = pipe.query_async(&mut redis).await?;
        }
        Ok(())
    }

    /// Has everybody who follows prices, or comes back to, look anew: the channels begin new lives, and a
    /// message of none of them makes the hubs see it at once.
    async fn forget_prices(&self) -> anyhow::Result<()> {
        const UNKNOWN: &str = r#"{"e":"","o":0,"p":null}"#;
        let mut redis = self.hub.redis().await?;
        for topics in ["card:*", "market:*"] {
            let heads = format!("{}:{{{topics}}}:h", self.hub.prefix());
            let options = redis::ScanOptions::default().with_pattern(heads).with_count(PIPELINE);
            let mut found = Vec::new();
            let mut scan = redis.scan_options::<String>(options).await?;
            while let Some(head) = scan.next_item().await {
                found.extend(head?.strip_suffix(":h").map(str::to_owned));
            }
            drop(scan);
            for part in found.chunks(PIPELINE) {
                let mut pipe = redis::pipe();
                for wire in part {
                    pipe.unlink(&[format!("{wire}:h"), format!("{wire}:s")]).ignore();
                    pipe.publish(wire, UNKNOWN).ignore();
                }
                let () = pipe.query_async(&mut redis).await?;
            }
        }
        Ok(())
    }
}

/// An event as it is, for the one channel that it is for.
fn only<E: DeserializeOwned + Serialize>(
    payload: &str,
    channel: impl Fn(&E) -> String,
) -> anyhow::Result<Vec<(String, String)>> {
    let event: E = serde_json::from_str(payload)?;
    Ok(vec![(channel(&event), serde_json::to_string(&event)?)])
}

/// What an outbox row says, channel by channel.
fn messages(kind: &str, payload: &str) -> anyhow::Result<Vec<(String, String)>> {
    match kind {
        "jobs" => return only(payload, |_: &JobsChanged| jobs().channel),
        "inventory" => return only(payload, |event: &InventoryChanged| inventory(event.user).channel),
        "alert" => return only(payload, |event: &AlertsFired| alerts(event.user).channel),
        "import" => return only(payload, |event: &ImportChanged| imports(event.user).channel),
        "notification" => {
            return only(payload, |event: &NotificationsChanged| notifications(event.user).channel);
        }
        "wants" => return only(payload, |event: &WantsChanged| wants(event.user).channel),
        "saved_search" => {
            return only(payload, |event: &SavedSearchesChanged| saved_searches(event.user).channel);
        }
        _ => {}
    }
    let batch: PriceBatch = serde_json::from_str(payload)?;
    let mut messages = Vec::new();
    for (currency, part) in batch.by_currency() {
        messages.push((market(currency).channel, serde_json::to_string(&part)?));
    }
    for (id, prices) in batch.by_card() {
        messages.push((card(id).channel, serde_json::to_string(&PricesChanged::of(prices))?));
    }
    Ok(messages)
}
