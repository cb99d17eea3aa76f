//! Logins by way of a provider. Who somebody is there is (provider, subject), never an e-mail: an
//! e-mail leads to an account that exists only when its owner is logged in here too and links it.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::super::model::{
    Arrival, Begun, Flow, Identity, Outcome, Problem, ProblemCode, Profile, Provider, Purpose, Refusal,
    UserRow,
};
use super::super::queries::{flows, identities as queries, refresh, sessions, tokens, users};
use super::super::secrets::{hash, random_text};
use super::login::open_session;
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, Error, IdentityId, Result, SessionId};

/// A login at a provider takes at most so long.
const LONGEST: TimeDelta = TimeDelta::minutes(10);
const LONGEST_NEXT: usize = 500;

/// The right to link or to prove, and the browser that has it.
pub struct Ticket {
    /// Of `link_ticket` or `proof_ticket`.
    pub ticket: String,
    /// The browser's refresh token.
    pub cookie: String,
}

/// Begins a login at a provider, or, with a ticket in the browser that holds the cookie of the ticket's
/// session, what the ticket is for.
pub async fn begin(ctx: &Ctx, provider: Provider, next: &str, ticket: Option<Ticket>) -> Result<Begun> {
    check_next(next)?;
    let mut conn = ctx.conn().await?;
    let (session, purpose) = match ticket {
        None => (None, Purpose::LogIn),
        Some(ticket) => {
            let (session, purpose) = redeem(ctx, &mut conn, provider, &ticket).await?;
            (Some(session), purpose)
        }
    };
    let begun = Begun {
        state: random_text(),
        browser: purpose.mark(&random_text()),
        nonce: random_text(),
        verifier: random_text(),
        purpose,
    };
    let flow = flows::NewFlow {
        state_hash: &hash(&begun.state),
        provider: provider as i16,
        browser_hash: &hash(&begun.browser),
        nonce: &begun.nonce,
        verifier: &begun.verifier,
        next,
        session_id: session,
        purpose: purpose as i16,
        expires_at: ctx.now() + LONGEST,
    };
    flows::insert(&mut conn, flow).await?;
    Ok(begun)
}

/// A page of ours, and nothing that a browser could take for another place.
fn check_next(next: &str) -> Result<()> {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.len() <= LONGEST_NEXT
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    ours.then_some(()).ok_or_else(|| Error::invalid("next", "must be a path of this site"))
}

/// The ticket's session, if the browser holds its cookie, and what the ticket is for: nobody links by
/// another's ticket.
async fn redeem(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    provider: Provider,
    ticket: &Ticket,
) -> Result<(SessionId, Purpose)> {
    let refused = || Error::invalid("ticket", "is not good in this browser");
    let flow = flows::take(conn, &hash(&ticket.ticket), provider, ctx.now()).await?.ok_or_else(refused)?;
    let holder = refresh::locked(conn, &hash(&ticket.cookie)).await?.map(|token| token.session_id);
    let session = flow.session_id.filter(|session| holder == Some(*session)).ok_or_else(refused)?;
    Ok((session, Purpose::of(flow.purpose).ok_or_else(refused)?))
}

/// A ticket to link an account at a provider, for the browser that is logged in.
pub async fn link_ticket(ctx: &Ctx, provider: Provider) -> Outcome<String> {
    ctx.signed_in()?;
    require_set_up(ctx, provider)?;
    super::require_recent(ctx).await?;
    ticket(ctx, provider, Purpose::Link).await
}

/// A ticket to prove at a provider again who is logged in, for the browser that is.
pub async fn proof_ticket(ctx: &Ctx, provider: Provider) -> Outcome<String> {
    ctx.signed_in()?;
    require_set_up(ctx, provider)?;
    ticket(ctx, provider, Purpose::Prove).await
}

fn require_set_up(ctx: &Ctx, provider: Provider) -> Outcome<()> {
    if !ctx.auth().settings.providers.contains(&provider) {
        let message = "This provider is not set up here.";
        return Err(Problem::at("provider", ProblemCode::ProviderUnknown, message).into());
    }
    Ok(())
}

async fn ticket(ctx: &Ctx, provider: Provider, purpose: Purpose) -> Outcome<String> {
    let session = ctx.signed_in()?.session;
    let ticket = random_text();
    let flow = flows::NewFlow {
        state_hash: &hash(&ticket),
        provider: provider as i16,
        // Nothing that a browser sends has this hash: a ticket is no state.
        browser_hash: &[],
        nonce: "",
        verifier: "",
        next: "/",
        session_id: Some(session),
        purpose: purpose as i16,
        expires_at: ctx.now() + LONGEST,
    };
    flows::insert(&mut *ctx.conn().await?, flow).await?;
    Ok(ticket)
}

/// The login that comes back, if it began in this browser at this provider and was not here before.
pub async fn take_flow(ctx: &Ctx, provider: Provider, state: &str, browser: &str) -> Result<Option<Flow>> {
    let row = flows::take(&mut *ctx.conn().await?, &hash(state), provider, ctx.now()).await?;
    let row = row.filter(|row| row.browser_hash == hash(browser));
    Ok(row.and_then(|row| {
        Some(Flow {
            nonce: row.nonce,
            verifier: row.verifier,
            next: row.next,
            begun_at: row.expires_at - LONGEST,
            purpose: Purpose::of(row.purpose)?,
            session: row.session_id,
        })
    }))
}

