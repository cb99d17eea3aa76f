//! What operators do, and what the background work does for everybody.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde_json::json;

use super::super::access::{Changed, publish};
use super::super::model::{EndReason, Refusal, Status, UserRow};
use super::super::queries::{devices, flows, sessions, tokens, users};
use super::super::secrets::random_text;
use super::super::throttle;
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, Error, Result, Role, Roles, UserId, mail};

/// Sessions that are over are kept for so long.
const KEEP_SESSIONS: TimeDelta = TimeDelta::days(90);

/// An account that an operator made.
pub struct CreatedUser {
    /// Which.
    pub id: UserId,
    /// Good for one login, at which it must be replaced.
    pub password: String,
}

/// Makes an account with a password that must be replaced at its first use.
pub async fn create_user(ctx: &Ctx, email: &str, name: &str, roles: Roles) -> Result<CreatedUser> {
    ctx.require_service()?;
    let email = super::email(email).map_err(|problem| Error::invalid("email", problem.message))?;
    let name = super::name(name).map_err(|problem| Error::invalid("name", problem.message))?;
    let password = random_text()[..20].to_owned();
    let hash = ctx.auth().hasher.hash(&password).await?;
    let mut conn = ctx.conn().await?;
    let id = conn
        .transaction(async |conn| {
            let made = users::insert(conn, Some(&email), &name, Some(&hash), ctx.now()).await?;
            let user =
                made.ok_or_else(|| Error::Conflict("there is an account with this e-mail".to_owned()))?;
            users::set_roles(conn, user.id, roles, ctx.now()).await?;
            users::expire_password(conn, user.id).await?;
            let about = json!({ "about": "by an operator" });
            audit::record(ctx, conn, Event::new(EventKind::AccountCreated, user.id).with(about)).await?;
            Ok::<_, Error>(user.id)
        })
        .await?;
    Ok(CreatedUser { id, password })
}

/// The account with an e-mail.
pub async fn user_by_email(ctx: &Ctx, email: &str) -> Result<UserId> {
    ctx.require_service()?;
    let user = users::by_email(&mut *ctx.conn().await?, &email.trim().to_lowercase()).await?;
    user.map(|user| user.id).ok_or(Error::NotFound("account"))
}

/// Whether anybody runs the platform.
pub async fn any_admin(ctx: &Ctx) -> Result<bool> {
    ctx.require_service()?;
    Ok(users::any_with(&mut *ctx.conn().await?, Role::Admin).await?)
}

/// Gives a role.
pub async fn grant_role(ctx: &Ctx, id: UserId, role: Role) -> Result<()> {
    change_roles(ctx, id, |roles| roles.with(role)).await
}

/// Takes a role back.
pub async fn revoke_role(ctx: &Ctx, id: UserId, role: Role) -> Result<()> {
    change_roles(ctx, id, |roles| roles.without(role)).await
}

async fn change_roles(ctx: &Ctx, id: UserId, change: impl Fn(Roles) -> Roles + Send + Sync) -> Result<()> {
    ctx.require_operator()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        users::lock(conn, id).await?;
        let user = users::by_id(conn, id).await?.ok_or(Error::NotFound("user"))?;
        let roles = change(user.roles());
        users::set_roles(conn, id, roles, ctx.now()).await?;
        let names: Vec<String> = roles.list().iter().map(|role| format!("{role:?}")).collect();
        let about = json!({ "about": names.join(", ") });
        audit::record(ctx, conn, Event::new(EventKind::RolesChanged, id).with(about)).await
    })
    .await?;
    drop(conn);
    publish(ctx, Changed { user: Some(id), ..Changed::default() }).await;
    Ok(())
}

/// Blocks an account, or lifts the block. What was open is closed.
pub async fn set_disabled(ctx: &Ctx, id: UserId, disabled: bool) -> Result<()> {
    ctx.require_operator()?;
    let mut conn = ctx.conn().await?;
    let changed = conn
        .transaction(async |conn| {
            let user = users::by_id(conn, id).await?.filter(|user| user.status != Status::Closed as i16);
            let user: UserRow = user.ok_or(Error::NotFound("user"))?;
            let (status, kind) = match disabled {
                true => (Status::Disabled, EventKind::AccountDisabled),
                false => (Status::Active, EventKind::AccountEnabled),
            };
            users::set_status(conn, user.id, status, ctx.now()).await?;
            audit::record(ctx, conn, Event::new(kind, user.id)).await?;
            let mut changed = Changed { user: Some(id), ..Changed::default() };
            if disabled {
                let reason = EndReason::AccountEnded;
                changed.sessions = sessions::end_all(conn, id, None, reason, ctx.now()).await?;
            }
            Ok::<_, Refusal>(changed)
        })
        .await;
    drop(conn);
    publish(ctx, changed.map_err(Refusal::into_error)?).await;
    Ok(())
}

/// Forgets what is over: links, counters, sessions, copies for their owners.
pub async fn sweep(ctx: &Ctx) -> Result<()> {
    ctx.require_service()?;
    tokens::forget_expired(&mut *ctx.conn().await?, ctx.now()).await?;
    flows::forget_expired(&mut *ctx.conn().await?, ctx.now()).await?;
    sessions::forget(&mut *ctx.conn().await?, ctx.now() - KEEP_SESSIONS).await?;
    devices::forget_unused(&mut *ctx.conn().await?, ctx.now() - super::devices::UNUSED).await?;
    mail::forget(&mut *ctx.conn().await?).await?;
    throttle::forget(ctx).await?;
    super::leaving::forget_exports(ctx).await?;
    super::super::rotate_keys(ctx).await
}
