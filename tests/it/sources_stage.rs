//! A platform with a few cards beside stand-ins for all services, which sell the same cards.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use domain::sources::{
    Addresses, Bounds, Failure, Outcome, Outside, OutsideSettings, Patience, Secrets, Service, TcgplayerKeys,
    refresh,
};
use domain::{Error, Result};
use fakes::{Clock, Fakes, KEY, World};
use serde_json::{Value, json};
use tests::TestApp;

use crate::world::{at, card, import, printing_id};

/// Printings in English; a few of them are in Japanese too.
pub const ENGLISH: u32 = 48;

/// The markets, with their stand-ins.
pub const MARKETS: [(Service, fakes::Service); 6] = [
    (Service::Cardmarket, fakes::Service::Cardmarket),
    (Service::CardKingdom, fakes::Service::CardKingdom),
    (Service::ManaPool, fakes::Service::ManaPool),
    (Service::TcgplayerMirror, fakes::Service::Tcgcsv),
    (Service::TcgplayerApi, fakes::Service::Tcgplayer),
    (Service::CardTrader, fakes::Service::CardTrader),
];

pub fn fake_of(service: Service) -> fakes::Service {
    MARKETS.iter().find(|(known, _)| *known == service).unwrap().1
}

pub struct Stage {
    pub app: TestApp,
    pub fakes: Fakes,
    pub outside: Outside,
    pub settings: OutsideSettings,
    folder: PathBuf,
}

/// In two sets; every twelfth is foil only, every twelfth etched only.
pub fn cards() -> Vec<Value> {
    let english = |n: u32| {
        let finishes = match n % 12 {
            5 => json!(["foil"]),
            7 => json!(["etched"]),
            _ => json!(["nonfoil", "foil"]),
        };
        let (tcgplayer, etched) =
            if n % 12 == 7 { (json!(null), json!(8_100 + n)) } else { (json!(8_100 + n), json!(null)) };
        let mut card = card(
            n,
            n,
            &json!({
                "finishes": finishes, "tcgplayer_id": tcgplayer, "tcgplayer_etched_id": etched,
                "cardmarket_id": 7_100 + n, "prices": { "usd": format!("{n}.50") },
            }),
        );
        if n.is_multiple_of(2) {
            card["set"] = json!("two");
            card["set_id"] = json!("cccccccc-0000-4000-8000-000000000002");
            card["set_name"] = json!("Second Set");
        }
        card
    };
    let japanese = |n: u32| {
        card(
            n + 1_000,
            n,
            &json!({ "lang": "ja", "collector_number": n.to_string(), "prices": { "usd": "9.99" } }),
        )
    };
    (1..=ENGLISH).map(english).chain((1..=9).step_by(2).map(japanese)).collect()
}

/// Quick to give up and to try again.
pub fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        silence: Duration::from_secs(10),
        total: Duration::from_secs(30),
        retries: 2,
        first_pause: Duration::from_millis(10),
        longest_pause: Duration::from_millis(100),
        slowest_pace: Duration::from_millis(110),
    }
}

