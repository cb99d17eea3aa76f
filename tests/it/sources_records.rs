//! Sources that are no markets, from their stand-ins to typed records.

use std::path::PathBuf;
use std::time::Duration;

use markets::edhrec::Edhrec;
use markets::feeds::Feed;
use markets::http::{Client, Fetched, Known, Patience, Policy};
use markets::newsapi::NewsApi;
use markets::raw::{Bounds, Raw};
use markets::topdeck::TopDeck;
use markets::{Fault, Records, SourceError, Taken};

use fakes::{KEY, Mood};

use crate::sources_stage::{patience, stand_ins};
use crate::world::at;

struct Visits {
    folder: PathBuf,
    raw: Raw,
}

impl Visits {
    fn new() -> Self {
        let folder =
            std::env::temp_dir().join(format!("dualcaster-records-{}", uuid::Uuid::now_v7().simple()));
        Self { raw: Raw::new(folder.clone(), Bounds::default()), folder }
    }

    /// One visit: what was read, and what is to be remembered.
    async fn visit<A: Records>(
        &self,
        source: &A,
        known: Known,
        patience: Patience,
    ) -> Result<(Option<Taken<A::Record>>, Known), SourceError> {
        let client = Client::new(Policy::api("test", Duration::ZERO), patience, None)?;
        let session = client.session(known, at("2026-11-22"));
        let run = self.raw.begin("test", at("2026-11-22"))?;
        let fetched = source.fetch(&session, &run, &()).await?;
        let read = (fetched != Fetched::NotModified).then(|| source.read(&run)).transpose()?;
        Ok((read, session.known(true)))
    }

    async fn read<A: Records>(&self, source: &A) -> (Vec<A::Record>, Known) {
        let (read, known) = self.visit(source, Known::default(), patience()).await.unwrap();
        let taken = read.unwrap();
        assert_eq!(taken.unread, 0, "{:?}", taken.reason);
        (taken.rows, known)
    }
}

