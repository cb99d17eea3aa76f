use diesel_async::AsyncConnection;

use super::super::access::{Changed, publish};
use super::super::model::{EndReason, Outcome, Problem, ProblemCode, Refusal, TokenKind, UserRow};
use super::super::queries::{devices, sessions, tokens, users};
use super::super::secrets::{hash, random_text};
use super::super::throttle;
use super::register::LINK;
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, mail};

/// Sends a link to a new address; it is the account's when the link was followed. Whether the
/// address is somebody else's is not told here but in the mail.
pub async fn request_email_change(ctx: &Ctx, email: &str) -> Outcome<()> {
    let email = super::email(email)?;
    let user = super::own(ctx, &mut *ctx.conn().await?).await?;
    super::require_recent(ctx).await?;
    if !throttle::may_mail(ctx, &email).await? {
        return Ok(());
    }
    let token = random_text();
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let new = tokens::NewToken {
            hash: &hash(&token),
            kind: TokenKind::ChangeEmail,
            user: Some(user.id),
            email: &email,
            name: None,
            password_hash: None,
            now: ctx.now(),
            expires_at: ctx.now() + LINK,
        };
        let text = match users::by_email(conn, &email).await? {
            Some(_) => format!(
                "Hello,\n\nsomebody wanted to use this address for an account at Dualcaster Deals. It belongs to \
                 your account already, so nothing was changed.\n\n{}/login\n",
                ctx.auth().settings.public_url,
            ),
            None => {
                tokens::insert(conn, new).await?;
                let link = super::page(ctx, "confirm-email", &token);
                format!(
                    "Hello {},\n\nto use this address at Dualcaster Deals, open this page within half an \
                     hour:\n\n{link}\n\nYou will have to log in again everywhere.\n",
                    user.name,
                )
            }
        };
        mail::enqueue(ctx, conn, None, &email, "Confirm your new e-mail address", &text).await?;
        Ok::<_, Refusal>(())
    })
    .await
}

/// Makes the new address the account's by the link from the mail and ends all sessions. The old
/// address is told.
pub async fn confirm_email(ctx: &Ctx, token: &str) -> Outcome<()> {
    let token = hash(token);
    let mut conn = ctx.conn().await?;
    let (user, ended) = conn
        .transaction(async |conn| {
            let taken = tokens::take(conn, &token, TokenKind::ChangeEmail, ctx.now()).await?;
            let taken = taken.ok_or_else(Problem::token)?;
            let id = taken.user_id.ok_or_else(Problem::token)?;
            let user = users::by_id(conn, id).await?.filter(UserRow::is_active).ok_or_else(Problem::token)?;
            let set = conn.transaction(async |conn| users::set_email(conn, id, &taken.email).await);
            if !set.await? {
                let message = "Somebody else has this address by now.";
                return Err(Refusal::from(Problem::new(ProblemCode::EmailTaken, message)));
            }
            users::touch_access(conn, id, ctx.now()).await?;
            tokens::forget_of(conn, id).await?;
            devices::forget_of(conn, id).await?;
            tokens::forget_registrations(conn, &taken.email).await?;
            audit::record(ctx, conn, Event::new(EventKind::EmailChanged, id)).await?;
            if let Some(old) = &user.email {
                let text = format!(
                    "Hello {},\n\nyour account at Dualcaster Deals has another e-mail address now. If it was not \
                     you, write to us.\n",
                    user.name,
                );
                mail::enqueue(ctx, conn, Some(id), old, "Your e-mail address was changed", &text).await?;
            }
            let reason = EndReason::CredentialsChanged;
            Ok((id, sessions::end_all(conn, id, None, reason, ctx.now()).await?))
        })
        .await?;
    drop(conn);
    publish(ctx, Changed { sessions: ended, user: Some(user), ..Changed::default() }).await;
    Ok(())
}
