//! Looks at what the searches find that tell, one after the other.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;

use super::model::SavedSearch;
use super::queries::{self, News};
use super::{live, ops};
use crate::links::urlencoded;
use crate::notifications::{self, New, NotificationKind};
use crate::search::Finding;
use crate::{Ctx, Result, SavedSearchId};

/// Matches that one that tells may have.
pub(super) const MOST_FOUND: i64 = 2_000;
/// Searches that are read at once.
const CHUNK: i64 = 500;
/// A price that moved is back within half a day more often than not; what is no price does not flicker.
const PATIENCE_WITH_PRICES: TimeDelta = TimeDelta::hours(12);
/// Its owner is told of a search no more often.
const PACE: TimeDelta = TimeDelta::hours(6);
/// Names that one notification holds.
const NAMED: usize = 5;

/// How long something must be found before it is new, and not found before it is gone.
pub(super) fn patience(finding: &Finding) -> TimeDelta {
    if finding.about_prices { PATIENCE_WITH_PRICES } else { TimeDelta::zero() }
}

/// Looks at all searches that tell. Returns how many had something to tell.
pub async fn check(ctx: &Ctx) -> Result<u64> {
    ctx.require_service()?;
    let (mut after, mut told) = (SavedSearchId(0), 0);
    loop {
        let some = queries::telling(&mut *ctx.conn().await?, after, CHUNK).await?;
        let Some(last) = some.last() else { return Ok(told) };
        after = last.id;
        for saved in &some {
            // One that fails must not keep the others from being looked at.
            match look(ctx, saved).await {
                Ok(news) => told += u64::from(news),
                Err(error) => tracing::warn!(%error, search = saved.id.0, "a saved search could not be run"),
            }
        }
    }
}

/// Whether there was something to tell.
async fn look(ctx: &Ctx, saved: &SavedSearch) -> Result<bool> {
    let mut conn = ctx.conn().await?;
    // One that finds too much tells nothing until it finds less again.
    let finding = ops::find(ctx, &mut conn, saved, MOST_FOUND).await?;
    let Some(finding) = finding.filter(|finding| i64::from(finding.total) <= MOST_FOUND) else {
        return Ok(false);
    };
    conn.transaction(async |conn| {
        let Some(saved) = queries::hold(conn, saved).await? else { return Ok(false) };
        let (patience, now) = (patience(&finding), ctx.now());
        queries::remember(conn, saved.id, &finding, patience, false, now).await?;
        if saved.matching != Some(finding.total) {
            queries::counted(conn, &[(saved.id, Some(finding.total))].into(), now).await?;
            live::tell(conn, &live::SavedSearchesChanged { user: saved.user_id }).await?;
        }
        if saved.told_at.is_some_and(|at| now - at < PACE) {
            return Ok(false);
        }
        let news = queries::news(conn, saved.id, patience, now).await?;
        let posted = notification(&saved, &news, now.timestamp());
        notifications::post_in(conn, now, posted.as_slice()).await?;
        Ok(posted.is_some())
    })
    .await
}

fn notification(saved: &SavedSearch, news: &[News], moment: i64) -> Option<New> {
    let first = news.first()?;
    let names: Vec<&str> = news.iter().take(NAMED).map(|one| one.name.as_str()).collect();
    let more = news.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = if news.len() == 1 { "finds something new" } else { "finds new cards" };
    Some(New {
        user: saved.user_id,
        kind: NotificationKind::Alert,
        group: Some(format!("saved search {}", saved.id.0)),
        dedupe: format!("saved search {} {moment}", saved.id.0),
        title: format!("{} {what}", saved.name),
        body: format!("{}{rest}.", names.join(", ")),
        link: Some(match news {
            [only] => format!("/cards/{}", only.card_id.public()),
            _ => format!("/cards?q={}", urlencoded(&saved.query)),
        }),
        card: Some(first.card_id),
        printing: Some(first.printing_id),
    })
}
