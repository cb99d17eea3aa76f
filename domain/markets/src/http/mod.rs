//! How every source is asked: by name, in its own pace, with patience that ends, again where that may
//! help, and not at all while its breaker is open.

mod ask;
mod breaker;
mod policy;
mod public;
mod transfer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{self, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tracing::{Instrument, field};

pub use ask::Ask;
pub use breaker::Breaker;
pub use policy::{Patience, Policy};
pub use public::address as public_address;

use crate::raw::Run;
use crate::{Fault, SourceError};

/// Sources want to know who asks.
pub const USER_AGENT: &str = concat!("DualcasterDeals/", env!("CARGO_PKG_VERSION"));
/// Redirects that are followed, all of them on one host.
const REDIRECTS: usize = 3;
/// Of an answer that tells of an error.
const SHORT: usize = 16 * 1024;
/// Of a small answer that stays in memory.
const SMALL: usize = 1024 * 1024;

/// A source's HTTP client: one a process and source, since it keeps the pace.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    policy: Policy,
    patience: Patience,
    next: tokio::sync::Mutex<Option<Instant>>,
}

impl Client {
    /// A client. `contact` is where the source may complain, if we have such an address.
    pub fn new(policy: Policy, patience: Patience, contact: Option<&str>) -> Result<Self, SourceError> {
        let agent = contact.map_or_else(|| USER_AGENT.to_owned(), |at| format!("{USER_AGENT} (+{at})"));
        let mut builder = reqwest::Client::builder();
        if policy.public_only {
            // A proxy would look names up itself.
            builder = builder.dns_resolver(public::Resolver).no_proxy();
        }
        let http = builder
            .user_agent(agent)
            .connect_timeout(patience.connect)
            .read_timeout(patience.silence)
            .timeout(patience.total.min(policy.total))
            .redirect(reqwest::redirect::Policy::custom(follow))
            // Answers are unpacked here, so that both sizes can be limited.
            .no_gzip()
            .build()
            .map_err(|error| SourceError::broken(policy.name, "client", error))?;
        Ok(Self(Arc::new(Inner { http, policy, patience, next: tokio::sync::Mutex::default() })))
    }

    /// Begins a visit at a moment, with what is known from the visits before.
    pub fn session(&self, known: Known, now: DateTime<Utc>) -> Session {
        let state = State { known, fresh: BTreeMap::new(), requests: 0, bytes: 0 };
        Session { client: self.clone(), began: now, clock: Instant::now(), state: Mutex::new(state) }
    }

    async fn pace(&self) {
        let mut next = self.0.next.lock().await;
        let at = next.unwrap_or_else(Instant::now).max(Instant::now());
        *next = Some(at + self.0.policy.every.min(self.0.patience.slowest_pace));
        drop(next);
        tokio::time::sleep_until(at).await;
    }

    fn backoff(&self) -> ExponentialBuilder {
        let patience = self.0.patience;
        ExponentialBuilder::default()
            .with_min_delay(patience.first_pause)
            .with_max_delay(patience.longest_pause)
            .with_max_times(patience.retries)
            .with_jitter()
    }
}

/// Another address of the same site may be told, another site not: it was not meant by whoever
/// configured the source.
fn follow(attempt: reqwest::redirect::Attempt<'_>) -> reqwest::redirect::Action {
    let site = |url: &reqwest::Url| {
        url.host_str().map(|host| host.trim_start_matches("www.").to_owned()).zip(url.port_or_known_default())
    };
    let (from, to) = (attempt.previous().last(), attempt.url());
    let safe = from.is_some_and(|from| {
        let upgraded = from.scheme() == "http" && to.scheme() == "https";
        let same_host = from
            .host_str()
            .zip(to.host_str())
            .is_some_and(|(a, b)| a.trim_start_matches("www.") == b.trim_start_matches("www."));
        site(from) == site(to) && from.scheme() == to.scheme() || upgraded && same_host
    });
    if attempt.previous().len() > REDIRECTS {
        attempt.error("too many redirects")
    } else if safe {
        attempt.follow()
    } else {
        attempt.error("a redirect to another site")
    }
}

/// What tells whether a file changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
}

