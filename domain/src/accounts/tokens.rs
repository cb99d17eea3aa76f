//! Access tokens: short-lived, signed, checked by the letter.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::queries::keys as queries;
use crate::{Ctx, Error, Result, SessionId, UserId};

const KIND: &str = "at+jwt";
/// Clocks of our processes may differ by so much.
const LEEWAY: u64 = 5;
/// Keys are read again after this, or when a token names an unknown one.
const KEEP: Duration = Duration::from_secs(30);
const KEEP_AT_LEAST: Duration = Duration::from_secs(1);
/// A new key signs when every process has read it.
const SPREAD: TimeDelta = TimeDelta::seconds(60);
/// Longer than any access token lives.
const OUTLIVE: TimeDelta = TimeDelta::seconds(15 * 60);
/// A key signs for this long.
const ROTATE: TimeDelta = TimeDelta::days(30);
/// Bytes of a token that is worth looking at.
const LONGEST: usize = 2_048;

/// The claims of an access token, all of them required and no others taken.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The header of an access token: no way to bring a key along, nothing critical, nothing twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    typ: String,
    alg: String,
    kid: String,
}

/// What a valid access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose login.
    pub user: UserId,
    /// Which.
    pub session: SessionId,
    /// Until when.
    pub until: DateTime<Utc>,
}

struct Key {
    kid: String,
    public: Vec<u8>,
    signing: Option<EncodingKey>,
    verifying: DecodingKey,
    created_at: DateTime<Utc>,
}

#[derive(Clone)]
struct KeySet {
    read: Instant,
    /// Oldest first.
    keys: Arc<[Key]>,
}

/// The signing keys, as this process read them last.
#[derive(Default)]
pub(super) struct Keys(RwLock<Option<KeySet>>);

impl Keys {
    async fn get(&self, ctx: &Ctx, at_most: Duration) -> Result<Arc<[Key]>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.read.elapsed() < at_most) {
            return Ok(known.keys);
        }
        let keys: Arc<[Key]> = read(ctx).await?.into();
        let fresh = KeySet { read: Instant::now(), keys: keys.clone() };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(keys)
    }
}

/// Keys whose tokens may still live. The first one ever, or one that replaces keys that nobody can
/// open, is made here.
async fn read(ctx: &Ctx) -> Result<Vec<Key>> {
    let mut conn = ctx.conn().await?;
    let mut rows = queries::signing(&mut conn).await?;
    let openable = |sealed: &[u8]| ctx.auth().settings.secrets.open(sealed);
    if !rows.iter().any(|row| openable(&row.sealed_key).is_some()) {
        rows.push(add(ctx, &mut conn).await?);
    }
    let key = |row: queries::SigningKey| Key {
        signing: openable(&row.sealed_key).map(|der| EncodingKey::from_ed_der(&der)),
        verifying: DecodingKey::from_ed_der(&row.public_key),
        kid: row.kid,
        public: row.public_key,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(key).collect())
}

async fn add(ctx: &Ctx, conn: &mut diesel_async::AsyncPgConnection) -> Result<queries::SigningKey> {
    let fault = |_| Error::internal(anyhow::anyhow!("no signing key could be made"));
    let pair = Ed25519KeyPair::generate().map_err(fault)?;
    let der =
        pair.to_pkcs8v1().map_err(|_| Error::internal(anyhow::anyhow!("a key could not be written")))?;
    let row = queries::SigningKey {
        kid: uuid::Uuid::now_v7().simple().to_string(),
        public_key: pair.public_key().as_ref().to_vec(),
        sealed_key: ctx.auth().settings.secrets.seal(der.as_ref())?,
        created_at: ctx.now(),
    };
    queries::add_signing(conn, &row).await?;
    Ok(row)
}

