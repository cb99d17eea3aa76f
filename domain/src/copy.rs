//! Rows in the binary format of `COPY … FROM STDIN (FORMAT binary)`.
//! Format: <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>

use bytes::{BufMut, Bytes, BytesMut};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::SinkExt;
use tokio_postgres::Client;
use tracing::Span;
use uuid::Uuid;

use crate::spans;

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: [u8; 2] = (-1_i16).to_be_bytes();
const TEXT_OID: u32 = 25;
/// Bytes that travel in one message.
const CHUNK: usize = 256 * 1024;
/// 2000-01-01, the epoch of Postgres, as days and microseconds of the Unix epoch.
const PG_EPOCH_DAYS: i32 = 10_957;
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// Encoded rows.
#[derive(Default)]
pub struct Rows {
    buffer: BytesMut,
    /// How many rows there are.
    pub count: u64,
}

impl Rows {
    /// Begins a row of so many columns; exactly that many values must follow.
    pub fn row(&mut self, columns: i16) -> &mut Self {
        self.count += 1;
        self.buffer.put_i16(columns);
        self
    }

    fn value(&mut self, bytes: &[u8]) -> &mut Self {
        // A value of ours never reaches 2 GiB.
        self.buffer.put_i32(bytes.len() as i32);
        self.buffer.put_slice(bytes);
        self
    }

    /// NULL or a value.
    pub fn opt<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T) -> &mut Self) -> &mut Self {
        match value {
            Some(value) => put(self, value),
            None => {
                self.buffer.put_i32(-1);
                self
            }
        }
    }

    /// `boolean`
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.value(&[u8::from(value)])
    }

    /// `smallint`
    pub fn i16(&mut self, value: i16) -> &mut Self {
        self.value(&value.to_be_bytes())
    }

    /// `integer`
    pub fn i32(&mut self, value: i32) -> &mut Self {
        self.value(&value.to_be_bytes())
    }

    /// `bigint`
    pub fn i64(&mut self, value: i64) -> &mut Self {
        self.value(&value.to_be_bytes())
    }

    /// `real`
    pub fn f32(&mut self, value: f32) -> &mut Self {
        self.value(&value.to_be_bytes())
    }

    /// `text`. Postgres has no NUL in text, so it is left out.
    pub fn text(&mut self, value: &str) -> &mut Self {
        if value.as_bytes().contains(&0) {
            self.value(value.replace('\0', "").as_bytes())
        } else {
            self.value(value.as_bytes())
        }
    }

    /// `jsonb`, from JSON text.
    pub fn jsonb(&mut self, json: &str) -> &mut Self {
        self.buffer.put_i32(json.len() as i32 + 1);
        self.buffer.put_u8(1);
        self.buffer.put_slice(json.as_bytes());
        self
    }

    /// `uuid`
    pub fn uuid(&mut self, value: Uuid) -> &mut Self {
        self.value(value.as_bytes())
    }

    /// `date`
    pub fn date(&mut self, value: NaiveDate) -> &mut Self {
        self.i32(value.to_epoch_days() - PG_EPOCH_DAYS)
    }

    /// `timestamptz`
    pub fn timestamp(&mut self, value: DateTime<Utc>) -> &mut Self {
        self.i64(value.timestamp_micros() - PG_EPOCH_MICROS)
    }

    /// `text[]`
    pub fn texts<S: AsRef<str>>(&mut self, values: &[S]) -> &mut Self {
        let size: usize = values.iter().map(|v| 4 + v.as_ref().len()).sum();
        let dimensions = i32::from(!values.is_empty());
        self.buffer.put_i32(12 + 8 * dimensions + size as i32);
        self.buffer.put_i32(dimensions);
        self.buffer.put_i32(0);
        self.buffer.put_u32(TEXT_OID);
        if dimensions == 1 {
            self.buffer.put_i32(values.len() as i32);
            self.buffer.put_i32(1);
        }
        for value in values {
            self.value(value.as_ref().as_bytes());
        }
        self
    }

    /// The encoded bytes of the rows, for hashing.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Appends rows that were encoded apart.
    pub fn append(&mut self, rows: &[u8], count: u64) {
        self.buffer.put_slice(rows);
        self.count += count;
    }

    /// A chunk that is worth sending, if there is one.
    pub fn full_chunk(&mut self) -> Option<Bytes> {
        (self.buffer.len() >= CHUNK).then(|| self.buffer.split().freeze())
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> Bytes {
        self.buffer.split().freeze()
    }
}

/// Copies rows that are all there. `into` is `table (columns…)`.
pub async fn copy_rows(client: &Client, into: &str, mut rows: Rows) -> Result<u64, tokio_postgres::Error> {
    if rows.count == 0 {
        return Ok(0);
    }
    let mut stream = CopyStream::begin(client, into).await?;
    stream.send(rows.rest()).await?;
    stream.finish().await
}

/// A running `COPY`: rows are sent while more of them are made.
pub struct CopyStream {
    sink: std::pin::Pin<Box<tokio_postgres::CopyInSink<Bytes>>>,
    span: Span,
}

impl CopyStream {
    /// Starts to copy into `table (columns…)`.
    pub async fn begin(client: &Client, into: &str) -> Result<Self, tokio_postgres::Error> {
        let span = spans::copying(into);
        let begun = async {
            let copy = format!("COPY {into} FROM STDIN (FORMAT binary)");
            let mut sink = Box::pin(client.copy_in(&copy).await?);
            sink.send(Bytes::from_static(HEADER)).await?;
            Ok(sink)
        };
        let sink = begun.await.inspect_err(|_| failed(&span))?;
        Ok(Self { sink, span })
    }

    /// Sends encoded rows, in messages of a bounded size.
    pub async fn send(&mut self, mut rows: Bytes) -> Result<(), tokio_postgres::Error> {
        let sent = async {
            while rows.len() > CHUNK {
                self.sink.feed(rows.split_to(CHUNK)).await?;
            }
            self.sink.send(rows).await
        };
        sent.await.inspect_err(|_| failed(&self.span))
    }

    /// Ends the copy; returns the number of rows written.
    pub async fn finish(mut self) -> Result<u64, tokio_postgres::Error> {
        let finished = async {
            self.sink.send(Bytes::copy_from_slice(&END)).await?;
            self.sink.as_mut().finish().await
        };
        let rows = finished.await.inspect_err(|_| failed(&self.span))?;
        self.span.record("rows", rows);
        Ok(rows)
    }
}

fn failed(span: &Span) {
    span.record("error", true);
}
