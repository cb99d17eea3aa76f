//! Subscribers, in a process of their own: what they cost must not count as the server's.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{client_async_with_config, tungstenite::Message};

/// The hidden command: `clients PORT COUNT EVENTS [CARD]`; without a card to a bare broadcast.
pub const COMMAND: &str = "clients";
const SUBSCRIBE: &str =
    "subscription ($id: ID!) { cardUpdated(cardId: $id) { kind prices { version money { amount } } } }";
/// Subscribers that come from one address; a server may limit them.
const PER_ADDRESS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a frame of the bare broadcast.
pub const BARE_FRAME: usize = 512;

/// Microseconds since 1970: processes of one machine share this clock.
pub fn clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or_default()
}

/// Connects, says `ready`, and prints when each subscriber saw each event: a line of JSON.
pub async fn run(arguments: &[String]) -> anyhow::Result<()> {
    let [port, count, events, card @ ..] = arguments else { anyhow::bail!("too few arguments") };
    let (port, count, events): (u16, usize, usize) = (port.parse()?, count.parse()?, events.parse()?);
    let mut subscribers = JoinSet::new();
    let (ready, mut all_ready) = tokio::sync::mpsc::channel(count);
    for n in 0..count {
        let stream = connect(n, port).await?;
        let (card, ready) = (card.first().cloned(), ready.clone());
        subscribers.spawn(tokio::time::timeout(PATIENCE, async move {
            match card {
                Some(card) => subscriber(stream, port, &card, events, ready).await,
                None => bare(stream, events, ready).await,
            }
        }));
    }
    for _ in 0..count {
        all_ready.recv().await.context("a subscriber failed")?;
    }
    println!("ready");
    let mut seen: Vec<Vec<u64>> = Vec::with_capacity(count);
    while let Some(done) = subscribers.join_next().await {
        seen.push(done?.context("a subscriber waited in vain")??);
    }
    println!("{}", serde_json::to_string(&seen)?);
    Ok(())
}

/// From another address of the loopback for every so many.
async fn connect(n: usize, port: u16) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let own = Ipv4Addr::new(127, 0, 1, u8::try_from(n / PER_ADDRESS + 1)?);
    socket.bind(SocketAddr::V4(SocketAddrV4::new(own, 0)))?;
    let stream = socket.connect((Ipv4Addr::LOCALHOST, port).into()).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn subscriber(
    stream: TcpStream,
    port: u16,
    card: &str,
    events: usize,
    ready: tokio::sync::mpsc::Sender<()>,
) -> anyhow::Result<Vec<u64>> {
    let mut request = format!("ws://127.0.0.1:{port}/graphql").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    let send = |value: Value| Message::text(value.to_string());
    socket.send(send(json!({ "type": "connection_init" }))).await?;
    let payload = json!({ "query": SUBSCRIBE, "variables": { "id": card } });
    let mut versions = 0;
    let mut seen = Vec::with_capacity(events);
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let at = clock();
        if text.contains("\"connection_ack\"") {
            socket.send(send(json!({ "id": "1", "type": "subscribe", "payload": payload }))).await?;
        } else if text.contains("\"SNAPSHOT\"") {
            ready.send(()).await?;
        } else if text.contains("\"DELTA\"") {
            versions += 1;
            seen.push(at);
            if versions == events {
                break;
            }
        } else {
            ensure!(text.contains("\"ping\"") || text.contains("\"pong\""), "the server said {text}");
        }
    }
    Ok(seen)
}

async fn bare(
    stream: TcpStream,
    events: usize,
    ready: tokio::sync::mpsc::Sender<()>,
) -> anyhow::Result<Vec<u64>> {
    let mut stream = BufReader::with_capacity(4096, stream);
    ready.send(()).await?;
    let mut frame = [0; BARE_FRAME];
    let mut seen = Vec::with_capacity(events);
    for _ in 0..events {
        stream.read_exact(&mut frame).await?;
        seen.push(clock());
    }
    Ok(seen)
}