/// Makes a new signing key when the newest is old enough, and forgets those whose tokens are dead.
pub async fn rotate_keys(ctx: &Ctx) -> Result<()> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    let rows = queries::signing(&mut conn).await?;
    if rows.last().is_some_and(|newest| newest.created_at < ctx.now() - ROTATE) {
        add(ctx, &mut conn).await?;
    }
    // Replaced so long ago that its successor has signed everything that still lives.
    let replaced = rows.windows(2).filter(|pair| pair[1].created_at + SPREAD + OUTLIVE < ctx.now());
    let dead: Vec<String> = replaced.map(|pair| pair[0].kid.clone()).collect();
    if !dead.is_empty() {
        queries::forget_signing(&mut conn, &dead).await?;
    }
    Ok(())
}

/// The public halves, for whoever wants to check our tokens.
pub async fn jwks(ctx: &Ctx) -> Result<Value> {
    let keys = ctx.auth().keys.get(ctx, KEEP).await?;
    let key = |key: &Key| {
        let x = URL_SAFE_NO_PAD.encode(&key.public);
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": x })
    };
    Ok(json!({ "keys": keys.iter().map(key).collect::<Vec<_>>() }))
}

/// A token for a session, and until when it is good.
pub(super) async fn sign(ctx: &Ctx, user: UserId, session: SessionId) -> Result<(String, DateTime<Utc>)> {
    let keys = ctx.auth().keys.get(ctx, KEEP).await?;
    let able = || keys.iter().filter(|key| key.signing.is_some());
    let known_to_all = able().rfind(|key| key.created_at + SPREAD <= ctx.now());
    let no_key = || Error::internal(anyhow::anyhow!("there is no signing key"));
    let key = known_to_all.or_else(|| able().next()).ok_or_else(no_key)?;
    let (now, settings) = (ctx.now(), &ctx.auth().settings);
    let until = now + settings.access;
    let claims = Claims {
        iss: settings.public_url.clone(),
        aud: settings.audience(),
        sub: user.public(),
        sid: session.public(),
        jti: uuid::Uuid::now_v7().simple().to_string(),
        iat: now.timestamp(),
        nbf: now.timestamp(),
        exp: until.timestamp(),
    };
    let mut header = jsonwebtoken::Header::new(Algorithm::EdDSA);
    header.typ = Some(KIND.to_owned());
    header.kid = Some(key.kid.clone());
    let signing = key.signing.as_ref().ok_or_else(no_key)?;
    let token = jsonwebtoken::encode(&header, &claims, signing).map_err(Error::internal)?;
    Ok((token, until))
}

/// What a token says, if it is one of ours and its time has not passed. Whether its session still
/// lives is another question.
pub(super) async fn verify(ctx: &Ctx, token: &str) -> Result<Access> {
    let kid = known_header(token).ok_or(Error::Unauthenticated)?;
    let mut keys = ctx.auth().keys.get(ctx, KEEP).await?;
    if !keys.iter().any(|key| key.kid == kid) {
        keys = ctx.auth().keys.get(ctx, KEEP_AT_LEAST).await?;
    }
    let key = keys.iter().find(|key| key.kid == kid).ok_or(Error::Unauthenticated)?;
    let settings = &ctx.auth().settings;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[&settings.public_url]);
    validation.set_audience(&[settings.audience()]);
    let checked = jsonwebtoken::decode::<Claims>(token, &key.verifying, &validation);
    let claims = checked.map_err(|_| Error::Unauthenticated)?.claims;
    let access = || {
        Some(Access {
            user: UserId::from_public(&claims.sub)?,
            session: SessionId::from_public(&claims.sid)?,
            until: DateTime::from_timestamp(claims.exp, 0)?,
        })
    };
    access().ok_or(Error::Unauthenticated)
}

/// The key that a header names, if it is a header as we write them.
fn known_header(token: &str) -> Option<String> {
    if token.len() > LONGEST || token.split('.').count() != 3 {
        return None;
    }
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: Header = serde_json::from_slice(&header).ok()?;
    (header.typ == KIND && header.alg == "EdDSA").then_some(header.kid)
}
