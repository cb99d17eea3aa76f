use std::sync::Arc;

use markets::http::{Known, Session};
use markets::{Adapter, Progress, cardkingdom, cardmarket, cardtrader, manapool, openai, tcgplayer};

use super::market::Breadth;
use super::model::{Failure, Missing, Outcome, Reason, Service, SourceState};
use super::outside::Outside;
use super::{market, queries, rates, records, scryfall};
use crate::data::{self, DataOrigin};
use crate::{Ctx, Error, Result, fx};

/// Visits a service and stores what it has to say. An error is typed (`Error::Outside`); a service that
/// answers, but not well enough, ends in `degraded`. Either way what we had before is served on.
pub async fn refresh(
    ctx: &Ctx,
    outside: &Outside,
    service: Service,
    progress: &dyn Progress,
) -> Result<Outcome> {
    ctx.require_service()?;
    match service {
        Service::Scryfall => {}
        Service::Ecb => fx::admit(ctx, outside.rates()).await?,
        _ if service.prices().is_none() => belongs_to_cards(ctx).await?,
        _ => {}
    }
    let mut conn = ctx.conn().await?;
    let known = queries::of(&mut conn, service.number()).await?.map(|state| state.known());
    queries::visit(&mut conn, service.number(), ctx.now()).await?;
    drop(conn);
    let session = outside.client(service).session(known.unwrap_or_default(), ctx.now());
    let result = visit(ctx, outside, service, &session, progress).await;
    record(ctx, service, &session, result.as_ref()).await?;
    result
}

/// News and tournaments are about real cards; without any there is nothing to hang them on.
async fn belongs_to_cards(ctx: &Ctx) -> Result<()> {
    match data::origin(ctx).await? {
        DataOrigin::Real => Ok(()),
        DataOrigin::Demo => Err(Error::Conflict("the demo market is no place for what is real".to_owned())),
        DataOrigin::Empty => {
            Err(Error::Conflict("there is no catalogue yet: load the cards first".to_owned()))
        }
    }
}

async fn visit(
    ctx: &Ctx,
    outside: &Outside,
    service: Service,
    session: &Session,
    progress: &dyn Progress,
) -> Result<Outcome> {
    macro_rules! market {
        ($adapter:expr) => {
            market::visit(ctx, outside, (service, Breadth::All), session, $adapter, progress).await
        };
    }
    let not_configured = Outcome { degraded: Some(Reason::NotConfigured), ..Outcome::default() };
    match service {
        Service::Scryfall => scryfall::visit(ctx, outside, session, progress).await,
        Service::Cardmarket => market!(outside.cardmarket()),
        Service::CardKingdom => market!(outside.cardkingdom()),
        Service::ManaPool => market!(outside.manapool()),
        Service::TcgplayerMirror => market!(outside.mirror()),
        Service::TcgplayerApi => match outside.tcgplayer() {
            Some(adapter) => market!(adapter),
            None => Ok(not_configured),
        },
        Service::CardTrader => match outside.cardtrader() {
            Some(adapter) => market!(adapter),
            None => Ok(not_configured),
        },
        Service::Feeds => records::feeds(ctx, outside, progress).await,
        Service::NewsApi => match outside.newsapi() {
            Some(source) => records::articles(ctx, outside, session, source, progress).await,
            None => Ok(not_configured),
        },
        Service::TopDeck => match outside.topdeck() {
            Some(source) => records::tournaments(ctx, outside, session, source, progress).await,
            None => Ok(not_configured),
        },
        Service::Edhrec => records::edhrec(ctx, outside, session, progress).await,
        Service::Ecb => rates::visit(ctx, outside, session, progress).await,
        Service::OpenAi => Err(Error::invalid("service", "has nothing to visit: it is asked for vectors")),
    }
}

impl Outside {
    fn cardmarket(&self) -> cardmarket::Cardmarket {
        cardmarket::Cardmarket { base: self.addresses.cardmarket.clone() }
    }

    fn cardkingdom(&self) -> cardkingdom::CardKingdom {
        cardkingdom::CardKingdom { base: self.addresses.cardkingdom.clone() }
    }

    fn manapool(&self) -> manapool::ManaPool {
        manapool::ManaPool { base: self.addresses.manapool.clone() }
    }

    fn mirror(&self) -> tcgplayer::Mirror {
        tcgplayer::Mirror { base: self.addresses.tcgcsv.clone() }
    }

    pub(super) fn tcgplayer(&self) -> Option<tcgplayer::Api> {
        let keys = self.secrets.tcgplayer.clone()?;
        Some(tcgplayer::Api { base: self.addresses.tcgplayer.clone(), keys, only: None })
    }

    pub(super) fn cardtrader(&self) -> Option<cardtrader::CardTrader> {
        let token = self.secrets.cardtrader.clone()?;
        Some(cardtrader::CardTrader { base: self.addresses.cardtrader.clone(), token, only: None })
    }
}

