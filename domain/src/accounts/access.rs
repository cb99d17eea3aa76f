//! From what a request shows to who is asking. Postgres knows which sessions and keys live; Redis
//! keeps what it said, for two seconds when they live and for longer than any access token when
//! they are over. With Redis away nobody is let in: what cannot be checked is not valid. And a
//! Redis that lost its memory asks Postgres again, so that nothing that is over comes back.

use chrono::{DateTime, TimeDelta, Utc};
use redis::AsyncCommands;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::model::UserRow;
use super::queries::{keys, sessions};
use super::secrets::hash;
use super::tokens::{self, Access};
use crate::actor::is_partner;
use crate::{Actor, ApiKeyId, Ctx, Error, KeyHolder, Result, Scope, SessionId, SignedIn, UserId};

/// How long Redis may say that something lives.
const ALIVE_MS: u64 = 2_000;
/// How long it says that something is over: longer than any access token.
const OVER_SECONDS: u64 = 900;
const OVER: &str = "over";
/// The last use of a key is written down this often.
const NOTE_USE: TimeDelta = TimeDelta::seconds(60);
/// How keys begin.
pub(super) const KEY_PREFIX: &str = "dd_";

/// What a request shows to say whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Bearer<'a>(pub &'a str);

/// Who asks, and for how long that holds.
#[derive(Clone, Copy, Debug)]
pub struct Permit {
    /// Who.
    pub actor: Actor,
    /// When it must be shown anew.
    pub until: Option<DateTime<Utc>>,
}

/// Finds out who asks. `Unauthenticated` for whatever is not valid now.
pub async fn authenticate(ctx: &Ctx, bearer: Bearer<'_>) -> Result<Permit> {
    if bearer.0.starts_with(KEY_PREFIX) {
        return of_key(ctx, bearer.0).await;
    }
    let access = tokens::verify(ctx, bearer.0).await?;
    let name = session_name(ctx, access.session);
    let user = match recall::<SignedIn>(ctx, &name).await? {
        Recalled::Over => return Err(Error::Unauthenticated),
        Recalled::Alive(user) => user,
        Recalled::Nothing => look_up(ctx, access, &name).await?,
    };
    if user.id != access.user {
        return Err(Error::Unauthenticated);
    }
    Ok(Permit { actor: Actor::User(user), until: Some(access.until) })
}

async fn look_up(ctx: &Ctx, access: Access, name: &str) -> Result<SignedIn> {
    let found = sessions::live(&mut *ctx.conn().await?, access.session, ctx.now()).await?;
    let Some((session, user)) = found else {
        remember_over(ctx, &[name.to_owned()]).await?;
        return Err(Error::Unauthenticated);
    };
    let user = signed_in(session.id, &user);
    remember(ctx, name, &user, false).await?;
    Ok(user)
}

fn signed_in(session: SessionId, user: &UserRow) -> SignedIn {
    SignedIn { id: user.id, session, roles: user.roles(), tier: user.tier(), version: user.access_version }
}

async fn of_key(ctx: &Ctx, key: &str) -> Result<Permit> {
    let hash = hash(key);
    let name = key_name(ctx, &hash);
    let holder = match recall::<(KeyHolder, DateTime<Utc>)>(ctx, &name).await? {
        Recalled::Over => return Err(Error::Unauthenticated),
        Recalled::Alive(holder) => holder,
        Recalled::Nothing => {
            let mut conn = ctx.conn().await?;
            let found = keys::live(&mut conn, &hash, ctx.now()).await?;
            let (key, user) = found.ok_or(Error::Unauthenticated)?;
            if key.last_used_at.is_none_or(|last| last + NOTE_USE < ctx.now()) {
                keys::note_use(&mut conn, key.id, ctx.now()).await?;
            }
            let mut scopes = key.granted();
            if !is_partner(user.tier(), user.roles()) {
                // It was when the key was made.
                scopes = scopes.without(Scope::Partner);
            }
            let holder = KeyHolder {
                key: key.id,
                owner: user.id,
                scopes,
                tier: user.tier(),
                version: user.access_version,
            };
            remember(ctx, &name, &(holder, key.expires_at), false).await?;
            (holder, key.expires_at)
        }
    };
    let (holder, until) = holder;
    if until <= ctx.now() {
        return Err(Error::Unauthenticated);
    }
    Ok(Permit { actor: Actor::ApiKey(holder), until: Some(until) })
}