impl Drop for Visits {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

/// Every bad mood of a source ends in the fault that it should.
async fn moods<A: Records>(fakes: &fakes::Fakes, service: fakes::Service, source: &A, changed: Option<Fault>)
where
    A::Record: std::fmt::Debug,
{
    let visits = Visits::new();
    let short = Patience { total: Duration::from_millis(400), retries: 1, ..patience() };
    let wait = Some(Duration::from_secs(45));
    let all = [
        (Mood::Unauthorized, Some(Fault::Auth)),
        (Mood::Throttled(45), Some(Fault::RateLimited(wait))),
        (Mood::Broken, Some(Fault::Unavailable)),
        (Mood::Slow, Some(Fault::Unavailable)),
        (Mood::Truncated, Some(Fault::Garbage)),
        (Mood::Html, Some(Fault::Garbage)),
        (Mood::Changed, changed),
        (Mood::Half, None),
        (Mood::Good, None),
    ];
    for (mood, fault) in all {
        fakes.mood(service, mood, None);
        let patience = if mood == Mood::Slow { short } else { patience() };
        let ended = visits.visit(source, Known::default(), patience).await;
        assert_eq!(
            ended.as_ref().err().map(SourceError::fault),
            fault,
            "{service:?} {mood:?}: {:?}",
            ended.map(|e| e.0)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tournaments_without_players() {
    let (fakes, visits) = (stand_ins().await, Visits::new());
    let source = TopDeck {
        base: fakes.url(fakes::Service::TopDeck),
        key: KEY.to_owned(),
        formats: vec!["EDH".to_owned(), "Modern".to_owned()],
        days: 10,
    };
    let (found, _) = visits.read(&source).await;
    assert_eq!(found.len(), 10, "one every other day in each format, none twice");
    let asked = fakes.hits().len();
    assert_eq!(asked, 4, "ten days are two requests for each format");
    let winner = &found[0].standings[0];
    assert_eq!((winner.wins, winner.losses, winner.cards().is_empty()), (5, 0, false));
    assert!(winner.cards().iter().all(|(part, name, copies)| {
        *part == "Mainboard" && name.starts_with("Test Card") && *copies == 4
    }));
    assert!(!format!("{found:?}").contains("Player"), "names are not read");
    moods(&fakes, fakes::Service::TopDeck, &source, Some(Fault::Contract)).await;
    let wrong = TopDeck { key: "wrong".to_owned(), ..source };
    let refused = visits.visit(&wrong, Known::default(), patience()).await.unwrap_err();
    assert_eq!(refused.fault(), Fault::Auth);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_commanders() {
    let (fakes, visits) = (stand_ins().await, Visits::new());
    let commanders = ["Test Card 1", "Nobody, the Unknown", "Test Card 2"].map(str::to_owned).to_vec();
    let source = Edhrec { base: fakes.url(fakes::Service::Edhrec), commanders };
    let (pages, known) = visits.read(&source).await;
    assert!(pages.iter().all(|page| page.salt == Some(0.5)));
    let played: Vec<_> = pages.iter().flat_map(|page| &page.played).collect();
    assert_eq!(played.len(), 40, "two pages of twenty; who has no page is left out");
    assert!(played.iter().all(|card| card.possible == 4_000 && card.decks <= card.possible));
    let (again, _) = visits.visit(&source, known, patience()).await.unwrap();
    assert!(again.is_none(), "nothing changed there");
    fakes.mood(fakes::Service::Edhrec, Mood::Good, None);
    // Nobody's page is missing however often it is asked for; a key would not help.
    let one = Edhrec { commanders: vec!["Test Card 1".to_owned()], ..source };
    fakes.mood(fakes::Service::Edhrec, Mood::Changed, None);
    let changed = visits.visit(&one, Known::default(), patience()).await.unwrap_err();
    assert_eq!(changed.fault(), Fault::Contract);
    moods(&fakes, fakes::Service::Edhrec, &one, Some(Fault::Contract)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_of_publishers() {
    let (fakes, visits) = (stand_ins().await, Visits::new());
    let url = format!("{}/feed", fakes.url(fakes::Service::Press));
    let source = Feed { name: "The Stand-in".to_owned(), url, file: "feed".to_owned() };
    let (articles, known) = visits.read(&source).await;
    assert_eq!(articles.len(), 5);
    let newest = &articles[0];
    let facts = (newest.id.as_str(), newest.url.as_str(), newest.summary.as_str());
    assert_eq!(facts, ("press-5", "https://press.example/5", "It is played & bought."));
    assert_eq!(newest.published_at, Some(fakes.now()));
    let (again, known) = visits.visit(&source, known, patience()).await.unwrap();
    assert!(again.is_none(), "nothing was published since");
    fakes.advance();
    let (more, _) = visits.visit(&source, known, patience()).await.unwrap();
    assert_eq!(more.unwrap().rows.len(), 6);

    // A page for people is no feed; half a feed is none either; an article without an address is left out.
    for mood in [Mood::Html, Mood::Truncated] {
        fakes.mood(fakes::Service::Press, mood, None);
        let broken = visits.visit(&source, Known::default(), patience()).await.unwrap_err();
        assert_eq!(broken.fault(), Fault::Garbage, "{mood:?}");
    }
    moods(&fakes, fakes::Service::Press, &source, Some(Fault::Garbage)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_from_everywhere() {
    let (fakes, visits) = (stand_ins().await, Visits::new());
    for _ in 0..210 {
        fakes.advance();
    }
    let source = NewsApi { base: fakes.url(fakes::Service::NewsApi), key: KEY.to_owned(), days: 7 };
    let (articles, _) = visits.read(&source).await;
    assert_eq!(articles.len(), 172, "three pages, without the fifth that are copies");
    assert_eq!(fakes.hits().len(), 3);
    assert!(articles.iter().all(|article| article.publisher == "The Stand-in"));
    moods(&fakes, fakes::Service::NewsApi, &source, Some(Fault::Contract)).await;
}
