//! Every market in every mood: each visit ends in a clear state, and what was good before is served on.

use std::time::Duration;

use domain::sources::{Fault, Outside, Patience, Reason, Service, refresh};
use domain::{Error, Result};
use fakes::Mood;
use serde_json::{Value, json};

use crate::sources_stage::{Stage, fake_of, patience};

/// How a visit must end.
#[derive(Debug, PartialEq)]
enum End {
    Failed(Fault),
    Degraded,
}

fn end(service: Service, mood: Mood) -> End {
    match mood {
        Mood::Unauthorized => End::Failed(Fault::Auth),
        Mood::Throttled(seconds) => {
            End::Failed(Fault::RateLimited(Some(Duration::from_secs(seconds.into()))))
        }
        Mood::Broken | Mood::Slow => End::Failed(Fault::Unavailable),
        Mood::Truncated | Mood::Html => End::Failed(Fault::Garbage),
        // The markets do not ask for its word: there it is a wait like any other.
        Mood::Spent => End::Failed(Fault::RateLimited(None)),
        // Fields that may be absent are missed by what does not come of them.
        Mood::Changed if matches!(service, Service::Cardmarket | Service::ManaPool) => End::Degraded,
        Mood::Changed => End::Failed(Fault::Contract),
        Mood::Half => End::Degraded,
        Mood::Good => unreachable!("it is no bad mood"),
    }
}

/// How often the service may have been asked: what may pass is asked again, the rest is not.
fn may_ask(mood: Mood) -> std::ops::RangeInclusive<usize> {
    match mood {
        Mood::Unauthorized | Mood::Throttled(_) => 1..=1,
        Mood::Broken | Mood::Truncated | Mood::Html => 3..=3,
        Mood::Slow => 2..=2,
        _ => 1..=100,
    }
}

/// What people see of a source: how old its word is.
async fn age(stage: &Stage, service: Service) -> Value {
    let status = stage.app.gql("{ dataStatus { sources { source feed observedAt } } }", json!({})).await;
    let (source, feed) = service.prices().unwrap();
    let wanted = |row: &&Value| {
        let name = |text: &str| text.replace('_', "").to_lowercase();
        name(row["source"].as_str().unwrap()) == format!("{source:?}").to_lowercase()
            && name(row["feed"].as_str().unwrap()) == format!("{feed:?}").to_lowercase()
    };
    status["data"]["dataStatus"]["sources"].as_array().unwrap().iter().find(wanted).unwrap().clone()
}

async fn visit(stage: &Stage, service: Service, mood: Mood) -> Result<domain::sources::Outcome> {
    if mood != Mood::Slow {
        return stage.refresh(service).await;
    }
    // Whoever waits for a slow one should not wait long.
    let mut settings = stage.settings.clone();
    settings.patience = Patience { total: Duration::from_millis(400), retries: 1, ..patience() };
    refresh(&stage.app.ctx(), &Outside::new(&settings).unwrap(), service, &()).await
}

async fn every_mood_ends_in_a_clear_state(service: Service) {
    let stage = Stage::new().await;
    stage.refresh(service).await.unwrap();
    let (before, said) = (stage.prices(service).await, age(&stage, service).await);
    let moods = [
        Mood::Unauthorized,
        Mood::Throttled(45),
        Mood::Broken,
        Mood::Slow,
        Mood::Truncated,
        Mood::Html,
        Mood::Changed,
        Mood::Half,
    ];
    for mood in moods {
        let what = format!("{} {mood:?}", service.name());
        stage.fakes.advance();
        stage.fakes.mood(fake_of(service), mood, None);
        stage.fakes.hits();
        let ended = match visit(&stage, service, mood).await {
            Err(Error::Outside(failure)) => {
                assert!(
                    !failure.reason.is_empty() && !failure.reason.contains(fakes::KEY),
                    "{what}: {failure}"
                );
                End::Failed(failure.fault)
            }
            Ok(outcome) => {
                assert!(matches!(outcome.degraded, Some(Reason::Shrunk(_))), "{what}: {outcome:?}");
                End::Degraded
            }
            Err(other) => panic!("{what}: {other:?}"),
        };
        assert_eq!(ended, end(service, mood), "{what}");
        let asked = stage.asked(service);
        assert!(may_ask(mood).contains(&asked), "{what}: asked {asked} times");
        assert_eq!(stage.prices(service).await, before, "{what}: the prices stay");
        assert_eq!(age(&stage, service).await, said, "{what}: with their age");
        let row =
            &stage.app.sql("SELECT fault, error, degraded, open_until FROM source_states", &[]).await[0];
        let fault: Option<String> = row.get(0);
        match &ended {
            End::Failed(kind) => assert_eq!(fault.as_deref(), Some(kind.word()), "{what}"),
            End::Degraded => assert!(row.get::<_, Option<String>>(2).is_some(), "{what}"),
        }
        if matches!(mood, Mood::Throttled(_)) {
            let wait: Option<chrono::DateTime<chrono::Utc>> = row.get(3);
            assert!(wait.is_some(), "{what}: it is left alone as long as it wants");
        }
        // The rest of the moods should not find the breaker open.
        stage.app.sql("UPDATE source_states SET open_until = NULL, failures = 0", &[]).await;
    }
    stage.fakes.mood(fake_of(service), Mood::Good, None);
    let well = stage.refresh(service).await.unwrap();
    assert!(well.degraded.is_none() && well.changed > 0, "{}: {well:?}", service.name());
}

macro_rules! moods {
    ($($test:ident: $service:ident;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            every_mood_ends_in_a_clear_state(Service::$service).await;
        })*
    };
}

moods! {
    cardmarket_in_every_mood: Cardmarket;
    card_kingdom_in_every_mood: CardKingdom;
    mana_pool_in_every_mood: ManaPool;
    the_mirror_of_tcgplayer_in_every_mood: TcgplayerMirror;
    tcgplayer_in_every_mood: TcgplayerApi;
    cardtrader_in_every_mood: CardTrader;
}
