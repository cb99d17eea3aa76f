//! Sources over the network.

use std::io::{Error, Read};
use std::time::Duration;

use futures_util::TryStreamExt;
use reqwest::Client;
use serde::de::DeserializeOwned;
use tokio_util::io::{StreamReader, SyncIoBridge};

use crate::SourceError;
use crate::http::USER_AGENT;
use crate::scryfall::{BulkData, List, Migration, Set};

const ACCEPT: &str = "application/json;q=0.9,*/*;q=0.8";
const CONNECT: Duration = Duration::from_secs(5);
/// Silence after which a download is given up; a whole one may take long.
const SILENCE: Duration = Duration::from_secs(30);
/// The source allows ten requests a second.
const PAUSE: Duration = Duration::from_millis(100);
const MOST_PAGES: usize = 100;

/// Scryfall's API and files.
pub struct Scryfall {
    client: Client,
    base: String,
}

impl Scryfall {
    /// The API at an address.
    pub fn new(base: &str) -> Result<Self, SourceError> {
        let client =
            Client::builder().user_agent(USER_AGENT).connect_timeout(CONNECT).read_timeout(SILENCE).build();
        let client = client.map_err(|error| SourceError::broken("Scryfall", "client", error))?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned() })
    }

    /// Whether it can be reached.
    pub async fn answers(&self) -> bool {
        self.get::<serde_json::Value>(&format!("{}/bulk-data", self.base)).await.is_ok()
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, SourceError> {
        let failed = |error: reqwest::Error| SourceError::broken("Scryfall", url, error.without_url());
        let answer = self.client.get(url).header("accept", ACCEPT).send().await.map_err(failed)?;
        let answer = answer.error_for_status().map_err(failed)?;
        answer.json().await.map_err(failed)
    }

    async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, SourceError> {
        let mut url = format!("{}{path}", self.base);
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: List<T> = self.get(&url).await?;
            all.extend(page.data);
            match page.next_page.filter(|_| page.has_more) {
                Some(next) => url = next,
                None => return Ok(all),
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(SourceError::broken("Scryfall", path, format!("more than {MOST_PAGES} pages")))
    }

    /// All sets.
    pub async fn sets(&self) -> Result<Vec<Set>, SourceError> {
        self.list("/sets").await
    }

    /// All merged and deleted printings.
    pub async fn migrations(&self) -> Result<Vec<Migration>, SourceError> {
        self.list("/migrations").await
    }

    /// The bulk file of a kind.
    pub async fn bulk(&self, kind: &str) -> Result<BulkData, SourceError> {
        let found = self.offered(kind).await?;
        found.ok_or_else(|| SourceError::broken("Scryfall", "/bulk-data", format!("there is no {kind}")))
    }

    /// The same, if there is one.
    pub async fn offered(&self, kind: &str) -> Result<Option<BulkData>, SourceError> {
        let files: Vec<BulkData> = self.list("/bulk-data").await?;
        Ok(files.into_iter().find(|file| file.kind == kind))
    }

    /// The packed bytes of a bulk file, to be read on a thread that may block. Ends with an error
    /// if it is shorter than announced.
    pub async fn download(&self, file: &BulkData) -> Result<impl Read + Send + 'static, SourceError> {
        let url = &file.jsonl_download_uri;
        let failed = |error: reqwest::Error| SourceError::broken("Scryfall", url, error.without_url());
        let answer = self.client.get(url).send().await.map_err(failed)?.error_for_status().map_err(failed)?;
        if let Some(length) = answer.content_length()
            && length != file.compressed_size
        {
            let reason = format!("{length} bytes, where {} were announced", file.compressed_size);
            return Err(SourceError::broken("Scryfall", url, reason));
        }
        let stream = answer.bytes_stream().map_err(Error::other);
        Ok(SyncIoBridge::new(StreamReader::new(stream)))
    }
}
