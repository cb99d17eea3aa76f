//! Load over kept-alive HTTP connections, as cheap for the machine as `pgbench` is.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::report::percentile;

/// What a load saw.
pub struct Seen {
    pub per_second: f64,
    /// Milliseconds, sorted.
    pub latencies: Vec<f64>,
}

impl Seen {
    /// Milliseconds below which this share of the requests were answered.
    pub fn percentile(&self, share: f64) -> f64 {
        percentile(&self.latencies, share)
    }
}

/// What is asked, and by whom.
pub struct Question<'a> {
    pub query: &'a str,
    pub variables: Value,
    /// An access token; empty for a stranger.
    pub bearer: &'a str,
}

/// A connection that asks the same again and again.
struct Asker {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Asker {
    async fn open(address: (&str, u16), asked: &Question<'_>) -> anyhow::Result<Self> {
        let body = json!({ "query": asked.query, "variables": asked.variables }).to_string();
        let who = match asked.bearer {
            "" => String::new(),
            bearer => format!("authorization: Bearer {bearer}\r\n"),
        };
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
             accept: application/graphql-response+json\r\n{who}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), request: request.into_bytes(), answer: Vec::new() })
    }

    /// Asks once; the answer's status is 200.
    async fn ask(&mut self) -> anyhow::Result<()> {
        self.stream.write_all(&self.request).await?;
        let (mut length, mut line, mut first) = (None, String::new(), true);
        loop {
            line.clear();
            ensure!(self.stream.read_line(&mut line).await? > 0, "the server closed the connection");
            if first {
                ensure!(line.starts_with("HTTP/1.1 200"), "answered {line:?}");
                first = false;
            }
            let Some((name, value)) = line.split_once(':') else {
                if line == "\r\n" {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse()?);
            }
        }
        self.answer.resize(length.context("an answer without a length")?, 0);
        self.stream.read_exact(&mut self.answer).await?;
        Ok(())
    }
}

/// The answer to one request, whose GraphQL errors are an error.
pub async fn once(address: (&str, u16), asked: &Question<'_>) -> anyhow::Result<Value> {
    let mut asker = Asker::open(address, asked).await?;
    asker.ask().await?;
    let answer: Value = serde_json::from_slice(&asker.answer)?;
    ensure!(answer.get("errors").is_none(), "{answer}");
    Ok(answer["data"].clone())
}

/// Asks the same over so many connections for so long, after a warm-up of a tenth of it.
pub async fn run(
    address: (&'static str, u16),
    asked: &Question<'_>,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<Seen> {
    let begin = Instant::now() + duration / 10;
    let end = begin + duration;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let mut asker = Asker::open(address, asked).await?;
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            while Instant::now() < end {
                let asked = Instant::now();
                asker.ask().await?;
                if asked >= begin {
                    latencies.push(asked.elapsed().as_secs_f64() * 1e3);
                }
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    latencies.sort_by(f64::total_cmp);
    Ok(Seen { per_second: latencies.len() as f64 / duration.as_secs_f64(), latencies })
}