impl Validators {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let found = Self { etag: text(header::ETAG), modified: text(header::LAST_MODIFIED) };
        (found != Self::default()).then_some(found)
    }
}

/// What is remembered of a source between visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// By address.
    pub validators: BTreeMap<String, Validators>,
    /// Its breaker.
    pub breaker: Breaker,
}

struct State {
    known: Known,
    fresh: BTreeMap<String, Validators>,
    requests: u64,
    bytes: u64,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// So many unpacked bytes.
    New(u64),
    /// What we have is what there is.
    NotModified,
}

/// One visit to a source.
pub struct Session {
    client: Client,
    began: DateTime<Utc>,
    clock: Instant,
    state: Mutex<State>,
}

impl Session {
    /// When the visit began.
    pub fn began(&self) -> DateTime<Utc> {
        self.began
    }

    fn now(&self) -> DateTime<Utc> {
        self.began + TimeDelta::from_std(self.clock.elapsed()).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What it holds is whole after every statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was learned, to be remembered: of files that were used, and in any case of the breaker.
    pub fn known(&self, used: bool) -> Known {
        let state = self.state();
        let mut known = state.known.clone();
        if used {
            known.validators.clone_from(&state.fresh);
        }
        known
    }

    /// Requests made and unpacked bytes taken.
    pub fn taken(&self) -> (u64, u64) {
        let state = self.state();
        (state.requests, state.bytes)
    }

    /// What came could not be used: the source failed, though it answered.
    pub fn refused(&self) {
        let now = self.now();
        self.state().known.breaker.failed(now);
    }

    /// Fetches an answer into a run's file.
    pub async fn save(&self, run: &Run, name: &str, ask: &Ask) -> Result<Fetched, SourceError> {
        let what = self.what(ask);
        let take = || async {
            let Some((response, validators)) = self.send(ask, &what).await? else {
                return Ok(Fetched::NotModified);
            };
            let target = run.create(name)?;
            let bytes = transfer::store(response, target, &self.client.0.policy, ask.accept, &what).await?;
            let mut state = self.state();
            state.bytes += bytes;
            state.fresh.extend(validators.map(|found| (ask.url.clone(), found)));
            Ok(Fetched::New(bytes))
        };
        self.again(&what, take).await
    }

    /// A small JSON answer that is not kept on disk: a token, for instance.
    pub async fn small<T: for<'a> Deserialize<'a>>(&self, ask: &Ask) -> Result<T, SourceError> {
        let what = self.what(ask);
        let take = || async {
            let failed = |error: reqwest::Error| transfer::lost(&what, &error);
            let Some((mut response, _)) = self.send(ask, &what).await? else {
                return Err(request_error(&what, Fault::Contract, "not modified, unasked"));
            };
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(failed)? {
                if bytes.len() + chunk.len() > SMALL {
                    return Err(request_error(&what, Fault::TooLarge, format!("more than {SMALL} bytes")));
                }
                bytes.extend_from_slice(&chunk);
            }
            let text = transfer::unpacked(bytes, &what)?;
            serde_json::from_slice(&text).map_err(|error| SourceError::json(&what, &error))
        };
        self.again(&what, take).await
    }

    /// Tries, and tries again where that may help.
    async fn again<T, F>(&self, what: &str, take: impl Fn() -> F) -> Result<T, SourceError>
    where
        F: Future<Output = Result<T, SourceError>>,
    {
        let now = self.now();
        if let Some(until) = self.state().known.breaker.open(now) {
            let reason =
                format!("it failed too often and is left alone until {}", until.format("%H:%M:%S UTC"));
            return Err(request_error(what, Fault::Open, reason));
        }
        let longest = self.client.0.patience.longest_pause;
        let attempt = || async {
            let result = take().await;
            self.count(result.as_ref().err().map(SourceError::fault));
            result
        };
        let patient = |error: &SourceError| {
            let wait = match error.fault() {
                Fault::RateLimited(wait) => wait.unwrap_or_default(),
                _ => Duration::ZERO,
            };
            let open = self.state().known.breaker.open(self.now()).is_some();
            error.fault().passes() && wait <= longest && !open
        };
        let pause = |error: &SourceError, pause: Option<Duration>| match error.fault() {
            Fault::RateLimited(Some(wait)) => pause.map(|pause| pause.max(wait)),
            _ => pause,
        };
        let tell = |error: &SourceError, pause: Duration| tracing::info!(%error, ?pause, "asked again after a pause");
        attempt.retry(self.client.backoff()).when(patient).adjust(pause).notify(tell).await
    }

    fn count(&self, fault: Option<Fault>) {
        let now = self.now();
        let breaker = &mut self.state().known.breaker;
        match fault {
            None | Some(Fault::Missing) => breaker.answered(),
            Some(Fault::Here) => {}
            Some(Fault::RateLimited(Some(wait))) if wait > self.client.0.patience.longest_pause => {
                breaker.failed(now);
                breaker.rest(now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1)));
            }
            Some(_) => breaker.failed(now),
        }
    }

    fn what(&self, ask: &Ask) -> String {
        let path = reqwest::Url::parse(&ask.url).map_or_else(|_| String::new(), |url| url.path().to_owned());
        format!("{} {path}", self.client.0.policy.name)
    }

    /// The answer, once its head says that it is one; nothing if we have it already.
    async fn send(
        &self,
        ask: &Ask,
        what: &str,
    ) -> Result<Option<(Response, Option<Validators>)>, SourceError> {
        if self.client.0.policy.public_only
            && let Err(why) = public::address(&ask.url)
        {
            return Err(request_error(what, Fault::Contract, why));
        }
        self.client.pace().await;
        let known = {
            let mut state = self.state();
            state.requests += 1;
            ask.conditional.then(|| state.known.validators.get(&ask.url).cloned()).flatten()
        };
        let request = ask.request(&self.client.0.http, known.as_ref());
        let response = told(request, what).await.map_err(|error| transfer::lost(what, &error))?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && known.is_some() {
            let mut state = self.state();
            state.fresh.extend(known.map(|known| (ask.url.clone(), known)));
            return Ok(None);
        }
        match fault(status, response.headers(), self.now()) {
            None => {
                let validators = Validators::of(response.headers());
                Ok(Some((response, validators)))
            }
            Some(fault) => {
                if ask.forbidden_is_missing && status == StatusCode::FORBIDDEN {
                    return Err(request_error(what, Fault::Missing, format!("answered {status}")));
                }
                if let (Some(word), StatusCode::TOO_MANY_REQUESTS) = (ask.spent, status)
                    && says(response, word, what).await
                {
                    let reason = format!("answered {status}: {word}");
                    return Err(request_error(what, Fault::Spent, reason));
                }
                Err(request_error(what, fault, format!("answered {status}")))
            }
        }
    }
}

