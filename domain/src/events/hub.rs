use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use redis::AsyncCommands;
use redis::aio::ConnectionManager;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::{Position, Topic};
use crate::{Error, Result};

/// Events that a slow listener may fall behind before it is reset.
const BACKLOG: usize = 128;
/// How often positions are compared with Redis: the longest a silently lost event stays unseen.
const CHECK_EVERY: Duration = Duration::from_secs(5);
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(2);
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// What a listener receives.
#[derive(Debug)]
pub enum Live<E> {
    /// The next event of the channel.
    Event(Position, Arc<E>),
    /// Events were lost for good: read the state anew. Events up to the position are in it.
    Reset(Position),
}

type Parsed = Arc<dyn Any + Send + Sync>;

#[derive(Clone)]
enum Signal {
    Event(Position, Parsed),
    Reset(Position),
}

struct Channel {
    sender: broadcast::Sender<Signal>,
    parse: fn(&str) -> Option<Parsed>,
    last: Option<Position>,
}

enum Command {
    Follow(String, oneshot::Sender<()>),
}

struct Shared {
    client: redis::Client,
    prefix: String,
    manager: tokio::sync::OnceCell<ConnectionManager>,
    channels: Mutex<HashMap<String, Channel>>,
    connected: AtomicBool,
}

/// The process's one ear on Redis.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
    commands: mpsc::UnboundedSender<Command>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    e: String,
    o: i64,
    #[serde(borrow)]
    p: &'a serde_json::value::RawValue,
}

impl Hub {
    /// Starts to listen. Redis may be away: the hub connects when it comes.
    pub fn start(url: &str, prefix: &str) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            client: redis::Client::open(url)?,
            prefix: prefix.to_owned(),
            manager: tokio::sync::OnceCell::new(),
            channels: Mutex::default(),
            connected: AtomicBool::new(false),
        });
        let (commands, inbox) = mpsc::unbounded_channel();
        tokio::spawn(run(shared.clone(), inbox));
        Ok(Self { shared, commands })
    }

    /// Whether live events flow at the moment.
    pub fn connected(&self) -> bool {
        self.shared.connected.load(Ordering::Relaxed)
    }

    /// A connection for plain Redis commands, shared by the process.
    pub async fn redis(&self) -> Result<ConnectionManager> {
        self.shared.redis().await.map_err(|error| {
            tracing::warn!(%error, "no redis connection");
            Error::Unavailable("the live service")
        })
    }

    /// Prefix of all keys of this installation.
    pub fn prefix(&self) -> &str {
        &self.shared.prefix
    }

    /// Listens to a topic. The position is read before this returns: read the state after it, and
    /// state and later events leave no gap. With Redis away the position is empty, and a reset
    /// follows when it is back.
    pub async fn subscribe<E>(&self, topic: Topic<E>) -> Subscription<E>
    where
        E: DeserializeOwned + Send + Sync + 'static,
    {
        let receiver = {
            let mut channels = self.shared.lock();
            let channel = channels.entry(topic.channel.clone()).or_insert_with(|| Channel {
                sender: broadcast::channel(BACKLOG).0,
                parse: parse::<E>,
                last: None,
            });
            channel.sender.subscribe()
        };
        let (done, followed) = oneshot::channel();
        // The hub's task lives as long as the hub, so a closed channel only happens at shutdown.
        let asked = self.commands.send(Command::Follow(topic.channel.clone(), done)).is_ok();
        let position =
            if asked && tokio::time::timeout(SUBSCRIBE_TIMEOUT, followed).await.is_ok_and(|r| r.is_ok()) {
                self.shared.position(&topic.channel).await.unwrap_or_default()
            } else {
                Position::default()
            };
        self.shared.learn(&topic.channel, &position);
        Subscription { receiver, shared: self.shared.clone(), channel: topic.channel, position, come: None }
    }
}

/// One listener of one topic.
pub struct Subscription<E> {
    receiver: broadcast::Receiver<Signal>,
    shared: Arc<Shared>,
    channel: String,
    position: Position,
    /// What has come and was not taken yet.
    come: Option<Live<E>>,
}

