use diesel_async::{AsyncConnection, AsyncPgConnection};

use chrono::{DateTime, TimeDelta, Utc};

use super::check;
use super::model::{Alert, AlertCursor, AlertEvent, AlertEventCursor, AlertFilter, AlertRow, Definition};
use super::pass::CheckAlerts;
use super::queries::{self, events};
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{AlertEventId, AlertId, Ctx, Page, Result, UserId, jobs};

/// Alerts that one user may make; those of a want list are limited by the list.
const MOST: i64 = 500;
/// An alert may be silent for so long.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(365);

/// The viewer's alerts, the newest first.
pub async fn alerts(ctx: &Ctx, filter: AlertFilter, page: &Page<AlertCursor>) -> Result<Vec<Alert>> {
    let user = ctx.reader()?;
    let rows = queries::page(&mut *ctx.conn().await?, user, filter, page).await?;
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
        let row = queries::insert(conn, (user, None), definition, ctx.now()).await?;
        begin(ctx, conn, row).await
    })
    .await
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

/// Gives an alert another rule. It begins anew with it.
pub async fn edit(ctx: &Ctx, id: AlertId, definition: &Definition) -> Outcome<Alert> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        own(conn, user, id).await?;
        check::definition(ctx, definition)?;
        check::subject(conn, &definition.subject).await?;
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
        own(conn, user, id).await?;
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

/// The alert of a row of a want list, made or given another rule, in the transaction of its reason. Whose row
/// it is was checked.
pub async fn put_in(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    (user, want): (UserId, i32),
    definition: &Definition,
) -> Outcome<AlertId> {
    check::definition(ctx, definition)?;
    check::subject(conn, &definition.subject).await?;
    let row = match queries::of_want(conn, user, want).await? {
        Some(row) => {
            let (id, known) = (row.id, Alert::try_from(row)?);
            if known.definition == *definition {
                return Ok(id);
            }
            queries::redefine(conn, id, definition, ctx.now()).await?
        }
        None => queries::insert(conn, (user, Some(want)), definition, ctx.now()).await?,
    };
    Ok(begin(ctx, conn, row).await?.id)
}

/// Ends the alert of a row of a want list, if there is one, in the transaction of its reason.
pub async fn drop_in(conn: &mut AsyncPgConnection, user: UserId, want: i32) -> Result<bool> {
    Ok(queries::delete_of_want(conn, user, want).await? > 0)
}
