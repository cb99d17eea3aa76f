use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::super::access::{Changed, publish};
use super::super::model::{EndReason, Grant, Outcome, Problem, Refusal, Session, UserRow};
use super::super::queries::refresh::{self as queries, RefreshToken};
use super::super::queries::sessions;
use super::super::secrets::hash;
use super::login::{IDLE, grant};
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, SessionId, mail};

/// How long the token before the current one still answers, with the current one: its answer may
/// have been lost on the way, or several tabs may have asked at once.
const GRACE: TimeDelta = TimeDelta::seconds(10);
/// Longer than any token of ours.
const LONGEST: usize = 64;

/// What became of a token that was shown.
enum Found {
    /// The token after it, and whose it is.
    Next(String, SessionId, Box<UserRow>),
    /// It is an old one, so somebody has what is not theirs: its session is over.
    Reused(SessionId),
    /// Nobody's, or of a session that is over.
    Nothing,
}

/// A new access token, and the refresh token after the one that was shown. The next token follows
/// from the shown one by a secret of ours, so that those who show the same one at the same time are
/// all given the same next one though only its hash is stored.
pub async fn refresh(ctx: &Ctx, token: &str) -> Outcome<Grant> {
    if token.len() > LONGEST {
        return Err(Problem::token().into());
    }
    let mut conn = ctx.conn().await?;
    let found = conn.transaction(async |conn| rotate(ctx, conn, token).await).await?;
    drop(conn);
    match found {
        Found::Next(next, session, user) => Ok(grant(ctx, *user, session, next).await?),
        Found::Reused(session) => {
            publish(ctx, Changed { sessions: vec![session], ..Changed::default() }).await;
            Err(Problem::token().into())
        }
        Found::Nothing => Err(Problem::token().into()),
    }
}

async fn rotate(ctx: &Ctx, conn: &mut AsyncPgConnection, token: &str) -> Result<Found, Refusal> {
    let Some(shown) = queries::locked(conn, &hash(token)).await? else { return Ok(Found::Nothing) };
    let live = sessions::live(conn, shown.session_id, ctx.now()).await?;
    let Some((session, user)) = live else { return Ok(Found::Nothing) };
    if session.last_used_at + IDLE < ctx.now() {
        return Ok(Found::Nothing);
    }
    let mut successors = ctx.auth().settings.secrets.successors(token);
    let Some(used_at) = shown.used_at else {
        let Some(next) = successors.next() else { return Ok(Found::Nothing) };
        queries::mark_used(conn, &shown, ctx.now()).await?;
        queries::insert(conn, session.id, shown.counter + 1, &hash(&next), ctx.now()).await?;
        return Ok(Found::Next(next, session.id, Box::new(user)));
    };
    let leaf = queries::leaf(conn, session.id).await?;
    let is_parent = |leaf: &RefreshToken| leaf.counter == shown.counter + 1 && ctx.now() <= used_at + GRACE;
    if let Some(leaf) = leaf.filter(is_parent) {
        // By the secret that was the first when it was made.
        if let Some(next) = successors.find(|next| hash(next) == leaf.hash) {
            return Ok(Found::Next(next, session.id, Box::new(user)));
        }
    }
    reused(ctx, conn, &session, &user).await?;
    Ok(Found::Reused(session.id))
}

async fn reused(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    session: &Session,
    user: &UserRow,
) -> Result<(), Refusal> {
    sessions::end(conn, user.id, session.id, EndReason::Reuse, ctx.now()).await?;
    let about = json!({ "about": session.agent, "session": session.id.public() });
    audit::record(ctx, conn, Event::new(EventKind::RefreshTokenReused, user.id).with(about)).await?;
    if let Some(email) = &user.email {
        let text = format!(
            "Hello {},\n\na login of yours was used from two places in a way that only happens when its key was \
             copied, so it was ended. It was on: {}\n\nPlease log in again, and change your password if you \
             do not know how this could happen: {}/settings\n",
            user.name,
            session.agent,
            ctx.auth().settings.public_url,
        );
        mail::enqueue(ctx, conn, Some(user.id), email, "One of your logins was ended", &text).await?;
    }
    Ok(())
}
