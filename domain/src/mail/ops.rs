use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::model::Mail;
use super::queries;
use crate::notifications::{self, Went};
use crate::{Ctx, Result, UserId};

/// Whoever took a mail has this long to send it.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Waits after the first failures; then it is given up, and the row says why.
const WAITS: [TimeDelta; 7] = [
    TimeDelta::seconds(5),
    TimeDelta::seconds(30),
    TimeDelta::minutes(2),
    TimeDelta::minutes(10),
    TimeDelta::hours(1),
    TimeDelta::hours(4),
    TimeDelta::hours(12),
];

/// Has a mail sent, once the transaction of its reason is committed. Returns its number.
pub(crate) async fn enqueue(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: Option<UserId>,
    recipient: &str,
    subject: &str,
    body: &str,
) -> Result<i64> {
    Ok(queries::insert(conn, user, recipient, subject, body, ctx.now()).await?)
}

/// Says where whoever gets a mail ends such mails, in the transaction of its reason.
pub(crate) async fn ends_at(conn: &mut AsyncPgConnection, mail: i64, link: &str) -> Result<()> {
    queries::ends_at(conn, mail, link).await?;
    Ok(())
}

/// Takes as long as `enqueue` and sends nothing: for answers that must not tell whether there is a mail.
pub(crate) async fn pretend(ctx: &Ctx, conn: &mut AsyncPgConnection) -> Result<()> {
    queries::insert_sent(conn, ctx.now()).await?;
    Ok(())
}

/// Forgets the mails that never were.
pub(crate) async fn forget(conn: &mut AsyncPgConnection) -> Result<()> {
    queries::forget_pretended(conn).await?;
    Ok(())
}

/// The mail to send next, taken for two minutes.
pub async fn next(ctx: &Ctx) -> Result<Option<Mail>> {
    ctx.require_service()?;
    Ok(queries::claim(&mut *ctx.conn().await?, ctx.now(), ctx.now() + LEASE).await?)
}

/// It went out; its text is forgotten. Whoever took it may have given it an id.
pub async fn sent(ctx: &Ctx, mail: &Mail, provider: Option<String>) -> Result<()> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::sent(conn, mail.id, ctx.now()).await?;
        notifications::went(conn, mail.id, &Went::Out(provider), ctx.now()).await?;
        Ok(())
    })
    .await
}

/// It did not go out. It is tried again, unless that would not help or was done often enough.
pub async fn failed(ctx: &Ctx, mail: &Mail, failure: &str, for_good: bool) -> Result<()> {
    ctx.require_service()?;
    let tries = usize::try_from(mail.attempts).unwrap_or(1).max(1);
    let wait = WAITS.get(tries - 1).filter(|_| !for_good);
    let again = wait.map(|wait| ctx.now() + *wait);
    if again.is_none() {
        // Mail servers like to say whom they do not know, and no log shows who anybody is.
        tracing::error!(mail = mail.id, "a mail is given up; its row in `mails` says why");
    }
    let went = if again.is_some() { Went::Again } else { Went::Nowhere };
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::failed(conn, mail.id, failure, again).await?;
        notifications::went(conn, mail.id, &went(failure.to_owned()), ctx.now()).await?;
        Ok(())
    })
    .await
}
