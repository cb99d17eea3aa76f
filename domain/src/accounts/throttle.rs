//! Against guessing. Counters are in Postgres, so that they survive a Redis that is away. Nobody is
//! locked out: the waits grow to 512 seconds and end, and in a browser or at an address from which the
//! account was used before a stranger's failures do not count.

use chrono::TimeDelta;

use super::model::{Outcome, Problem};
use super::ops::known_device;
use super::queries::{sessions, throttles as queries};
use super::secrets::hash;
use crate::{Ctx, Result};

/// Something that may be tried only so often.
#[derive(Clone, Copy)]
struct Rule {
    limit: i32,
    window: TimeDelta,
    /// The longest wait, in seconds.
    longest: i32,
}

const ACCOUNT: Rule = Rule { limit: 10, window: TimeDelta::minutes(15), longest: 512 };
const ADDRESS: Rule = Rule { limit: 100, window: TimeDelta::hours(1), longest: 512 };
const MAIL: Rule = Rule { limit: 5, window: TimeDelta::hours(1), longest: 3_600 };
const SIGN_UPS: Rule = Rule { limit: 30, window: TimeDelta::hours(1), longest: 512 };
/// A device is known for so long after its last use.
const KNOWN: TimeDelta = TimeDelta::days(30);
/// Counters older than this say nothing any more.
const STALE: TimeDelta = TimeDelta::hours(2);

/// What is guarded while a password is tried.
pub(super) struct Attempt {
    account: String,
    address: Option<String>,
}

/// Refuses when there were too many failures for the account or from the address.
pub(super) async fn attempt(ctx: &Ctx, email: &str) -> Outcome<Attempt> {
    let mut conn = ctx.conn().await?;
    // Not the e-mail itself: what people type wrong there may be a password.
    let account = fingerprint(email);
    let address = ctx.origin().map(|origin| origin.address.to_string());
    let place = match &address {
        None => String::new(),
        Some(address) => match known_device(ctx, &mut conn, email).await? {
            Some(device) => format!("#{}", hex(&device)),
            None if sessions::knows_address(&mut conn, email, address, ctx.now() - KNOWN).await? => {
                format!("@{address}")
            }
            None => String::new(),
        },
    };
    let (account, address) =
        (format!("login:{account}{place}"), address.map(|address| format!("login@{address}")));
    // Who shares an address with the owner of a known device does not keep them out either.
    let open_to = address.clone().filter(|_| !place.starts_with('#'));
    let guards: Vec<String> = std::iter::once(account.clone()).chain(open_to).collect();
    if let Some(until) = queries::closed_until(&mut conn, &guards, ctx.now()).await? {
        return Err(Problem::wait((until - ctx.now()).num_seconds() + 1).into());
    }
    Ok(Attempt { account, address })
}

impl Attempt {
    /// Counts it as a failure.
    pub(super) async fn failed(&self, ctx: &Ctx) -> Result<()> {
        count(ctx, &self.account, ACCOUNT).await?;
        if let Some(address) = &self.address {
            count(ctx, address, ADDRESS).await?;
        }
        Ok(())
    }

    /// The account's failures are forgotten; the address keeps its own.
    pub(super) async fn succeeded(&self, ctx: &Ctx) -> Result<()> {
        queries::clear(&mut *ctx.conn().await?, &self.account).await?;
        Ok(())
    }
}

/// Whether one more mail may go to an address that somebody typed.
pub(super) async fn may_mail(ctx: &Ctx, email: &str) -> Result<bool> {
    Ok(count(ctx, &format!("mail:{}", fingerprint(email)), MAIL).await? <= MAIL.limit)
}

/// Refuses when too many accounts were asked for from the address.
pub(super) async fn sign_up(ctx: &Ctx) -> Outcome<()> {
    let Some(origin) = ctx.origin() else { return Ok(()) };
    let guard = format!("sign-up@{}", origin.address);
    let mut conn = ctx.conn().await?;
    if let Some(until) = queries::closed_until(&mut conn, std::slice::from_ref(&guard), ctx.now()).await? {
        return Err(Problem::wait((until - ctx.now()).num_seconds() + 1).into());
    }
    drop(conn);
    count(ctx, &guard, SIGN_UPS).await?;
    Ok(())
}

async fn count(ctx: &Ctx, guard: &str, rule: Rule) -> Result<i32> {
    let mut conn = ctx.conn().await?;
    Ok(queries::count(&mut conn, guard, rule.window, rule.limit, rule.longest, ctx.now()).await?)
}

fn fingerprint(email: &str) -> String {
    hex(&hash(email))
}

fn hex(hash: &[u8]) -> String {
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Forgets counters that say nothing any more.
pub(super) async fn forget(ctx: &Ctx) -> Result<()> {
    queries::forget(&mut *ctx.conn().await?, ctx.now() - STALE).await?;
    Ok(())
}
