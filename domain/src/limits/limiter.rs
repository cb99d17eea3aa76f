use std::fmt::Display;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bb8_redis::bb8::{Pool, RunError};
use redis::{RedisError, RedisResult};

use super::local::Local;
use super::model::{Budget, Payer, Rate, Refusal, Tier};
use super::pool::{self, Manager};

/// Redis answers in well below a millisecond, or something is wrong: with it, or with this machine.
const PATIENCE: Duration = Duration::from_millis(750);
/// Who is silent once may have been held up. An outage for everybody is declared after so many times.
const ASKED: usize = 2;
const TAKE: &str = include_str!("take.lua");

/// The budgets, and whether they can be had.
pub struct Limiter {
    pool: Pool<Manager>,
    life: Arc<AtomicU64>,
    prefix: String,
    script: redis::Script,
    rates: RwLock<[Rate; Tier::ALL.len()]>,
    up: AtomicBool,
    pub(super) local: Local,
}

/// Redis is away, or does not answer in time.
pub(super) struct Away;

impl Limiter {
    /// Redis need not be up yet: it is asked when the first request comes.
    pub fn open(url: &str, prefix: &str) -> RedisResult<Self> {
        let (pool, life) = pool::pool(url, PATIENCE)?;
        Ok(Self {
            pool,
            life,
            prefix: prefix.to_owned(),
            script: redis::Script::new(TAKE),
            rates: RwLock::new([Rate::STRICT; Tier::ALL.len()]),
            up: AtomicBool::new(true),
            local: Local::default(),
        })
    }

    /// Whether budgets can be had at the moment.
    pub fn is_up(&self) -> bool {
        self.up.load(Ordering::Relaxed)
    }

    /// What a tier may spend.
    pub fn rate(&self, tier: Tier) -> Rate {
        self.rates.read().unwrap_or_else(PoisonError::into_inner)[tier as usize]
    }

    pub(super) fn set_rate(&self, tier: Tier, rate: Rate) {
        self.rates.write().unwrap_or_else(PoisonError::into_inner)[tier as usize] = rate;
    }

    /// Takes points from a budget, all or nothing.
    pub(super) async fn take(&self, payer: &Payer, points: u64) -> Result<Result<Budget, Refusal>, Away> {
        let rate = self.rate(payer.tier);
        let key = &format!("{}:budget:{}", self.prefix, payer.bucket);
        let work = || async move {
            let mut connection = self.pool.get().await?;
            let mut call = self.script.key(key);
            call.arg(points).arg(rate.burst).arg(rate.per_second);
            let taken: (u8, u64, u64, u64) = call.invoke_async(&mut connection.redis).await?;
            Ok(taken)
        };
        let (allowed, available, wait, full) = self.bounded(work).await?;
        let full_in = Duration::from_millis(full);
        let budget = Budget { tier: payer.tier, rate, available, full_in };
        Ok(match allowed {
            1 => Ok(budget),
            _ => Err(Refusal::Exhausted(budget, Duration::from_millis(wait))),
        })
    }

    /// Asks whether Redis is there, and remembers the answer.
    pub(super) async fn probe(&self) {
        let work = || async {
            let mut connection = self.pool.get().await?;
            redis::cmd("PING").query_async::<()>(&mut connection.redis).await?;
            Ok(())
        };
        if self.bounded(work).await.is_ok() && !self.up.swap(true, Ordering::Relaxed) {
            tracing::info!("budgets are kept again");
        }
    }

    async fn bounded<T, F>(&self, work: impl Fn() -> F) -> Result<T, Away>
    where
        F: Future<Output = Result<T, RunError<RedisError>>>,
    {
        for _ in 0..ASKED {
            match tokio::time::timeout(PATIENCE, work()).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(RunError::User(error))) => return Err(self.lost(&error)),
                Ok(Err(RunError::TimedOut)) | Err(_) => {}
            }
        }
        Err(self.lost(&format_args!("no answer in {PATIENCE:?}, {ASKED} times")))
    }

    /// From now on nobody waits for Redis until a probe has found it.
    fn lost(&self, error: &dyn Display) -> Away {
        self.life.fetch_add(1, Ordering::Relaxed);
        if self.up.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "redis is away; writes and expensive requests are refused");
        }
        Away
    }
}
