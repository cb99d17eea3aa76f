//! One click in a mail program ends the mails, as RFC 8058 wants it: without a login, by a token that only we
//! can make and that is good for nothing else.

use diesel::OptionalExtension;
use diesel_async::AsyncConnection;

use super::preferences::Preferences;
use super::queries;
use crate::{Ctx, Error, Result, UserId};

const PURPOSE: &[u8] = b"unsubscribe";

/// Where somebody's mails are ended.
pub(super) fn link(ctx: &Ctx, user: UserId) -> String {
    let settings = ctx.auth().settings();
    let whose = user.public();
    let proof = settings.secrets.vouch(PURPOSE, &whose);
    format!("{}/mail/unsubscribe/{whose}.{proof}", settings.public_url)
}

/// Ends the mails of whoever a token is about; again, it changes nothing. What they are told in the app stays.
pub async fn unsubscribe(ctx: &Ctx, token: &str) -> Result<()> {
    let unknown = || Error::NotFound("such mails");
    let (whose, proof) = token.split_once('.').ok_or_else(unknown)?;
    if !ctx.auth().settings().secrets.vouched(PURPOSE, whose, proof) {
        return Err(unknown());
    }
    let user = UserId::from_public(whose).ok_or_else(unknown)?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock_active(conn, user).await.optional()?.ok_or_else(unknown)?;
        let known = Preferences::of(queries::preferences(conn, user).await?)?;
        let preferences = Preferences { email: Vec::new(), ..known };
        queries::set_preferences(conn, user, preferences.row(), ctx.now()).await?;
        queries::deliveries::look_again(conn, user, ctx.now()).await?;
        Ok(())
    })
    .await
}
