//! Every market, from its stand-in to prices on printings.

use domain::Error;
use domain::prices::Unmatched;
use domain::sources::{self, Fault, Outside, Reason, Secrets, Service};
use fakes::Mood;
use serde_json::json;

use crate::sources_stage::{ENGLISH, MARKETS, Stage, fake_of};
use crate::world::number;

const HISTORY: &str = "SELECT count(*) FROM price_history";

#[tokio::test(flavor = "multi_thread")]
async fn every_market_is_stored_once_and_then_only_its_changes() {
    let stage = Stage::new().await;
    for (service, fake) in MARKETS {
        let name = service.name();
        let first = stage.refresh(service).await.unwrap();
        assert_eq!(first.degraded, None, "{name}");
        assert!(first.matched > u64::from(ENGLISH), "{name}: {first:?}");
        assert_eq!((first.changed, first.rows > first.matched), (first.matched, true), "{name}: {first:?}");
        let rows = number(&stage.app, HISTORY).await;

        stage.fakes.hits();
        let again = stage.refresh(service).await.unwrap();
        let facts = (again.changed, again.degraded.clone(), number(&stage.app, HISTORY).await);
        assert_eq!(facts, (0, None, rows), "{name}: the same again writes nothing");
        let validates = matches!(service, Service::Cardmarket | Service::TcgplayerMirror);
        assert_eq!(again.not_modified, validates, "{name}");
        if validates {
            assert_eq!(stage.asked(service), 1, "{name}: one question tells that nothing changed");
            assert_eq!(again.observed_at, Some(stage.fakes.now()), "{name}");
        }

        stage.fakes.advance();
        let next = stage.refresh(service).await.unwrap();
        assert!(next.changed > 0 && next.changed < first.matched, "{name}: some prices move: {next:?}");
        assert_eq!((next.degraded, next.not_modified), (None, false), "{name}");
        if !matches!(service, Service::TcgplayerApi | Service::CardTrader) {
            assert_eq!(next.observed_at, Some(stage.fakes.now()), "{name}: the source's own time");
        }
        let state = state(&stage, service).await;
        assert_eq!((state.changed, state.failures, state.fault), (next.changed as i64, 0, None), "{name}");
        assert_eq!(
            stage.kept(service),
            if validates { 2 } else { 3 },
            "{name}: visits are kept, at most three"
        );
        assert!(!stage.fakes.hits().iter().any(|hit| hit.status >= 400 && hit.service == fake), "{name}");
    }
}