/// Remembers how a visit ended.
async fn record(
    ctx: &Ctx,
    service: Service,
    session: &Session,
    result: std::result::Result<&Outcome, &Error>,
) -> Result<()> {
    let now = ctx.renewed().now();
    let mut conn = ctx.conn().await?;
    // What was not used must be fetched again, so its validators are not remembered.
    let used = result.is_ok_and(|outcome| outcome.degraded.is_none());
    let known: Known = session.known(used);
    queries::learn(&mut conn, service.number(), &known).await?;
    match result {
        Ok(outcome) => queries::succeed(&mut conn, service.number(), outcome, now).await?,
        Err(Error::Outside(failure)) => queries::fail(&mut conn, service.number(), failure, now).await?,
        Err(error) => {
            // The fault is ours: it is shown, but says nothing about the service.
            let (fault, reason) = (markets::Fault::Here, error.to_string());
            queries::fail(&mut conn, service.number(), &Failure { service, fault, reason }, now).await?
        }
    };
    Ok(())
}

/// Reads again what a market's kept visits brought, oldest first, those of owned cards last: after links were added, or by a
/// version that understands more. What is stored already stays as it is.
pub async fn reread(ctx: &Ctx, outside: &Outside, service: Service) -> Result<Vec<Outcome>> {
    ctx.require_service()?;
    macro_rules! again {
        ($adapter:expr) => {
            again(ctx, outside, service, $adapter).await
        };
    }
    match service {
        Service::Scryfall
        | Service::TopDeck
        | Service::Edhrec
        | Service::Feeds
        | Service::NewsApi
        | Service::OpenAi => Ok(Vec::new()),
        Service::Ecb => rates::reread(ctx, outside).await,
        Service::Cardmarket => again!(outside.cardmarket()),
        Service::CardKingdom => again!(outside.cardkingdom()),
        Service::ManaPool => again!(outside.manapool()),
        Service::TcgplayerMirror => again!(outside.mirror()),
        Service::TcgplayerApi => match outside.tcgplayer() {
            Some(adapter) => again!(adapter),
            None => Ok(Vec::new()),
        },
        Service::CardTrader => match outside.cardtrader() {
            Some(adapter) => again!(adapter),
            None => Ok(Vec::new()),
        },
    }
}

async fn again<A: Adapter>(
    ctx: &Ctx,
    outside: &Outside,
    service: Service,
    adapter: A,
) -> Result<Vec<Outcome>> {
    let Some(prices) = service.prices() else { return Ok(Vec::new()) };
    let failed = |error: &markets::SourceError| Error::outside(Failure::of(service, error));
    let adapter = Arc::new(adapter);
    let (mut all, mut runs) = (Vec::new(), Vec::new());
    for breadth in [Breadth::All, Breadth::Owned] {
        runs.extend(outside.raw.runs(&breadth.folder(service)).map_err(|error| failed(&error))?);
    }
    for run in runs {
        let folder = run.folder().display().to_string();
        match market::take(&ctx.renewed(), outside.origin, prices, adapter.clone(), &Arc::new(run), &())
            .await?
        {
            Ok((head, done)) => all.push(Outcome::of(&done, head)),
            Err(error) => tracing::warn!(%error, folder, "a kept visit cannot be read"),
        }
    }
    Ok(all)
}

/// What is known of every service that was ever visited; for admins.
pub async fn states(ctx: &Ctx) -> Result<Vec<SourceState>> {
    ctx.require_operator()?;
    Ok(queries::all(&mut *ctx.conn().await?).await?)
}

/// Products of a market that belong to no printing, the dearest first, a hundred at a time; for admins.
pub async fn unmatched(ctx: &Ctx, service: Service, offset: u32) -> Result<Vec<Missing>> {
    ctx.require_operator()?;
    let Some((_, feed)) = service.prices() else { return Ok(Vec::new()) };
    Ok(queries::unmatched(&mut *ctx.conn().await?, feed.number(), offset.into()).await?)
}

/// The model of OpenAI's that is asked, with the size of its vectors.
pub(crate) const EMBEDDING_MODEL: &str = "text-embedding-3-small@256";
/// Texts of a request.
pub(crate) const EMBEDDED_AT_ONCE: usize = openai::AT_ONCE;

/// Vectors of some texts, by OpenAI, and the tokens that it counted. What becomes of it is remembered as
/// that of a visit.
pub(crate) async fn embed(
    ctx: &Ctx,
    outside: &Outside,
    texts: Vec<String>,
    dim: usize,
) -> Result<(Vec<Vec<f32>>, u64)> {
    ctx.require_service()?;
    let service = Service::OpenAi;
    let Some(key) = outside.secrets.openai.clone() else {
        return Err(Error::invalid("openai_api_key", "there is none"));
    };
    let api = openai::OpenAi { base: outside.addresses.openai.clone(), key };
    let mut conn = ctx.conn().await?;
    let known = queries::of(&mut conn, service.number()).await?.map(|state| state.known());
    queries::visit(&mut conn, service.number(), ctx.now()).await?;
    drop(conn);
    let session = outside.client(service).session(known.unwrap_or_default(), ctx.now());
    let answer = api.embed(&session, &texts, dim).await;
    let answer = answer.map_err(|error| Error::outside(Failure::of(service, &error)));
    let count = texts.len() as u64;
    let outcome = Outcome {
        rows: count,
        matched: count,
        changed: count,
        observed_at: Some(ctx.now()),
        ..Outcome::default()
    };
    record(ctx, service, &session, answer.as_ref().map(|_| &outcome)).await?;
    answer.map(|embedded| (embedded.vectors, embedded.tokens))
}
