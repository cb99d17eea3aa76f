use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::super::model::{Account, Grant, Outcome, Problem, ProblemCode, Refusal, UserRow};
use super::super::password::{self, Verdict};
use super::super::queries::{devices, refresh, sessions, users};
use super::super::secrets::{hash, random_text};
use super::super::{throttle, tokens};
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, Result};

/// A session ends so long after its login, used or not.
const LONGEST: TimeDelta = TimeDelta::days(90);
/// A session that is not used for so long is over.
pub(super) const IDLE: TimeDelta = TimeDelta::days(30);
const LONGEST_AGENT: usize = 200;

/// Logs in by e-mail and password. Whatever is wrong has one answer, and it takes its time. With
/// `new_password` the password is changed at once, as it must be when an operator gave it.
pub async fn login(ctx: &Ctx, email: &str, password: &str, new_password: Option<&str>) -> Outcome<Grant> {
    let email = email.trim().to_lowercase();
    let attempt = throttle::attempt(ctx, &email).await?;
    let user = users::by_email(&mut *ctx.conn().await?, &email).await?.filter(UserRow::is_active);
    let stored = user.as_ref().and_then(|user| user.password_hash.clone());
    let verdict = ctx.auth().hasher.verify(password, stored.clone()).await?;
    let (Some(user), true) = (user.clone(), verdict != Verdict::Wrong) else {
        attempt.failed(ctx).await?;
        let about = json!({ "about": "wrong password" });
        let event = Event { kind: EventKind::LoginFailed, user: user.map(|user| user.id), detail: about };
        audit::record(ctx, &mut *ctx.conn().await?, event).await?;
        return Err(Problem::credentials().into());
    };
    let replacement = replacement(ctx, &user, password, new_password, verdict).await?;
    attempt.succeeded(ctx).await?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        match (&replacement, &stored) {
            (Some(Replacement::New(new)), _) => {
                users::set_password(conn, user.id, new, ctx.now()).await?;
                devices::forget_of(conn, user.id).await?;
                audit::record(ctx, conn, Event::new(EventKind::PasswordChanged, user.id)).await?;
            }
            (Some(Replacement::Better(new)), Some(old)) => {
                users::rehash(conn, user.id, old, new).await?;
            }
            (Some(Replacement::Better(_)) | None, _) => {}
        }
        // Read again: the rights have a new version when the password is new.
        let user = users::by_id(conn, user.id).await?.filter(UserRow::is_active);
        open_session(ctx, conn, user.ok_or_else(Problem::credentials)?, "password").await
    })
    .await
}

enum Replacement {
    /// Another password.
    New(String),
    /// A hash of our time for the same one.
    Better(String),
}

async fn replacement(
    ctx: &Ctx,
    user: &UserRow,
    password: &str,
    new_password: Option<&str>,
    verdict: Verdict,
) -> Outcome<Option<Replacement>> {
    if let Some(new) = new_password {
        password::check(
            new,
            &[user.email.as_deref().unwrap_or_default(), &user.name, password],
            "newPassword",
        )?;
        return Ok(Some(Replacement::New(ctx.auth().hasher.hash(new).await?)));
    }
    if user.password_expired {
        let message = "This password was given to you and must be replaced. Choose a new one.";
        return Err(Problem::at("newPassword", ProblemCode::PasswordChangeRequired, message).into());
    }
    if verdict == Verdict::Outdated {
        return Ok(Some(Replacement::Better(ctx.auth().hasher.hash(password).await?)));
    }
    Ok(None)
}

/// A new session for somebody who has proven who they are, in the transaction of the proof.
pub(crate) async fn open_session(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserRow,
    by: &str,
) -> std::result::Result<Grant, Refusal> {
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let (agent, address) =
        ctx.origin().map_or((String::new(), nowhere), |origin| (origin.agent.clone(), origin.address));
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
    let new = sessions::NewSession {
        user: user.id,
        now: ctx.now(),
        expires_at: ctx.now() + LONGEST,
        agent: &agent,
        address: &address.to_string(),
    };
    let session = sessions::insert(conn, new).await?;
    let refresh_token = random_text();
    refresh::insert(conn, session, 0, &hash(&refresh_token), ctx.now()).await?;
    let about = json!({ "about": by, "session": session.public() });
    audit::record(ctx, conn, Event::new(EventKind::LoggedIn, user.id).with(about)).await?;
    Ok(grant(ctx, user, session, refresh_token).await?)
}

pub(super) async fn grant(
    ctx: &Ctx,
    user: UserRow,
    session: crate::SessionId,
    refresh_token: String,
) -> Result<Grant> {
    ctx.lets_in(user.id);
    let (access_token, expires_at) = tokens::sign(ctx, user.id, session).await?;
    let idle = IDLE.to_std().unwrap_or_default();
    Ok(Grant { access_token, expires_at, refresh_token, idle, account: Account(Arc::new(user)) })
}
