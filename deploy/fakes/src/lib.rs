//! Stand-ins for the outside services, on loopback: for tests, and for a developer who wants to see the
//! whole platform move without a key or a network. They sell the cards of one small world, at prices
//! that drift, behind the doors that the real services have.

mod cardkingdom;
mod cardmarket;
mod cardtrader;
mod control;
mod door;
mod ecb;
mod edhrec;
mod manapool;
mod mood;
mod openai;
mod press;
mod scryfall;
mod service;
mod tcgplayer;
mod topdeck;
mod world;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::from_fn_with_state;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio::time::Instant;

pub use mood::Mood;
pub use service::Service;
pub use world::{Article, Card, World};

/// The key, or both halves of a pair, that every fake lets in.
pub const KEY: &str = "fake-key";

/// How the fakes' time goes.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// When the world began.
    pub began: DateTime<Utc>,
    /// How far apart its moments are: services make their files so often.
    pub step: TimeDelta,
    /// The number of its first moment: prices of moment 0 have not drifted yet.
    pub first: u64,
}

struct Mooded {
    mood: Mood,
    /// Requests that it lasts for; for ever if `None`.
    left: Option<u32>,
}

/// What a service was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which one.
    pub service: Service,
    /// For what, below its base, with the query.
    pub path: String,
    /// What it answered.
    pub status: u16,
}

struct Shared {
    world: World,
    clock: Clock,
    step: AtomicU64,
    moods: Mutex<HashMap<Service, Mooded>>,
    hits: Mutex<Vec<Hit>>,
    recent: Mutex<HashMap<Service, Vec<Instant>>>,
    made: Mutex<HashMap<(Service, String), (u64, Bytes)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What handlers are given: the world at one moment.
#[derive(Clone)]
struct Moment {
    shared: Arc<Shared>,
    base: SocketAddr,
}

impl Moment {
    fn world(&self) -> &World {
        &self.shared.world
    }

    /// The number of the moment.
    fn step(&self) -> u64 {
        self.shared.clock.first + self.shared.step.load(Ordering::Relaxed)
    }

    fn at(&self) -> DateTime<Utc> {
        let clock = self.shared.clock;
        let passed = self.shared.step.load(Ordering::Relaxed);
        clock.began + clock.step * i32::try_from(passed).unwrap_or(i32::MAX)
    }

    fn url(&self, service: Service) -> String {
        format!("http://{}/{}", self.base, service.name())
    }
}

/// The running fakes.
pub struct Fakes {
    moment: Moment,
}

impl Fakes {
    /// Serves until the runtime ends.
    pub async fn start(world: World, clock: Clock, listen: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let shared = Shared {
            world,
            clock,
            step: AtomicU64::new(0),
            moods: Mutex::default(),
            hits: Mutex::default(),
            recent: Mutex::default(),
            made: Mutex::default(),
        };
        let moment = Moment { shared: Arc::new(shared), base: listener.local_addr()? };
        let mut router = Router::new();
        for service in Service::ALL {
            let routes = match service {
                Service::Scryfall => scryfall::routes(),
                Service::Cardmarket => cardmarket::routes(),
                Service::CardKingdom => cardkingdom::routes(),
                Service::ManaPool => manapool::routes(),
                Service::Tcgcsv => tcgplayer::mirror(),
                Service::Tcgplayer => tcgplayer::api(),
                Service::CardTrader => cardtrader::routes(),
                Service::TopDeck => topdeck::routes(),
                Service::Edhrec => edhrec::routes(),
                Service::Press => press::feed(),
                Service::NewsApi => press::api(),
                Service::Ecb => ecb::routes(),
                Service::OpenAi => openai::routes(),
            };
            let guarded = routes.layer(from_fn_with_state((service, moment.clone()), door::guard));
            router = router.nest(&format!("/{}", service.name()), guarded);
        }
        let router = router.merge(control::routes()).with_state(moment.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { moment })
    }

    /// Where a service is.
    pub fn url(&self, service: Service) -> String {
        self.moment.url(service)
    }

    /// Where they all listen.
    pub fn address(&self) -> SocketAddr {
        self.moment.base
    }

    /// What they sell.
    pub fn world(&self) -> &World {
        self.moment.world()
    }

    /// Changes a service's mood, for so many requests or for good.
    pub fn mood(&self, service: Service, mood: Mood, requests: Option<u32>) {
        locked(&self.moment.shared.moods).insert(service, Mooded { mood, left: requests });
    }

    /// The next moment of the world: some prices change, files are made anew.
    pub fn advance(&self) {
        self.moment.shared.step.fetch_add(1, Ordering::Relaxed);
    }

    /// The moment that it is now.
    pub fn now(&self) -> DateTime<Utc> {
        self.moment.at()
    }

    /// What was asked since the last call.
    pub fn hits(&self) -> Vec<Hit> {
        std::mem::take(&mut *locked(&self.moment.shared.hits))
    }
}