async fn state(stage: &Stage, service: Service) -> sources::SourceState {
    let states = sources::states(&stage.app.ctx()).await.unwrap();
    states.into_iter().find(|state| state.service() == Some(service)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_on_the_printing_finish_language_and_condition_they_are_of() {
    let stage = Stage::new().await;
    for (service, _) in MARKETS {
        stage.refresh(service).await.unwrap();
    }
    let (nonfoil, foil, etched) = (1, 2, 4);
    let (market, low, trend, retail) = (1, 2, 3, 8);
    let price = async |service, printing, of| stage.price(service, printing, of).await;
    // The third card costs 3.50; the stand-ins sell it at their share of that.
    assert_eq!(price(Service::TcgplayerMirror, 3, (market, nonfoil, 1)).await, Some(350));
    assert_eq!(price(Service::TcgplayerMirror, 3, (market, foil, 1)).await, Some(525));
    assert_eq!(price(Service::TcgplayerApi, 3, (low, nonfoil, 2)).await, Some(297), "lightly played");
    assert_eq!(price(Service::Cardmarket, 3, (trend, nonfoil, 1)).await, Some(315));
    assert_eq!(price(Service::CardTrader, 3, (low, nonfoil, 1)).await, Some(315), "the cheapest true offer");
    let kingdom = price(Service::CardKingdom, 3, (retail, nonfoil, 1)).await;
    assert!(kingdom.is_none_or(|cents| cents == 385), "{kingdom:?}");
    // A product of the etched one alone, and rows for finishes that a card has not.
    for (printing, finish, absent) in [(7, etched, foil), (5, foil, nonfoil)] {
        for service in [Service::TcgplayerMirror, Service::TcgplayerApi] {
            let name = service.name();
            assert!(price(service, printing, (market, finish, 1)).await.is_some(), "{name} {printing}");
            assert_eq!(price(service, printing, (market, absent, 1)).await, None, "{name} {printing}");
        }
        assert!(price(Service::Cardmarket, printing, (trend, finish, 1)).await.is_some(), "{printing}");
    }
    // What speaks Japanese is on the Japanese printing, and on no other.
    let japanese = "SELECT count(*) FROM price_series s JOIN printings p ON p.id = s.printing_id
                    WHERE p.lang = 'ja' AND s.feed <> 1";
    let of = |feed: i16| format!("{japanese} AND s.feed = {feed}");
    assert!(number(&stage.app, &of(6)).await > 0 && number(&stage.app, &of(7)).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_place_is_counted_and_listed() {
    let stage = Stage::new().await;
    let first = stage.refresh(Service::CardKingdom).await.unwrap();
    let listed = sources::unmatched(&stage.app.ctx(), Service::CardKingdom, 0).await.unwrap();
    assert_eq!((first.unmatched, listed.len()), (3, 3));
    let names: Vec<_> = listed.iter().map(|missing| (missing.product.as_str(), missing.amount)).collect();
    assert_eq!(names, [("ZZZ-0003", Some(3_000)), ("ZZZ-0002", Some(2_000)), ("ZZZ-0001", Some(1_000))]);
    assert_eq!(listed[0].reason(), Some(Unmatched::Unknown));
    assert_eq!(listed[0].name, "Card From Nowhere 3");

    // A card leaves the catalogue: its products are missed. It comes back: they are not.
    let gone = "UPDATE printings SET removed_at = now() WHERE collector_number = '11' AND lang = 'en'";
    stage.app.sql(gone, &[]).await;
    stage.refresh(Service::CardKingdom).await.unwrap();
    let listed = sources::unmatched(&stage.app.ctx(), Service::CardKingdom, 0).await.unwrap();
    assert_eq!(listed.len(), 5);
    stage.app.sql("UPDATE printings SET removed_at = NULL", &[]).await;
    let read = sources::reread(&stage.app.ctx(), &stage.outside, Service::CardKingdom).await.unwrap();
    assert_eq!(read.len(), 2, "what was kept is read again, without asking");
    assert_eq!(sources::unmatched(&stage.app.ctx(), Service::CardKingdom, 0).await.unwrap().len(), 3);
    let visitor = sources::unmatched(&stage.app.visitor(), Service::CardKingdom, 0).await;
    assert!(matches!(visitor, Err(Error::Unauthenticated)), "{visitor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_is_asked_again_and_then_left_alone() {
    let stage = Stage::new().await;
    let service = Service::CardKingdom;
    stage.fakes.mood(fake_of(service), Mood::Broken, Some(2));
    stage.refresh(service).await.unwrap();
    assert_eq!(stage.asked(service), 3, "the third answer was good");

    stage.fakes.advance();
    stage.fakes.mood(fake_of(service), Mood::Broken, None);
    assert_eq!(stage.fails(service).await.fault, Fault::Unavailable);
    assert_eq!((stage.asked(service), state(&stage, service).await.open_until), (3, None));
    assert_eq!(stage.fails(service).await.fault, Fault::Unavailable);
    assert_eq!(stage.asked(service), 2, "the fifth failure in a row opens the breaker");
    let open = state(&stage, service).await;
    assert!(open.open_until.is_some_and(|until| until > stage.app.ctx().now()), "{open:?}");
    assert_eq!((open.failures, open.fault.as_deref()), (5, Some("unavailable")));
    assert_eq!(stage.fails(service).await.fault, Fault::Open);
    assert_eq!(stage.asked(service), 0, "while it is open nothing is asked");

    // A minute later it is tried, and after two answers it is trusted again.
    stage.app.sql("UPDATE source_states SET open_until = now() - interval '1 second'", &[]).await;
    stage.fakes.mood(fake_of(service), Mood::Good, None);
    assert!(stage.refresh(service).await.unwrap().changed > 0);
    assert_eq!(state(&stage, service).await.failures, 5, "one answer is not enough");
    stage.refresh(service).await.unwrap();
    let closed = state(&stage, service).await;
    assert_eq!((closed.failures, closed.open_until, closed.fault, closed.error), (0, None, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_asked() {
    let stage = Stage::new().await;
    let mut settings = stage.settings.clone();
    settings.secrets = Secrets::default();
    let outside = Outside::new(&settings).unwrap();
    for service in [Service::TcgplayerApi, Service::CardTrader] {
        let outcome = sources::refresh(&stage.app.ctx(), &outside, service, &()).await.unwrap();
        assert_eq!((outcome.degraded, stage.asked(service)), (Some(Reason::NotConfigured), 0));
    }
    let visitor = sources::refresh(&stage.app.visitor(), &outside, Service::Cardmarket, &()).await;
    assert!(visitor.is_err(), "only the platform itself visits services");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_comes_from_the_stand_in_too() {
    let stage = Stage::empty().await;
    let first = stage.refresh(Service::Scryfall).await.unwrap();
    assert_eq!((first.rows, first.degraded), (u64::from(ENGLISH) + 5, None));
    let again = stage.refresh(Service::Scryfall).await.unwrap();
    assert_eq!((again.not_modified, again.changed), (true, 0), "only when there is a newer file");
    let markets = stage.refresh(Service::ManaPool).await.unwrap();
    assert!(markets.matched > 0);
    let status = stage.app.gql("{ dataStatus { sources { source feed observedAt } } }", json!({})).await;
    let sources = status["data"]["dataStatus"]["sources"].as_array().unwrap_or_else(|| panic!("{status}"));
    assert!(sources.iter().any(|source| source["source"] == "MANA_POOL"), "{status}");
    stage.fakes.mood(fakes::Service::Scryfall, Mood::Changed, None);
    stage.app.sql("UPDATE source_states SET observed_at = NULL", &[]).await;
    assert_eq!(stage.fails(Service::Scryfall).await.fault, Fault::Contract);
}