/// Whether a short answer, such as one that tells of an error, has a word in it.
async fn says(mut response: Response, word: &str, what: &str) -> bool {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > SHORT {
            break;
        }
    }
    let text = transfer::unpacked(bytes, what).unwrap_or_default();
    String::from_utf8_lossy(&text).contains(word)
}

/// Sends a request, and tells the service of the trace that it belongs to.
async fn told(request: RequestBuilder, what: &str) -> reqwest::Result<Response> {
    let span = tracing::debug_span!("outbound", otel.kind = "client", what, status = field::Empty);
    let send = async {
        let request = match trace::current() {
            Some(parent) => request.header(trace::HEADER, parent),
            None => request,
        };
        request.send().await
    };
    let response = send.instrument(span.clone()).await?;
    span.record("status", response.status().as_u16());
    Ok(response)
}

fn request_error(what: &str, fault: Fault, reason: impl Into<String>) -> SourceError {
    SourceError::Request { what: what.to_owned(), reason: reason.into(), fault }
}

fn fault(status: StatusCode, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Fault> {
    Some(match status.as_u16() {
        200..=299 => return None,
        401 | 403 => Fault::Auth,
        404 | 410 => Fault::Missing,
        429 => Fault::RateLimited(retry_after(headers, now)),
        // Event Registry answers so when too many ask at once, others while they are repaired.
        503 if headers.contains_key(header::RETRY_AFTER) => Fault::RateLimited(retry_after(headers, now)),
        408 | 425 | 500..=599 => Fault::Unavailable,
        _ => Fault::Contract,
    })
}

/// Seconds, or a date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?.to_utc();
    Some((at - now).to_std().unwrap_or_default())
}
