//! The clock's visits of the markets: who is visited, by whose leave, and what the queue says of it.

use domain::demo::{self, Product};
use domain::jobs::{self as queue, Job, JobFilter, JobRow, JobState};
use domain::sources::StandIns;
use domain::{Page, Result};
use fakes::{KEY, Mood, World};
use jobs::tasks::{MarketCollection, Visit};
use jobs::{Doors, Registry};
use tests::TestApp;

use crate::sources_stage::{MARKETS, Stage};
use crate::world::number;

const COLLECT: &str = MarketCollection::KIND;

pub fn registry(stage: &Stage, world: bool) -> Registry {
    Registry::all().reaching(Doors::new(stage.settings.clone(), world).unwrap())
}

pub async fn announced(app: &TestApp) {
    queue::announce(&app.ctx(), &Registry::all().announced()).await.unwrap();
}

/// Runs the queue until nothing is due.
pub async fn run(app: &TestApp, registry: Registry) {
    jobs::run_due(app.app.clone(), registry).await.unwrap();
}

pub async fn ended(app: &TestApp, job: JobRow) -> (JobState, String) {
    let job = queue::job(&app.ctx(), job.id).await.unwrap().unwrap();
    let failed = job.failures().pop().map(|failed| failed.chain.join(": "));
    (job.standing(), job.note.clone().or(failed).unwrap_or_default())
}

async fn visits(app: &TestApp) -> Vec<JobRow> {
    of_kind(app, Visit::KIND).await
}

pub async fn of_kind(app: &TestApp, kind: &str) -> Vec<JobRow> {
    let filter = JobFilter { kind: Some(kind.to_owned()), ..JobFilter::default() };
    queue::jobs(&app.ctx(), &filter, &Page::new(50, None).unwrap()).await.unwrap()
}

async fn with_stand_ins(app: &TestApp, address: &str) -> Result<JobRow> {
    let stand_ins = StandIns { address: address.parse().unwrap(), key: KEY.to_owned() };
    queue::trigger_with(&app.ctx(), COLLECT, &stand_ins).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_market_is_a_visit_of_its_own_and_a_broken_one_holds_up_no_other() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    stage.fakes.mood(fakes::Service::ManaPool, Mood::Broken, None);
    let job = queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
    run(&stage.app, registry(&stage, true)).await;
    assert_eq!(ended(&stage.app, job).await.0, JobState::Succeeded);
    let visits = visits(&stage.app).await;
    assert_eq!(visits.len(), MARKETS.len());
    for visit in visits {
        let broken = visit.payload["service"] == "manapool";
        let wanted = if broken { JobState::Retrying } else { JobState::Succeeded };
        assert_eq!(visit.standing(), wanted, "{visit:?}");
        assert!(broken || visit.rows > Some(0), "{visit:?}");
    }
    let sources = number(&stage.app, "SELECT count(DISTINCT feed) FROM price_series WHERE feed <> 1").await;
    assert_eq!(sources, MARKETS.len() as i64 - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_stays_inside_says_so() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    for name in [COLLECT, "buylist_collection", "bulk_refresh"] {
        let job = queue::trigger(&stage.app.ctx(), name).await.unwrap();
        run(&stage.app, registry(&stage, false)).await;
        let why = "this installation does not visit outside services".to_owned();
        assert_eq!(ended(&stage.app, job).await, (JobState::NothingToDo, why), "{name}");
    }
    assert!(stage.fakes.hits().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_market_visits_stand_ins_of_this_machine_alone() {
    let stage = Stage::empty().await;
    let app = &stage.app;
    demo::load(&app.ctx(), |_, _| ()).await.unwrap();
    announced(app).await;
    let job = queue::trigger(&app.ctx(), COLLECT).await.unwrap();
    run(app, registry(&stage, true)).await;
    let why = "the demo market is no place for what is real".to_owned();
    assert_eq!(ended(app, job).await, (JobState::NothingToDo, why));

    let far = with_stand_ins(app, "192.0.2.1:80").await.unwrap();
    run(app, registry(&stage, true)).await;
    assert_eq!(ended(app, far).await, (JobState::Dead, "stand-ins are on this machine".to_owned()));

    let world = World::of_lines(demo::wares().unwrap().into_iter().map(Ok), 7).unwrap();
    let product = |card: &fakes::Card| Product { tcgplayer: card.tcgplayer, cardmarket: card.cardmarket };
    let products = world.cards.iter().map(|card| (card.id.clone(), product(card))).collect();
    demo::number(&app.ctx(), &products).await.unwrap();
    let clock = fakes::Clock { began: app.ctx().now(), step: chrono::TimeDelta::hours(1), first: 0 };
    let fakes = fakes::Fakes::start(world, clock, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let near = with_stand_ins(app, &fakes.address().to_string()).await.unwrap();
    run(app, registry(&stage, false)).await;
    assert_eq!(ended(app, near).await.0, JobState::Succeeded);
    for visit in visits(app).await {
        assert_eq!(visit.standing(), JobState::Succeeded, "{visit:?}");
    }
    let priced = "SELECT count(DISTINCT source) FROM price_series WHERE source <> 9";
    assert_eq!(number(app, priced).await, 5);
    assert!(stage.fakes.hits().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn stand_ins_never_sell_into_a_real_market() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    let job = with_stand_ins(&stage.app, &stage.fakes.address().to_string()).await.unwrap();
    run(&stage.app, registry(&stage, true)).await;
    let (state, why) = ended(&stage.app, job).await;
    assert_eq!((state, why.as_str()), (JobState::Dead, "stand-ins are for the demo market alone"));
    let asked: usize = MARKETS.iter().map(|(service, _)| stage.asked(*service)).sum();
    assert!(asked == 0 && visits(&stage.app).await.is_empty());
    let stranger = stage.app.visitor();
    let stand_ins = StandIns { address: stage.fakes.address(), key: KEY.to_owned() };
    assert_eq!(queue::trigger_with(&stranger, COLLECT, &stand_ins).await.unwrap_err().code(), "NOT_FOUND");
}
