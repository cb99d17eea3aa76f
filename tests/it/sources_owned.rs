//! Prices of the cards that people own, in between the visits of everything: who is asked for what, and that
//! nothing else is touched.

use domain::demo::{self, Product};
use domain::inventory::{self, Addition, Facts};
use domain::jobs::{self as queue, Job, JobState};
use domain::prices::Finish;
use domain::sources::{Most, Outside, Secrets, Service, StandIns, refresh_owned};
use domain::{Actor, Ctx, PrintingId, Roles, SessionId, SignedIn, Tier, UserId};
use fakes::{KEY, Mood, World};
use jobs::tasks::{MarketCollection, OwnedVisit, PriceCollection, Visit};
use jobs::{Doors, Registry};
use serde_json::{Value, json};
use tests::TestApp;

use crate::sources_jobs::{announced, ended, of_kind, registry, run};
use crate::sources_stage::{Stage, fake_of};
use crate::world::{number, printing_id};

const COLLECT: &str = PriceCollection::KIND;
const ASKED: [Service; 2] = [Service::TcgplayerApi, Service::CardTrader];

/// Somebody who owns a copy of each of some printings.
async fn owns(app: &TestApp, scryfall_ids: &[String]) {
    let user =
        "INSERT INTO users (name, access_changed_at, created_at) VALUES ('x', now(), now()) RETURNING id";
    let id = UserId(app.sql(user, &[]).await[0].get(0));
    let user = SignedIn { id, session: SessionId(1), roles: Roles::default(), tier: Tier::User, version: 1 };
    let ctx = Ctx::new(app.app.clone(), Actor::User(user));
    let mut additions = Vec::new();
    for id in scryfall_ids {
        let rows = app.sql("SELECT id, finishes FROM printings WHERE scryfall_id::text = $1", &[id]).await;
        let finishes: i16 = rows[0].get(1);
        let finish = Finish::ALL.iter().copied().find(|one| finishes & one.number() != 0).unwrap();
        let facts = Facts::of(PrintingId(rows[0].get(0)), finish);
        additions.push(Addition { facts, quantity: 1 });
    }
    inventory::add(&ctx, additions).await.unwrap();
}

async fn owns_printings(stage: &Stage, numbers: &[u32]) {
    let ids: Vec<String> = numbers.iter().map(|number| printing_id(*number)).collect();
    owns(&stage.app, &ids).await;
}

async fn visits(stage: &Stage) -> Vec<queue::JobRow> {
    of_kind(&stage.app, OwnedVisit::KIND).await
}

/// What a service was asked since the last call.
fn asked(stage: &Stage) -> (Vec<String>, Vec<String>) {
    let hits = stage.fakes.hits();
    let of = |service| {
        let hits = hits.iter().filter(|hit| hit.service == service);
        hits.map(|hit| hit.path.clone()).collect::<Vec<_>>()
    };
    (of(fakes::Service::Tcgplayer), of(fakes::Service::CardTrader))
}

/// Everything that is known of a feed's prices, of printings of which something is so.
async fn prices(stage: &Stage, service: Service, of: &str) -> String {
    let (_, feed) = service.prices().unwrap();
    let sql = format!(
        "SELECT coalesce(string_agg(concat_ws(',', p.collector_number, kind, finish, condition, amount, version), ';'
             ORDER BY x.id), '')
         FROM price_series x JOIN printings p ON p.id = x.printing_id JOIN mtg_sets s ON s.id = p.set_id
         WHERE x.feed = $1 AND {of}"
    );
    stage.app.sql(&sql, &[&feed.number()]).await[0].get(0)
}

/// What is known of the visits of everything, and what people see of their age.
async fn freshness(stage: &Stage) -> (String, Value, i64, i64) {
    let states = "SELECT coalesce(string_agg(to_jsonb(s)::text, ';' ORDER BY service), '') FROM source_states s WHERE service <> 40";
    let states = stage.app.sql(states, &[]).await[0].get(0);
    let told = "{ dataStatus { sources { source feed observedAt } } }";
    let told = stage.app.gql(told, json!({})).await["data"]["dataStatus"].clone();
    let slices = number(&stage.app, "SELECT count(*) FROM price_slices").await;
    let missed = number(&stage.app, "SELECT count(*) FROM unmatched_products").await;
    (states, told, slices, missed)
}