impl<E: DeserializeOwned + Send + Sync + 'static> Subscription<E> {
    /// What of the channel is in the state that was read last.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The events after `since`, if the channel still has them all; `None` means: read the state.
    pub async fn missed(&mut self, since: &Position) -> Option<Vec<(Position, Arc<E>)>> {
        if since.epoch.is_empty() || since.epoch != self.position.epoch {
            return None;
        }
        let events = self.shared.between(&self.channel, since, &self.position, parse::<E>).await?;
        events.into_iter().map(|(position, event)| Some((position, event.downcast().ok()?))).collect()
    }

    /// Waits for the next event or reset; `None` at shutdown. Whoever does not wait to the end misses nothing.
    pub async fn next(&mut self) -> Option<Live<E>> {
        if self.come.is_none() {
            self.come = Some(self.receive().await?);
        }
        super::arrived().await;
        self.come.take()
    }

    async fn receive(&mut self) -> Option<Live<E>> {
        loop {
            match self.receiver.recv().await {
                Ok(Signal::Event(position, event)) => {
                    if position.epoch == self.position.epoch && position.offset <= self.position.offset {
                        continue;
                    }
                    self.position = position.clone();
                    // The channel's parser made it, and a channel has one event type.
                    if let Ok(event) = event.downcast() {
                        return Some(Live::Event(position, event));
                    }
                }
                Ok(Signal::Reset(position)) => {
                    self.position = position.clone();
                    return Some(Live::Reset(position));
                }
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    self.receiver = self.receiver.resubscribe();
                    self.position = self.shared.position(&self.channel).await.unwrap_or_default();
                    return Some(Live::Reset(self.position.clone()));
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

fn parse<E: DeserializeOwned + Send + Sync + 'static>(text: &str) -> Option<Parsed> {
    match serde_json::from_str::<E>(text) {
        Ok(event) => Some(Arc::new(event)),
        Err(error) => {
            tracing::error!(%error, "an event was not understood; its listeners are reset");
            None
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn redis(&self) -> redis::RedisResult<ConnectionManager> {
        let config = redis::aio::ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(Duration::from_secs(2)))
            .set_number_of_retries(1);
        let connect = || ConnectionManager::new_with_config(self.client.clone(), config);
        self.manager.get_or_try_init(connect).await.cloned()
    }

    fn wire(&self, channel: &str) -> String {
        format!("{}:{{{channel}}}", self.prefix)
    }

    async fn position(&self, channel: &str) -> redis::RedisResult<Position> {
        let mut redis = self.redis().await?;
        let key = format!("{}:h", self.wire(channel));
        // A channel that nobody published to yet gets its epoch here, so that its first event is no reset.
        let (epoch, offset): (String, Option<i64>) = redis::pipe()
            .hset_nx(&key, "e", uuid::Uuid::now_v7().simple().to_string())
            .ignore()
            .hget(&key, "e")
            .hget(&key, "o")
            .query_async(&mut redis)
            .await?;
        Ok(Position { epoch, offset: offset.unwrap_or(0) })
    }

    fn learn(&self, channel: &str, position: &Position) {
        if let Some(channel) = self.lock().get_mut(channel).filter(|c| c.last.is_none()) {
            channel.last = Some(position.clone());
        }
    }

    /// Events in (from, to], or `None` if the stream no longer has them all.
    async fn between(
        &self,
        channel: &str,
        from: &Position,
        to: &Position,
        parse: fn(&str) -> Option<Parsed>,
    ) -> Option<Vec<(Position, Parsed)>> {
        if from.offset >= to.offset {
            return (from.offset == to.offset).then(Vec::new);
        }
        let mut redis = self.redis().await.ok()?;
        let key = format!("{}:s", self.wire(channel));
        let (first, last) = (format!("{}-0", from.offset + 1), format!("{}-0", to.offset));
        let reply: redis::streams::StreamRangeReply = redis.xrange(key, first, last).await.ok()?;
        if reply.ids.len() as i64 != to.offset - from.offset {
            return None;
        }
        let event = |(n, entry): (usize, &redis::streams::StreamId)| {
            let payload: String = entry.get("p")?;
            let position = Position { epoch: to.epoch.clone(), offset: from.offset + 1 + n as i64 };
            Some((position, parse(&payload)?))
        };
        reply.ids.iter().enumerate().map(event).collect()
    }

    /// Forwards one message if it is the next one; says whether the channel must be healed.
    fn accept(&self, channel: &str, text: &str) -> bool {
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else { return true };
        let mut channels = self.lock();
        let Some(state) = channels.get_mut(channel) else { return false };
        let position = Position { epoch: envelope.e, offset: envelope.o };
        match &state.last {
            Some(last) if last.epoch == position.epoch && position.offset <= last.offset => false,
            Some(last) if last.epoch == position.epoch && position.offset == last.offset + 1 => {
                let Some(event) = (state.parse)(envelope.p.get()) else { return true };
                state.last = Some(position.clone());
                // Nobody listening any more is not an error; the sweep removes the channel.
                let _ = state.sender.send(Signal::Event(position, event));
                false
            }
            _ => true,
        }
    }

    /// Compares a channel with Redis and forwards what it missed, or a reset.
    async fn heal(&self, channel: &str) -> redis::RedisResult<()> {
        let Some((last, parse)) = self.lock().get(channel).map(|c| (c.last.clone(), c.parse)) else {
            return Ok(());
        };
        let now = self.position(channel).await?;
        if last.as_ref() == Some(&now) {
            return Ok(());
        }
        let missed = match &last {
            Some(last) if last.epoch == now.epoch => self.between(channel, last, &now, parse).await,
            _ => None,
        };
        let mut channels = self.lock();
        let Some(state) = channels.get_mut(channel).filter(|c| c.last == last) else { return Ok(()) };
        state.last = Some(now.clone());
        match missed {
            Some(events) => events.into_iter().for_each(|(position, event)| {
                let _ = state.sender.send(Signal::Event(position, event));
            }),
            None => {
                let _ = state.sender.send(Signal::Reset(now));
            }
        }
        Ok(())
    }

    fn followed(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Forgets channels that nobody listens to and names them.
    fn sweep(&self) -> Vec<String> {
        let mut channels = self.lock();
        let idle: Vec<_> = channels
            .iter()
            .filter(|(_, c)| c.sender.receiver_count() == 0)
            .map(|(name, _)| name.clone())
            .collect();
        idle.iter().for_each(|name| drop(channels.remove(name)));
        idle
    }
}

async fn run(shared: Arc<Shared>, mut inbox: mpsc::UnboundedReceiver<Command>) {
    loop {
        match listen(&shared, &mut inbox).await {
            Ok(()) => return,
            Err(error) => {
                if shared.connected.swap(false, Ordering::Relaxed) {
                    tracing::warn!(%error, "redis is away; live events wait");
                }
            }
        }
        tokio::time::sleep(RECONNECT_PAUSE).await;
    }
}

/// Follows Redis until the connection breaks; `Ok` when the hub was dropped.
async fn listen(shared: &Shared, inbox: &mut mpsc::UnboundedReceiver<Command>) -> redis::RedisResult<()> {
    let (mut sink, mut messages) = shared.client.get_async_pubsub().await?.split();
    for channel in shared.followed() {
        sink.subscribe(shared.wire(&channel)).await?;
    }
    for channel in shared.followed() {
        shared.heal(&channel).await?;
    }
    if !shared.connected.swap(true, Ordering::Relaxed) {
        tracing::info!("live events flow");
    }
    let mut check = tokio::time::interval(CHECK_EVERY);
    loop {
        tokio::select! {
            message = messages.next() => {
                let Some(message) = message else {
                    return Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into());
                };
                let name = message.get_channel_name().to_owned();
                let channel = name.strip_prefix(&format!("{}:{{", shared.prefix)).and_then(|n| n.strip_suffix('}'));
                let text: String = message.get_payload()?;
                if let Some(channel) = channel && shared.accept(channel, &text) {
                    shared.heal(channel).await?;
                }
            }
            command = inbox.recv() => {
                let Some(Command::Follow(channel, done)) = command else { return Ok(()) };
                sink.subscribe(shared.wire(&channel)).await?;
                // The listener may have given up waiting.
                let _ = done.send(());
            }
            _ = check.tick() => {
                for channel in shared.sweep() {
                    sink.unsubscribe(shared.wire(&channel)).await?;
                }
                for channel in shared.followed() {
                    shared.heal(&channel).await?;
                }
            }
        }
    }
}
