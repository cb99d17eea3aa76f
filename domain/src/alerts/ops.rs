use diesel_async::{AsyncConnection, AsyncPgConnection};

use chrono::{DateTime, TimeDelta, Utc};

use super::check;
use super::model::{Alert, AlertCursor, AlertEvent, AlertEventCursor, AlertFilter, AlertRow, Definition};
use super::pass::CheckAlerts;
use super::queries::{self, events, wants};
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{AlertEventId, AlertId, Ctx, Page, Result, UserId, WantId, jobs};

/// Alerts that one user may make; those of a want list are limited by the list.
const MOST: i64 = 500;
/// Of these, about the whole collection: each values all of it, again and again.
const MOST_OF_PORTFOLIO: i64 = 20;
/// An alert may be silent for so long.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(365);

/// The viewer's alerts, the newest first.
pub async fn alerts(ctx: &Ctx, filter: AlertFilter, page: &Page<AlertCursor>) -> Result<Vec<Alert>> {
    let user = ctx.reader()?;
    let rows = queries::page(&mut *ctx.conn().await?, user, filter, page).await?;
    rows.into_iter().map(Alert::try_from).collect()
}

/// The viewer's alerts that are nearest to firing: those whose condition only has to last, then by how far the
/// price is from what it must reach.
pub async fn nearest(ctx: &Ctx, first: i32) -> Result<Vec<Alert>> {
    let (user, limit) = (ctx.reader()?, Page::<()>::new(first, None)?.limit() as i64);
    let mut conn = ctx.conn().await?;
    let ids = queries::nearest(&mut conn, user, ctx.now(), limit).await?;
    let mut rows = queries::by_ids(&mut conn, user, &ids).await?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    rows.into_iter().map(Alert::try_from).collect()
}

/// One of the viewer's alerts.
pub async fn alert(ctx: &Ctx, id: AlertId) -> Result<Option<Alert>> {
    let user = ctx.reader()?;
    queries::of_user(&mut *ctx.conn().await?, user, id).await?.map(Alert::try_from).transpose()
}

/// What became of the viewer's alerts, or of one of them, the newest first.
pub async fn alert_events(
    ctx: &Ctx,
    alert: Option<AlertId>,
    page: &Page<AlertEventCursor>,
) -> Result<Vec<AlertEvent>> {
    let user = ctx.reader()?;
    Ok(events::page(&mut *ctx.conn().await?, user, alert, page).await?)
}

/// The viewer's events of these ids; what is not theirs is left out.
pub(super) async fn events_by_id(ctx: &Ctx, ids: &[AlertEventId]) -> Result<Vec<AlertEvent>> {
    let user = ctx.reader()?;
    Ok(events::by_ids(&mut *ctx.conn().await?, user, ids).await?)
}

/// A new alert.
pub async fn create(ctx: &Ctx, definition: &Definition) -> Outcome<Alert> {
    let user = ctx.writer()?;
    check::definition(ctx, definition)?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        if queries::count(conn, user).await? >= MOST {
            let message = format!("there may be {MOST} alerts");
            return Err(Problem::new(ProblemCode::LimitReached, "input", message).into());
        }
        check::subject(conn, &definition.subject).await?;
        few_of_portfolio(conn, user, None, definition).await?;
        let row = queries::insert(conn, user, definition, ctx.now()).await?;
        begin(ctx, conn, row).await
    })
    .await
}

async fn few_of_portfolio(
    conn: &mut AsyncPgConnection,
    user: UserId,
    but: Option<AlertId>,
    definition: &Definition,
) -> Outcome<()> {
    let portfolio = definition.subject.portfolio;
    if portfolio && queries::count_of_portfolio(conn, user, but).await? >= MOST_OF_PORTFOLIO {
        let message = format!("there may be {MOST_OF_PORTFOLIO} alerts about the collection");
        return Err(Problem::new(ProblemCode::LimitReached, "input", message).into());
    }
    Ok(())
}

/// Has an alert looked at soon.
async fn begin(ctx: &Ctx, conn: &mut AsyncPgConnection, row: AlertRow) -> Outcome<Alert> {
    queries::touch(conn, row.id).await?;
    jobs::enqueue(ctx, conn, &CheckAlerts { asked_at: Some(ctx.now()) }).await?;
    Ok(Alert::try_from(row)?)
}

async fn own(conn: &mut AsyncPgConnection, user: UserId, id: AlertId) -> Outcome<AlertRow> {
    let none = || Problem::new(ProblemCode::NotFound, "id", "you have no such alert");
    Ok(queries::of_user(conn, user, id).await?.ok_or_else(none)?)
}

/// One that goes by nothing but its own words.
async fn free(conn: &mut AsyncPgConnection, user: UserId, id: AlertId) -> Outcome<AlertRow> {
    let row = own(conn, user, id).await?;
    if row.want_id.is_some() {
        let message = "it goes by the target of a want: change that, or let the want tell nothing";
        return Err(Problem::new(ProblemCode::Invalid, "id", message).into());
    }
    Ok(row)
}

/// Gives an alert another rule. It begins anew with it.
pub async fn edit(ctx: &Ctx, id: AlertId, definition: &Definition) -> Outcome<Alert> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        free(conn, user, id).await?;
        check::definition(ctx, definition)?;
        check::subject(conn, &definition.subject).await?;
        few_of_portfolio(conn, user, Some(id), definition).await?;
        let row = queries::redefine(conn, id, definition, ctx.now()).await?;
        begin(ctx, conn, row).await
    })
    .await
}

/// Ends an alert, with what became of it.
pub async fn delete(ctx: &Ctx, id: AlertId) -> Outcome<AlertId> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        free(conn, user, id).await?;
        queries::delete(conn, id).await?;
        Ok(id)
    })
    .await
}

/// Lets an alert rest, or work again, for which it begins anew.
pub async fn pause(ctx: &Ctx, id: AlertId, paused: bool) -> Outcome<Alert> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let row = own(conn, user, id).await?;
        if row.paused == paused {
            return Ok(Alert::try_from(row)?);
        }
        let row = queries::pause(conn, id, paused, ctx.now()).await?;
        begin(ctx, conn, row).await
    })
    .await
}

/// Has an alert tell nobody for a while: what fires until then is written down and not told. Without a moment
/// it tells again.
pub async fn snooze(ctx: &Ctx, id: AlertId, until: Option<DateTime<Utc>>) -> Outcome<Alert> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        own(conn, user, id).await?;
        if until.is_some_and(|until| until <= ctx.now() || until > ctx.now() + LONGEST_SNOOZE) {
            let message = "must be within the year that comes";
            return Err(Problem::new(ProblemCode::Invalid, "until", message).into());
        }
        Ok(Alert::try_from(queries::snooze(conn, id, until, ctx.now()).await?)?)
    })
    .await
}

/// Has each of some wants of somebody the alert that its target asks for, and none without one, in the
/// transaction that changed them. Whose they are was checked.
pub(crate) async fn follow_wants(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[WantId],
) -> Result<()> {
    if wants::follow(conn, user, ids, ctx.now()).await? > 0 {
        jobs::enqueue(ctx, conn, &CheckAlerts { asked_at: Some(ctx.now()) }).await?;
    }
    Ok(())
}

/// The alerts of some of the viewer's wants.
pub(super) async fn alerts_of_wants(ctx: &Ctx, ids: &[WantId]) -> Result<Vec<Alert>> {
    let user = ctx.reader()?;
    let rows = queries::of_wants(&mut *ctx.conn().await?, user, ids).await?;
    rows.into_iter().map(Alert::try_from).collect()
}
