use chrono::TimeDelta;
use diesel_async::AsyncConnection;

use super::super::model::{Grant, Outcome, Problem, Refusal, TokenKind};
use super::super::password::{self, Verdict};
use super::super::queries::{tokens, users};
use super::super::secrets::{hash, random_text};
use super::super::throttle;
use super::login::open_session;
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, mail};

/// A link in a mail is good for so long.
pub(super) const LINK: TimeDelta = TimeDelta::minutes(30);

/// Asks for an account. The account is made when the e-mail is confirmed; until then nobody has it.
/// Nothing in the answer or its time says whether the e-mail has an account already: its owner is
/// told by mail.
pub async fn register(ctx: &Ctx, email: &str, password: &str, name: &str) -> Outcome<()> {
    let (email, name) = (super::email(email)?, super::name(name)?);
    password::check(password, &[&email, &name], "password")?;
    throttle::sign_up(ctx).await?;
    let password_hash = ctx.auth().hasher.hash(password).await?;
    if !throttle::may_mail(ctx, &email).await? {
        tracing::info!("an address gets no more mails for a while");
        return Ok(());
    }
    let token = random_text();
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let known = users::by_email(conn, &email).await?;
        // Written for whoever has an account too, so that it takes as long, but then good for nothing.
        let good = known.is_none();
        let new = tokens::NewToken {
            hash: &hash(&token),
            kind: TokenKind::Register,
            user: None,
            email: if good { &email } else { "" },
            name: Some(&name).filter(|_| good).map(String::as_str),
            password_hash: Some(&password_hash).filter(|_| good).map(String::as_str),
            now: ctx.now(),
            expires_at: ctx.now() + LINK,
        };
        tokens::insert(conn, new).await?;
        let (user, subject, body) = match known {
            Some(user) => (Some(user.id), "You have an account already", known_text(ctx)),
            None => {
                let link = super::page(ctx, "verify-email", &token);
                (None, "Confirm your e-mail address", new_text(&name, &link))
            }
        };
        mail::enqueue(ctx, conn, user, &email, subject, &body).await?;
        Ok::<_, Refusal>(())
    })
    .await
}

fn new_text(name: &str, link: &str) -> String {
    format!(
        "Hello {name},\n\nto finish your registration at Dualcaster Deals, open this page within half an hour \
         and enter the password that you chose:\n\n{link}\n\nIf it was not you who registered, do nothing: \
         there is no account until you do.\n"
    )
}

fn known_text(ctx: &Ctx) -> String {
    let url = &ctx.auth().settings.public_url;
    format!(
        "Hello,\n\nsomebody, probably you, tried to register at Dualcaster Deals with this address, which has an \
         account already. Log in: {url}/login\nIf you have forgotten your password: {url}/forgot-password\n\n\
         If it was not you, you need not do anything.\n"
    )
}

/// Makes the account that was asked for and logs in. The password is asked for again: whoever only
/// follows a link that a stranger had sent to them does not get an account that the stranger can open.
pub async fn verify_email(ctx: &Ctx, token: &str, password: &str) -> Outcome<Grant> {
    let hash = hash(token);
    let pending = tokens::find(&mut *ctx.conn().await?, &hash, TokenKind::Register, ctx.now()).await?;
    let pending = pending.ok_or_else(Problem::token)?;
    let attempt = throttle::attempt(ctx, &pending.email).await?;
    let verdict = ctx.auth().hasher.verify(password, pending.password_hash).await?;
    if verdict == Verdict::Wrong {
        attempt.failed(ctx).await?;
        return Err(Problem::credentials().into());
    }
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let taken = tokens::take(conn, &hash, TokenKind::Register, ctx.now()).await?;
        let taken = taken.ok_or_else(Problem::token)?;
        let name = taken.name.unwrap_or_default();
        let password_hash = taken.password_hash.as_deref();
        let made = users::insert(conn, Some(&taken.email), &name, password_hash, ctx.now()).await?;
        // Somebody confirmed the address before, another registration or a provider's word.
        let user = made.ok_or_else(Problem::token)?;
        tokens::forget_registrations(conn, &taken.email).await?;
        audit::record(ctx, conn, Event::new(EventKind::AccountCreated, user.id)).await?;
        open_session(ctx, conn, user, "password").await
    })
    .await
}
