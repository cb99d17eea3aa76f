//! Browsers in which somebody has logged in. A stranger who fails again and again at an account slows down
//! logins to it, but not in a browser that its owner has used: it is known by a cookie of its own, which
//! opens nothing by itself.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::super::model::Grant;
use super::super::queries::devices as queries;
use super::super::secrets::{hash, random_text};
use crate::{Ctx, Error, Result};

/// A device in which nobody logs in for so long is forgotten.
pub(in super::super) const UNUSED: TimeDelta = TimeDelta::days(180);
/// Devices of one user; the one that was not used for longest goes.
const MOST: i64 = 20;

/// Remembers the browser of a login; the secret for its cookie. Several people who share a browser share
/// its secret. One that we never gave out is not taken: somebody else may have put it there.
pub async fn remember_device(ctx: &Ctx, grant: &Grant) -> Result<String> {
    let user = grant.account.user();
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let token = match shown(ctx) {
            Some(token) if queries::exists(conn, &hash(token)).await? => token.to_owned(),
            Some(_) | None => random_text(),
        };
        queries::note(conn, user, &hash(&token), ctx.now()).await?;
        queries::keep_newest(conn, user, MOST).await?;
        Ok::<_, Error>(token)
    })
    .await
}

fn shown(ctx: &Ctx) -> Option<&str> {
    ctx.origin()?.device.as_ref().map(|device| device.0.as_str())
}

/// The device that asks, if the account with the e-mail was logged in to from it before.
pub(in super::super) async fn known(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    email: &str,
) -> Result<Option<Vec<u8>>> {
    let Some(hash) = shown(ctx).map(hash) else { return Ok(None) };
    let known = queries::knows(conn, email, &hash, ctx.now() - UNUSED).await?;
    Ok(known.then_some(hash))
}
