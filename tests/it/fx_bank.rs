//! A bank that serves just the files that a test gives it.

use std::collections::HashMap;
use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use domain::sources::{Addresses, Outside, OutsideSettings, Service, refresh};
use tests::TestApp;
use tokio::net::TcpListener;

use crate::sources_stage::Stage;
use crate::world::{card, fixture, import};

/// The last day of the files of `fixtures/ecb`.
pub const FRIDAY: &str = "2026-11-20";

type Files = Arc<Mutex<HashMap<String, Vec<u8>>>>;

pub struct Bank {
    files: Files,
    pub outside: Outside,
    folder: std::path::PathBuf,
}

async fn file(State(files): State<Files>, Path(name): Path<String>) -> Result<Vec<u8>, StatusCode> {
    files.lock().unwrap().get(&name).cloned().ok_or(StatusCode::NOT_FOUND)
}

impl Bank {
    async fn open() -> Self {
        let files = Files::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ecb = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/{name}", get(file)).with_state(files.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let settings = Stage::settings_without_services();
        let addresses = Addresses { ecb, ..settings.addresses.clone() };
        let settings = OutsideSettings { addresses, ..settings };
        Self { files, outside: Outside::new(&settings).unwrap(), folder: settings.raw }
    }

    pub fn put(&self, name: &str, file: &[u8]) {
        self.files.lock().unwrap().insert(name.to_owned(), file.to_vec());
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        if self.folder.exists()
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

/// A platform with real cards that has read the fixtures once.
pub async fn platform() -> (TestApp, Bank) {
    let (app, bank) = (TestApp::new().await, Bank::open().await);
    import(&app, &[card(1, 1, &serde_json::json!({}))], "2026-10-01").await;
    for name in ["eurofxref-daily.xml", "eurofxref-hist-90d.xml"] {
        bank.put(name, &fixture(&format!("ecb/{name}")));
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("eurofxref-hist.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&fixture("ecb/eurofxref-hist.csv")).unwrap();
    bank.put("eurofxref-hist.zip", &zip.finish().unwrap().into_inner());
    let came = refresh(&app.ctx(), &bank.outside, Service::Ecb, &()).await.unwrap();
    assert!(came.degraded.is_none() && came.rows > 300, "{came:?}");
    (app, bank)
}

/// The daily file of the fixtures as that of another day, with some rates of its own.
pub fn daily(day: &str, rates: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::from_utf8(fixture("ecb/eurofxref-daily.xml")).unwrap().replace(FRIDAY, day);
    for (currency, rate) in rates {
        let start = text.find(&format!("'{currency}' rate='")).unwrap() + currency.len() + 9;
        let end = start + text[start..].find('\'').unwrap();
        text.replace_range(start..end, rate);
    }
    text.into_bytes()
}
