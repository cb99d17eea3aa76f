use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::super::access::{Changed, publish};
use super::super::model::{EndReason, Outcome, Problem, ProblemCode, Refusal, TokenKind, UserRow};
use super::super::password::{self, Verdict};
use super::super::queries::{devices, sessions, tokens, users};
use super::super::secrets::{hash, random_text};
use super::super::throttle;
use super::register::LINK;
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, SessionId, mail};

/// Proves again, by the password, who is logged in: what is dangerous asks for it.
pub async fn reauthenticate(ctx: &Ctx, password: &str) -> Outcome<()> {
    let session = ctx.signed_in()?.session;
    let user = super::own(ctx, &mut *ctx.conn().await?).await?;
    require_password(ctx, &user, password, "password").await?;
    sessions::set_authenticated(&mut *ctx.conn().await?, session, ctx.now()).await?;
    Ok(())
}

async fn require_password(ctx: &Ctx, user: &UserRow, password: &str, field: &'static str) -> Outcome<()> {
    let attempt = throttle::attempt(ctx, user.email.as_deref().unwrap_or_default()).await?;
    if ctx.auth().hasher.verify(password, user.password_hash.clone()).await? == Verdict::Wrong {
        attempt.failed(ctx).await?;
        return Err(Problem::at(field, ProblemCode::InvalidCredentials, "That is not your password.").into());
    }
    attempt.succeeded(ctx).await?;
    Ok(())
}

/// Replaces the password and ends all other sessions. Who has no password yet, because they came by
/// a provider, needs a fresh login instead of the old one.
pub async fn change_password(ctx: &Ctx, current: Option<&str>, new: &str) -> Outcome<()> {
    let signed_in = ctx.signed_in()?;
    let user = super::own(ctx, &mut *ctx.conn().await?).await?;
    check_new(&user, new)?;
    if user.password_hash.is_some() {
        require_password(ctx, &user, current.unwrap_or_default(), "currentPassword").await?;
    } else {
        super::require_recent(ctx).await?;
    }
    let new = ctx.auth().hasher.hash(new).await?;
    let mut conn = ctx.conn().await?;
    let ended =
        conn.transaction(async |conn| replace(ctx, conn, &user, &new, Some(signed_in.session)).await).await?;
    drop(conn);
    publish(ctx, Changed { sessions: ended, user: Some(user.id), ..Changed::default() }).await;
    Ok(())
}

fn check_new(user: &UserRow, new: &str) -> std::result::Result<(), Problem> {
    password::check(new, &[user.email.as_deref().unwrap_or_default(), &user.name], "newPassword")
}

async fn replace(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: &UserRow,
    hash: &str,
    keep: Option<SessionId>,
) -> std::result::Result<Vec<SessionId>, Refusal> {
    users::set_password(conn, user.id, hash, ctx.now()).await?;
    tokens::forget_of(conn, user.id).await?;
    devices::forget_of(conn, user.id).await?;
    audit::record(ctx, conn, Event::new(EventKind::PasswordChanged, user.id)).await?;
    if let Some(email) = &user.email {
        let text = format!(
            "Hello {},\n\nyour password at Dualcaster Deals was changed. If it was not you, set a new one at \
             once: {}/forgot-password\n",
            user.name,
            ctx.auth().settings.public_url,
        );
        mail::enqueue(ctx, conn, Some(user.id), email, "Your password was changed", &text).await?;
    }
    let reason = EndReason::CredentialsChanged;
    Ok(sessions::end_all(conn, user.id, keep, reason, ctx.now()).await?)
}

/// Sends a link to set a new password, if there is such an account. The answer is the same if not, and so
/// is its time: for nobody a link is written too, which nobody gets.
pub async fn request_password_reset(ctx: &Ctx, email: &str) -> Outcome<()> {
    let email = super::email(email)?;
    throttle::sign_up(ctx).await?;
    if !throttle::may_mail(ctx, &email).await? {
        tracing::info!("an address gets no more mails for a while");
        return Ok(());
    }
    let token = random_text();
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let user = users::by_email(conn, &email).await?.filter(UserRow::is_active);
        let id = user.as_ref().map(|user| user.id);
        let new = tokens::NewToken {
            hash: &hash(&token),
            kind: TokenKind::Reset,
            user: id,
            email: if id.is_some() { &email } else { "" },
            name: None,
            password_hash: None,
            now: ctx.now(),
            expires_at: ctx.now() + LINK,
        };
        tokens::insert(conn, new).await?;
        let event = Event { user: id, ..Event::of(EventKind::PasswordResetRequested) };
        audit::record(ctx, conn, event).await?;
        let Some(user) = user else { return Ok(mail::pretend(ctx, conn).await?) };
        let link = super::page(ctx, "reset-password", &token);
        let text = format!(
            "Hello {},\n\nto set a new password at Dualcaster Deals, open this page within half an hour:\n\n\
             {link}\n\nIf you did not ask for it, do nothing: your password stays as it is.\n",
            user.name,
        );
        mail::enqueue(ctx, conn, Some(user.id), &email, "Set a new password", &text).await?;
        Ok::<_, Refusal>(())
    })
    .await
}

/// Sets a new password by the link from the mail and ends all sessions.
pub async fn reset_password(ctx: &Ctx, token: &str, new: &str) -> Outcome<()> {
    let token = hash(token);
    let mut conn = ctx.conn().await?;
    let pending = tokens::find(&mut conn, &token, TokenKind::Reset, ctx.now()).await?;
    let user = pending.and_then(|pending| pending.user_id).ok_or_else(Problem::token)?;
    let user = users::by_id(&mut conn, user).await?.filter(UserRow::is_active).ok_or_else(Problem::token)?;
    drop(conn);
    check_new(&user, new)?;
    let new = ctx.auth().hasher.hash(new).await?;
    let mut conn = ctx.conn().await?;
    let ended = conn
        .transaction(async |conn| {
            let taken = tokens::take(conn, &token, TokenKind::Reset, ctx.now()).await?;
            taken.ok_or_else(Problem::token)?;
            replace(ctx, conn, &user, &new, None).await
        })
        .await?;
    drop(conn);
    publish(ctx, Changed { sessions: ended, user: Some(user.id), ..Changed::default() }).await;
    Ok(())
}