/// Nobody owns anything here: what is asked for is what would satisfy a want.
#[tokio::test(flavor = "multi_thread")]
async fn what_people_want_is_asked_for_too() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    for service in ASKED {
        stage.refresh(service).await.unwrap();
    }
    let wanted = "WITH u AS (INSERT INTO users (name, access_changed_at, created_at) VALUES ('x', now(), now()) RETURNING id), \
                  l AS (INSERT INTO want_lists (user_id, name, is_default, created_at, changed_at) \
                      SELECT id, 'x', true, now(), now() FROM u RETURNING id, user_id) \
                  INSERT INTO wants (user_id, list_id, card_id, quantity, priority, added_at, changed_at) \
                  SELECT l.user_id, l.id, p.card_id, 1, 3, now(), now() FROM l, printings p WHERE p.scryfall_id::text = $1";
    stage.app.sql(wanted, &[&printing_id(3)]).await;
    (0..40).for_each(|_| stage.fakes.advance());
    asked(&stage);
    let job = queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
    run(&stage.app, registry(&stage, true)).await;
    assert_eq!(ended(&stage.app, job).await.0, JobState::Succeeded);
    let (tcgplayer, cardtrader) = asked(&stage);
    assert!(!tcgplayer.is_empty() && !cardtrader.is_empty(), "{tcgplayer:?} {cardtrader:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_own_is_asked_for_and_nothing_else_is_touched() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    for service in ASKED {
        assert_eq!(stage.refresh(service).await.unwrap().degraded, None);
    }
    owns_printings(&stage, &[3]).await;
    let before = freshness(&stage).await;
    let (own, other) = ("p.collector_number = '3'", "s.code = 'two'");
    let mut known = Vec::new();
    for service in ASKED {
        known.push((prices(&stage, service, own).await, prices(&stage, service, other).await));
    }
    (0..40).for_each(|_| stage.fakes.advance());
    asked(&stage);

    let job = queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
    run(&stage.app, registry(&stage, true)).await;
    assert_eq!(ended(&stage.app, job).await.0, JobState::Succeeded);
    let visits = visits(&stage).await;
    assert_eq!(visits.len(), 2);
    assert!(
        visits.iter().all(|job| job.standing() == JobState::Succeeded && job.rows > Some(0)),
        "{visits:?}"
    );
    let (tcgplayer, cardtrader) = asked(&stage);
    let skus: Vec<String> = (81_030..81_040).map(|sku| sku.to_string()).collect();
    let wanted = [
        "/token".to_owned(),
        "/v1.39.0/catalog/products/8103?includeSkus=true".to_owned(),
        "/v1.39.0/pricing/product/8103".to_owned(),
        format!("/v1.39.0/pricing/sku/{}", skus.join(",")),
    ];
    assert_eq!(tcgplayer, wanted);
    let wanted = ["/expansions", "/blueprints/export?expansion_id=1", "/marketplace/products?expansion_id=1"];
    assert_eq!(cardtrader, wanted, "nobody owns a card of the other expansion");

    assert_eq!(freshness(&stage).await, before, "the market as a whole is as old as it was");
    for (service, (own_before, other_before)) in ASKED.into_iter().zip(known) {
        let name = service.name();
        assert_ne!(prices(&stage, service, own).await, own_before, "{name}: the prices of today");
        assert_eq!(prices(&stage, service, other).await, other_before, "{name}: of others those of before");
        let withdrawn = prices(&stage, service, "x.amount IS NULL").await;
        assert_eq!(withdrawn, "", "{name}: who is not asked withdraws nothing");
    }
    let unowned = prices(&stage, Service::TcgplayerApi, "p.collector_number <> '3' AND x.version > 1").await;
    assert_eq!(unowned, "", "TCGplayer is asked for the card alone");
    for service in ASKED {
        let whole = stage.refresh(service).await.unwrap();
        assert_eq!(whole.degraded, None, "{}: a few prices are no measure for all", service.name());
        assert!(whole.changed > 0, "{}", service.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_prices_of_a_market_may_be_of_owned_cards() {
    let stage = Stage::new().await;
    owns_printings(&stage, &[3]).await;
    stage.app.sql("DELETE FROM outbox", &[]).await;
    for service in ASKED {
        let ctx = stage.app.ctx();
        let came = refresh_owned(&ctx, &stage.outside, service, Most::default(), &()).await.unwrap().unwrap();
        assert!(came.matched > 0 && came.degraded.is_none(), "{came:?}");
        let told = number(&stage.app, "SELECT count(*) FROM outbox WHERE kind = 'prices'").await;
        assert!(told > 0, "{}: they are told each by itself", service.name());
        assert_eq!(number(&stage.app, "SELECT count(*) FROM outbox WHERE kind = 'anew'").await, 0);
        stage.app.sql("DELETE FROM outbox", &[]).await;
        stage.refresh(service).await.unwrap();
        let anew = number(&stage.app, "SELECT count(*) FROM outbox WHERE kind = 'anew'").await;
        assert_eq!(anew, 1, "{}: the whole market is new all the same", service.name());
        stage.app.sql("DELETE FROM outbox", &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_their_turn() {
    let stage = Stage::new().await;
    // Of the numbers that are even the set is another one; the price is the number.
    owns_printings(&stage, &[3, 4, 6]).await;
    let few = Most { printings: 1, sets: 1 };
    let mut turns = (Vec::new(), Vec::new());
    for _ in 0..4 {
        for service in ASKED {
            refresh_owned(&stage.app.ctx(), &stage.outside, service, few, &()).await.unwrap();
        }
        let (tcgplayer, cardtrader) = asked(&stage);
        turns.0.push(tcgplayer[2].rsplit('/').next().unwrap().to_owned());
        turns.1.push(cardtrader[1].rsplit('=').next().unwrap().to_owned());
    }
    assert_eq!(turns.0, ["8106", "8104", "8103", "8106"], "the dearest first, then whoever waited longest");
    assert_eq!(turns.1, ["2", "1", "2", "1"]);

    stage
        .app
        .sql("UPDATE inventory_items SET quantity = 0 WHERE id > (SELECT min(id) FROM inventory_items)", &[])
        .await;
    for service in ASKED {
        refresh_owned(&stage.app.ctx(), &stage.outside, service, Most::default(), &()).await.unwrap();
    }
    let (tcgplayer, cardtrader) = asked(&stage);
    assert_eq!(tcgplayer[2], "/v1.39.0/pricing/product/8103", "what was sold is nobody's");
    assert_eq!(cardtrader.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_that_is_away_or_busy_ends_in_a_clear_state() {
    for (mood, wait) in [(Mood::Broken, 0), (Mood::Throttled(40), 40)] {
        let stage = Stage::new().await;
        announced(&stage.app).await;
        for service in ASKED {
            stage.refresh(service).await.unwrap();
        }
        owns_printings(&stage, &[3]).await;
        let before = [prices(&stage, ASKED[0], "true").await, prices(&stage, ASKED[1], "true").await];
        let age = freshness(&stage).await.1;
        let fake = fake_of(Service::CardTrader);
        stage.fakes.mood(fake, mood, None);
        stage.fakes.advance();
        queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
        run(&stage.app, registry(&stage, true)).await;
        for visit in visits(&stage).await {
            let broken = visit.payload["service"] == "cardtrader";
            let wanted = if broken { JobState::Retrying } else { JobState::Succeeded };
            assert_eq!(visit.standing(), wanted, "{mood:?}: {visit:?}");
            let rests = (visit.run_at - stage.app.ctx().now()).num_seconds();
            assert!(!broken || rests >= wait - 5, "{mood:?}: {rests}");
        }
        assert_eq!(prices(&stage, Service::CardTrader, "true").await, before[1], "{mood:?}");
        assert_eq!(freshness(&stage).await.1, age);
        let failures = "SELECT failures::bigint FROM source_states WHERE service = 7";
        let failed = number(&stage.app, failures).await;
        assert!(failed > 0, "{mood:?}: the breaker knows of it");
        let turns = "SELECT count(*) FROM price_turns WHERE service = 7";
        assert_eq!(number(&stage.app, turns).await, 0, "{mood:?}: it was nobody's turn");

        // While that work waits there is no second of its kind.
        let again = queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
        run(&stage.app, registry(&stage, true)).await;
        assert_eq!(ended(&stage.app, again).await.0, JobState::Succeeded);
        let all = visits(&stage).await;
        let of_cardtrader = all.iter().filter(|job| job.payload["service"] == "cardtrader").count();
        assert_eq!((all.len(), of_cardtrader), (3, 1), "{mood:?}");

        stage.fakes.mood(fake, Mood::Good, None);
        stage.app.sql("UPDATE source_states SET open_until = now() - interval '1 second' WHERE open_until IS NOT NULL", &[]).await;
        stage.app.sql("UPDATE jobs SET run_at = now() WHERE state = 2", &[]).await;
        run(&stage.app, registry(&stage, true)).await;
        let all = visits(&stage).await;
        assert!(all.iter().all(|job| job.standing() == JobState::Succeeded), "{mood:?}: {all:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_asked_and_who_does_not_say_all_withdraws_nothing() {
    let stage = Stage::new().await;
    for service in ASKED {
        stage.refresh(service).await.unwrap();
    }
    // Of most cards, so that it could be taken for a visit of everything.
    owns_printings(&stage, &(1..=40).collect::<Vec<u32>>()).await;
    for mood in [Mood::Good, Mood::Half] {
        for service in ASKED {
            stage.fakes.mood(fake_of(service), mood, None);
            let came = refresh_owned(&stage.app.ctx(), &stage.outside, service, Most::default(), &()).await;
            let came = came.unwrap().unwrap();
            assert!(came.matched > 0 && came.degraded.is_none(), "{mood:?}: {came:?}");
            let withdrawn = prices(&stage, service, "x.amount IS NULL").await;
            assert_eq!(withdrawn, "", "{} {mood:?}", service.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_of_everything_is_not_disturbed() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    owns_printings(&stage, &[3]).await;
    stage.fakes.mood(fakes::Service::CardTrader, Mood::Broken, None);
    queue::trigger(&stage.app.ctx(), MarketCollection::KIND).await.unwrap();
    run(&stage.app, registry(&stage, true)).await;
    let waits = of_kind(&stage.app, Visit::KIND).await;
    assert!(waits.iter().any(|job| job.standing() == JobState::Retrying));
    queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
    run(&stage.app, registry(&stage, true)).await;
    let visits = visits(&stage).await;
    assert_eq!(visits.len(), 1, "{visits:?}");
    assert_eq!(visits[0].payload["service"], "tcgplayer");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_nothing_to_do_it_says_why() {
    let stage = Stage::new().await;
    announced(&stage.app).await;
    let collect = async |registry: Registry| {
        let job = queue::trigger(&stage.app.ctx(), COLLECT).await.unwrap();
        run(&stage.app, registry).await;
        let (state, why) = ended(&stage.app, job).await;
        assert_eq!(state, JobState::NothingToDo, "{why}");
        why
    };
    assert_eq!(collect(registry(&stage, true)).await, "nobody has a card in an inventory");
    owns_printings(&stage, &[3]).await;
    let inside = collect(registry(&stage, false)).await;
    assert_eq!(inside, "this installation does not visit outside services");
    let mut settings = stage.settings.clone();
    settings.secrets = Secrets::default();
    let why = collect(Registry::all().reaching(Doors::new(settings.clone(), true).unwrap())).await;
    for key in ["CARDTRADER_TOKEN", "TCGPLAYER_PUBLIC_KEY", "TCGPLAYER_PRIVATE_KEY"] {
        assert!(why.contains(key), "{why}");
    }
    assert_eq!((asked(&stage), visits(&stage).await.len()), ((Vec::new(), Vec::new()), 0));

    // A card that is sold nowhere, and a stranger who asks.
    stage.app.sql("UPDATE printings SET tcgplayer_id = NULL", &[]).await;
    let outside = Outside::new(&stage.settings).unwrap();
    let most = Most::default();
    let none = refresh_owned(&stage.app.ctx(), &outside, Service::TcgplayerApi, most, &()).await.unwrap();
    assert_eq!((none, stage.fakes.hits().len()), (None, 0));
    let stranger = refresh_owned(&stage.app.visitor(), &outside, Service::CardTrader, most, &()).await;
    assert!(stranger.is_err(), "only the platform itself visits services");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_market_asks_stand_ins() {
    let stage = Stage::empty().await;
    let app = &stage.app;
    demo::load(&app.ctx(), |_, _| ()).await.unwrap();
    announced(app).await;
    let world = World::of_lines(demo::wares().unwrap().into_iter().map(Ok), 7).unwrap();
    let product = |card: &fakes::Card| Product { tcgplayer: card.tcgplayer, cardmarket: card.cardmarket };
    let products = world.cards.iter().map(|card| (card.id.clone(), product(card))).collect();
    let id = world.cards[0].id.clone();
    demo::number(&app.ctx(), &products).await.unwrap();
    let clock = fakes::Clock { began: app.ctx().now(), step: chrono::TimeDelta::hours(1), first: 0 };
    let fakes = fakes::Fakes::start(world, clock, "127.0.0.1:0".parse().unwrap()).await.unwrap();
    owns(app, &[id]).await;
    let stand_ins = StandIns { address: fakes.address(), key: KEY.to_owned() };
    let job = queue::trigger_with(&app.ctx(), COLLECT, &stand_ins).await.unwrap();
    run(app, registry(&stage, false)).await;
    assert_eq!(ended(app, job).await.0, JobState::Succeeded);
    let visits = visits(&stage).await;
    assert_eq!(visits.len(), 2);
    assert!(visits.iter().all(|job| job.standing() == JobState::Succeeded), "{visits:?}");
    let priced = "SELECT count(DISTINCT source) FROM price_series WHERE source <> 9";
    assert_eq!(number(app, priced).await, 2);
    assert!(stage.fakes.hits().is_empty());
}