/// Lets in, links, or takes as proven whom a provider vouches for.
pub async fn finish(ctx: &Ctx, flow: &Flow, profile: &Profile) -> Result<Arrival> {
    let mut conn = ctx.conn().await?;
    let arrived = conn
        .transaction(async |conn| match (flow.purpose, flow.session) {
            (Purpose::LogIn, None) => arrive(ctx, conn, profile).await,
            (Purpose::Link, Some(session)) => link(ctx, conn, session, profile).await,
            (Purpose::Prove, Some(session)) => prove(ctx, conn, session, profile).await,
            (Purpose::LogIn, Some(_)) | (Purpose::Link | Purpose::Prove, None) => Ok(Arrival::Refused),
        })
        .await;
    arrived.map_err(Refusal::into_error)
}

async fn link(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    session: SessionId,
    profile: &Profile,
) -> std::result::Result<Arrival, Refusal> {
    let Some((_, user)) = sessions::live(conn, session, ctx.now()).await? else {
        return Ok(Arrival::Refused);
    };
    if let Some(known) = queries::find(conn, profile.provider, &profile.subject).await? {
        return Ok(if known.user_id == user.id { Arrival::Linked } else { Arrival::LinkedElsewhere });
    }
    if !queries::insert(conn, user.id, profile, ctx.now()).await? {
        return Ok(Arrival::LinkedElsewhere);
    }
    let about = json!({ "about": profile.provider.path() });
    audit::record(ctx, conn, Event::new(EventKind::IdentityLinked, user.id).with(about)).await?;
    ctx.lets_in(user.id);
    Ok(Arrival::Linked)
}

/// The session goes on as one that was just begun; no other one is.
async fn prove(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    session: SessionId,
    profile: &Profile,
) -> std::result::Result<Arrival, Refusal> {
    let Some((_, user)) = sessions::live(conn, session, ctx.now()).await? else {
        return Ok(Arrival::Refused);
    };
    let known = queries::find(conn, profile.provider, &profile.subject).await?;
    let Some(known) = known.filter(|known| known.user_id == user.id) else {
        return Ok(Arrival::NotTheirs);
    };
    queries::note_use(conn, known.id, profile, ctx.now()).await?;
    sessions::set_authenticated(conn, session, ctx.now()).await?;
    Ok(Arrival::Proven)
}

async fn arrive(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    profile: &Profile,
) -> std::result::Result<Arrival, Refusal> {
    if let Some(known) = queries::find(conn, profile.provider, &profile.subject).await? {
        let user = users::by_id(conn, known.user_id).await?.filter(UserRow::is_active);
        let Some(user) = user else { return Ok(Arrival::Refused) };
        queries::note_use(conn, known.id, profile, ctx.now()).await?;
        let grant = open_session(ctx, conn, user, profile.provider.path()).await?;
        return Ok(Arrival::LoggedIn(Box::new(grant)));
    }
    // What the provider has not verified counts as no e-mail at all.
    let email = profile.verified_email.as_deref().and_then(|email| super::email(email).ok());
    let name = profile.name.as_deref().and_then(|name| super::name(name).ok());
    let name = name.unwrap_or_else(|| "Planeswalker".to_owned());
    let Some(user) = users::insert(conn, email.as_deref(), &name, None, ctx.now()).await? else {
        return Ok(Arrival::EmailKnown);
    };
    if let Some(email) = &email {
        // Somebody may have registered the address with a password of theirs before its owner came.
        tokens::forget_registrations(conn, email).await?;
    }
    queries::insert(conn, user.id, profile, ctx.now()).await?;
    let about = json!({ "about": profile.provider.path() });
    audit::record(ctx, conn, Event::new(EventKind::AccountCreated, user.id).with(about)).await?;
    let grant = open_session(ctx, conn, user, profile.provider.path()).await?;
    Ok(Arrival::LoggedIn(Box::new(grant)))
}

/// One's own accounts elsewhere.
pub async fn identities(ctx: &Ctx) -> Result<Vec<Identity>> {
    let user = ctx.signed_in()?;
    Ok(queries::of_user(&mut *ctx.conn().await?, user.id).await?)
}

/// Unlinks an account elsewhere, unless it is the only way in.
pub async fn unlink(ctx: &Ctx, id: IdentityId) -> Outcome<()> {
    let user = ctx.signed_in()?;
    super::require_recent(ctx).await?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        // One at a time, so that two do not each leave the other as the last.
        users::lock(conn, user.id).await?;
        let account = super::own(ctx, conn).await?;
        let linked = queries::of_user(conn, user.id).await?;
        let other_ways = account.password_hash.is_some() || linked.iter().any(|one| one.id != id);
        if !linked.iter().any(|one| one.id == id) {
            return Err(Error::NotFound("linked account").into());
        }
        if !other_ways {
            let message = "This is your only way in. Set a password first.";
            return Err(Refusal::from(Problem::new(ProblemCode::LastWayIn, message)));
        }
        queries::delete(conn, user.id, id).await?;
        audit::record(ctx, conn, Event::new(EventKind::IdentityUnlinked, user.id)).await?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_is_a_path_of_ours() {
        for good in ["/", "/cards/abc?x=1#y", "/settings"] {
            assert!(check_next(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\nb",
            "/\t/evil",
            "javascript:x",
            "/ü",
            &"/x".repeat(300),
        ] {
            assert!(check_next(bad).is_err(), "{bad:?}");
        }
    }
}