enum Recalled<T> {
    Nothing,
    Over,
    Alive(T),
}

fn session_name(ctx: &Ctx, session: SessionId) -> String {
    format!("{}:access:s:{}", ctx.hub().prefix(), session.0)
}

fn key_name(ctx: &Ctx, hash: &[u8]) -> String {
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}:access:k:{hex}", ctx.hub().prefix())
}

fn away(error: redis::RedisError) -> Error {
    tracing::warn!(%error, "logins cannot be checked");
    Error::Unavailable("the check of logins")
}

async fn recall<T: DeserializeOwned>(ctx: &Ctx, name: &str) -> Result<Recalled<T>> {
    let known: Option<String> = ctx.hub().redis().await?.get(name).await.map_err(away)?;
    Ok(match known {
        None => Recalled::Nothing,
        Some(text) if text == OVER => Recalled::Over,
        // Written by another version of the program: Postgres knows.
        Some(text) => serde_json::from_str(&text).map_or(Recalled::Nothing, Recalled::Alive),
    })
}

/// Writes what lives. What was just read is older than what a change wrote, and must not replace it.
async fn remember<T: Serialize>(ctx: &Ctx, name: &str, value: &T, replace: bool) -> Result<()> {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    let mut set = redis::cmd("SET");
    set.arg(name).arg(text).arg("PX").arg(ALIVE_MS);
    if !replace {
        set.arg("NX");
    }
    let () = set.query_async(&mut ctx.hub().redis().await?).await.map_err(away)?;
    Ok(())
}

async fn remember_over(ctx: &Ctx, names: &[String]) -> Result<()> {
    let mut pipe = redis::pipe();
    for name in names {
        pipe.cmd("SET").arg(name).arg(OVER).arg("EX").arg(OVER_SECONDS).ignore();
    }
    let () = pipe.query_async(&mut ctx.hub().redis().await?).await.map_err(away)?;
    Ok(())
}

/// What a committed change ended or altered.
#[derive(Default)]
pub(super) struct Changed {
    pub sessions: Vec<SessionId>,
    pub keys: Vec<Vec<u8>>,
    /// Whose rights are others now.
    pub user: Option<UserId>,
}

/// Tells Redis of a committed change, so that it holds from the next request on. When Redis is away
/// nobody gets in anyway, and when it is back it knows nothing older than two seconds.
pub(super) async fn publish(ctx: &Ctx, changed: Changed) {
    if let Err(error) = try_publish(ctx, changed).await {
        tracing::warn!(%error, "a change of rights is seen with a delay");
    }
}

async fn try_publish(ctx: &Ctx, changed: Changed) -> Result<()> {
    let sessions = changed.sessions.iter().map(|id| session_name(ctx, *id));
    let names: Vec<String> = sessions.chain(changed.keys.iter().map(|hash| key_name(ctx, hash))).collect();
    if !names.is_empty() {
        remember_over(ctx, &names).await?;
    }
    let Some(id) = changed.user else { return Ok(()) };
    let mut conn = ctx.conn().await?;
    let Some(user) = super::queries::users::by_id(&mut conn, id).await? else { return Ok(()) };
    for session in sessions::open(&mut conn, id, ctx.now(), None, i64::MAX).await? {
        remember(ctx, &session_name(ctx, session.id), &signed_in(session.id, &user), true).await?;
    }
    let names: Vec<String> =
        keys::hashes(&mut conn, id).await?.iter().map(|hash| key_name(ctx, hash)).collect();
    if !names.is_empty() {
        // Read anew at their next use.
        let () = ctx.hub().redis().await?.del(names).await.map_err(away)?;
    }
    Ok(())
}

/// What ended or changed lately.
pub(super) struct Recent {
    pub sessions: Vec<SessionId>,
    pub users: Vec<(UserId, i32)>,
    pub keys: Vec<ApiKeyId>,
}

/// What ended or changed since, by Postgres.
pub(super) async fn recent(ctx: &Ctx, since: DateTime<Utc>) -> Result<Recent> {
    let mut conn = ctx.conn().await?;
    Ok(Recent {
        sessions: sessions::ended_since(&mut conn, since).await?,
        users: super::queries::users::changed_since(&mut conn, since).await?,
        keys: keys::revoked_since(&mut conn, since).await?,
    })
}
