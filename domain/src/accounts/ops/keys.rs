use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::super::access::{Changed, KEY_PREFIX, publish};
use super::super::model::{ApiKey, Outcome, Problem, ProblemCode, Refusal};
use super::super::queries::keys as queries;
use super::super::secrets::{hash, random_text};
use crate::actor::is_partner;
use crate::audit::{self, Event, EventKind};
use crate::{ApiKeyId, Ctx, Error, Page, Result, Scope, Scopes};

/// Keys of one user at the same time.
const MOST: i64 = 20;
const SHORTEST_LIFE: TimeDelta = TimeDelta::days(1);
const LONGEST_LIFE: TimeDelta = TimeDelta::days(366);
const LIFE: TimeDelta = TimeDelta::days(90);
/// Characters of a key that are shown to recognise it by.
const SHOWN: usize = 9;

/// A key that somebody wants.
pub struct KeyWanted {
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it ends; 90 days when nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key, the one time that it is shown.
pub struct CreatedKey {
    /// What the header `Authorization: Bearer` needs.
    pub secret: String,
    /// What is known of it later.
    pub key: ApiKey,
}

/// Makes a key.
pub async fn create_api_key(ctx: &Ctx, wanted: KeyWanted) -> Outcome<CreatedKey> {
    let user = ctx.signed_in()?;
    let name = super::name(&wanted.name)?;
    let expires_at = wanted.expires_at.unwrap_or(ctx.now() + LIFE);
    if expires_at < ctx.now() + SHORTEST_LIFE || expires_at > ctx.now() + LONGEST_LIFE {
        let message = "A key ends in 1 to 366 days.";
        return Err(Problem::at("expiresAt", ProblemCode::ExpiryInvalid, message).into());
    }
    if wanted.scopes.has(Scope::Partner) && !is_partner(user.tier, user.roles) {
        let message = "What is open to partners is for partners' accounts.";
        return Err(Problem::at("scopes", ProblemCode::ScopeNotAllowed, message).into());
    }
    super::require_recent(ctx).await?;
    let secret = format!("{KEY_PREFIX}{}", random_text());
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        // One at a time, so that the limit holds.
        super::super::queries::users::lock(conn, user.id).await?;
        if queries::count(conn, user.id, ctx.now()).await? >= MOST {
            let message = "There may be 20 keys at a time. Revoke one that you do not need.";
            return Err(Refusal::from(Problem::new(ProblemCode::LimitReached, message)));
        }
        let new = queries::NewKey {
            user: user.id,
            name: &name,
            prefix: &secret[..SHOWN],
            hash: &hash(&secret),
            // What is public may be read by anybody, so by any key.
            scopes: wanted.scopes.with(Scope::ReadCatalogue),
            now: ctx.now(),
            expires_at,
        };
        let key = queries::insert(conn, new).await?;
        let about = json!({ "about": name, "key": key.id.public(), "scopes": key.scopes });
        audit::record(ctx, conn, Event::new(EventKind::ApiKeyCreated, user.id).with(about)).await?;
        Ok(CreatedKey { secret: secret.clone(), key })
    })
    .await
}

/// One's own keys that are not revoked, the newest first.
pub async fn api_keys(ctx: &Ctx, page: &Page<ApiKeyId>) -> Result<Vec<ApiKey>> {
    let user = ctx.signed_in()?;
    Ok(queries::page(&mut *ctx.conn().await?, user.id, page.after, page.fetch()).await?)
}

/// Ends a key at once.
pub async fn revoke_api_key(ctx: &Ctx, id: ApiKeyId) -> Result<()> {
    let user = ctx.signed_in()?;
    let mut conn = ctx.conn().await?;
    let hash = conn
        .transaction(async |conn| {
            let hash = queries::revoke(conn, user.id, id, ctx.now()).await?;
            let hash = hash.ok_or(Error::NotFound("key"))?;
            let about = json!({ "key": id.public() });
            audit::record(ctx, conn, Event::new(EventKind::ApiKeyRevoked, user.id).with(about)).await?;
            Ok::<_, Error>(hash)
        })
        .await?;
    drop(conn);
    publish(ctx, Changed { keys: vec![hash], ..Changed::default() }).await;
    Ok(())
}