/// Stand-ins that sell the cards.
pub async fn stand_ins() -> Fakes {
    let lines = cards().into_iter().map(|mut card| {
        // The stand-in knows an etched product by its number like any other.
        if card["tcgplayer_id"].is_null() && card["tcgplayer_etched_id"].is_number() {
            card["tcgplayer_id"] = card["tcgplayer_etched_id"].clone();
        }
        Ok(card.to_string())
    });
    let world = World::of_lines(lines, 7).unwrap();
    let clock = Clock { began: at("2026-11-01T12:00:00Z"), step: TimeDelta::hours(1), first: 0 };
    Fakes::start(world, clock, SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap()
}

impl Stage {
    pub async fn new() -> Self {
        let stage = Self::empty().await;
        import(&stage.app, &cards(), "2026-10-01").await;
        stage
    }

    /// Without a catalogue.
    pub async fn empty() -> Self {
        let fakes = stand_ins().await;
        let folder =
            std::env::temp_dir().join(format!("dualcaster-sources-{}", uuid::Uuid::now_v7().simple()));
        let settings = Self::settings(&fakes, folder.clone());
        let outside = Outside::new(&settings).unwrap();
        Self { app: TestApp::new().await, fakes, outside, settings, folder }
    }

    /// Every service is its stand-in.
    fn settings(fakes: &Fakes, folder: PathBuf) -> OutsideSettings {
        let url = |service| fakes.url(service);
        OutsideSettings {
            addresses: Addresses {
                scryfall: url(fakes::Service::Scryfall),
                cardmarket: url(fakes::Service::Cardmarket),
                cardkingdom: url(fakes::Service::CardKingdom),
                manapool: url(fakes::Service::ManaPool),
                tcgcsv: url(fakes::Service::Tcgcsv),
                tcgplayer: url(fakes::Service::Tcgplayer),
                cardtrader: url(fakes::Service::CardTrader),
                openai: url(fakes::Service::OpenAi),
                topdeck: url(fakes::Service::TopDeck),
                edhrec: url(fakes::Service::Edhrec),
                newsapi: url(fakes::Service::NewsApi),
                ecb: url(fakes::Service::Ecb),
                press: Some(url(fakes::Service::Press)),
            },
            secrets: Secrets {
                tcgplayer: Some(TcgplayerKeys { public: KEY.to_owned(), private: KEY.to_owned() }),
                cardtrader: Some(KEY.to_owned()),
                openai: Some(KEY.to_owned()),
                topdeck: Some(KEY.to_owned()),
                newsapi: Some(KEY.to_owned()),
            },
            contact: None,
            patience: patience(),
            raw: folder,
            bounds: Bounds { runs: 3, bytes: 64 * 1024 * 1024 },
            private_feeds: false,
        }
    }

    /// Nobody is where services should be; each test has a folder of its own.
    pub fn settings_without_services() -> OutsideSettings {
        let name = format!("dualcaster-sources-{}", uuid::Uuid::now_v7().simple());
        OutsideSettings {
            addresses: Addresses::default(),
            secrets: Secrets::default(),
            contact: None,
            patience: patience(),
            raw: std::env::temp_dir().join(name),
            bounds: Bounds::default(),
            private_feeds: false,
        }
    }

    pub async fn refresh(&self, service: Service) -> Result<Outcome> {
        refresh(&self.app.ctx(), &self.outside, service, &()).await
    }

    /// A visit that must fail, and how.
    pub async fn fails(&self, service: Service) -> Failure {
        match self.refresh(service).await {
            Err(Error::Outside(failure)) => (*failure).clone(),
            other => panic!("{}: {other:?}", service.name()),
        }
    }

    /// Requests since the last call.
    pub fn asked(&self, service: Service) -> usize {
        self.fakes.hits().iter().filter(|hit| hit.service == fake_of(service)).count()
    }

    /// The files and folders that are kept of a service's visits.
    pub fn kept(&self, service: Service) -> usize {
        let days = std::fs::read_dir(self.folder.join(service.name())).into_iter().flatten().flatten();
        days.map(|day| std::fs::read_dir(day.path()).unwrap().count()).sum()
    }

    /// Everything that is known of a service's prices, in one text.
    pub async fn prices(&self, service: Service) -> String {
        let (source, feed) = service.prices().unwrap();
        let sql = "SELECT coalesce(string_agg(concat_ws(',', printing_id, kind, finish, condition, amount, quantity,
                       version, changed_at), ';' ORDER BY id), '')
                   FROM price_series WHERE source = $1 AND feed = $2";
        self.app.sql(sql, &[&source.number(), &feed.number()]).await[0].get(0)
    }

    /// The price of a printing in cents: kind, finish, condition.
    pub async fn price(&self, service: Service, printing: u32, of: (i16, i16, i16)) -> Option<i64> {
        let (source, feed) = service.prices().unwrap();
        let id: uuid::Uuid = printing_id(printing).parse().unwrap();
        let sql = "SELECT amount FROM price_series s JOIN printings p ON p.id = s.printing_id
                   WHERE p.scryfall_id = $1 AND source = $2 AND feed = $3 AND kind = $4 AND finish = $5 AND condition = $6";
        let rows = self.app.sql(sql, &[&id, &source.number(), &feed.number(), &of.0, &of.1, &of.2]).await;
        rows.first().and_then(|row| row.get(0))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.folder.exists()
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}
