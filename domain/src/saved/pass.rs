//! Looks at what the searches find that tell: soon after prices landed, many of them in one statement.

use std::collections::HashMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};

use super::model::SavedSearch;
use super::queries::{self, News};
use super::{live, ops};
use crate::jobs::{self, Job, Lane};
use crate::links::urlencoded;
use crate::notifications::{self, New, NotificationKind};
use crate::search::Finding;
use crate::{Ctx, Error, Result, SavedSearchId, UserId};

/// Matches that one that tells may have.
pub(super) const MOST_FOUND: i64 = 2_000;
/// Searches that are looked at in one transaction.
const CHUNK: i64 = 24;
/// What lands within it is looked at together: markets that move all the time land every second.
const GATHERED: TimeDelta = TimeDelta::minutes(1);
/// From here to the commit of an import.
const COMMITTED: TimeDelta = TimeDelta::seconds(10);
/// A price that moved is back within half a day more often than not; what is no price does not flicker.
const PATIENCE_WITH_PRICES: TimeDelta = TimeDelta::hours(12);
/// Its owner is told of a search no more often.
const PACE: TimeDelta = TimeDelta::hours(6);
/// Names that one notification holds.
const NAMED: usize = 5;

/// Looks at the searches that tell.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CheckSearches {
    /// The end of the minute in which prices landed, and a little; nothing if the clock asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathered_at: Option<DateTime<Utc>>,
}

impl Job for CheckSearches {
    const KIND: &'static str = "saved_search_check";
    const LANE: Lane = Lane::of(Self::KIND, 1);

    fn unique_key(&self) -> Option<String> {
        Some(self.gathered_at.map_or_else(|| Self::KIND.to_owned(), |at| at.to_rfc3339()))
    }
}

/// Has the searches looked at soon that tell, in the transaction of an import, just before it ends. One that
/// takes longer to commit may be passed over by the job of another: then the clock sees to it.
pub(crate) async fn touch_changed(ctx: &Ctx, client: &tokio_postgres::Client) -> Result<()> {
    if queries::anything_to_tell(client).await? {
        let now = ctx.renewed().now();
        let minute = now.duration_trunc(GATHERED).map_err(Error::internal)?;
        let gathered_at = minute + GATHERED + COMMITTED;
        let job = CheckSearches { gathered_at: Some(gathered_at) };
        jobs::enqueue_beside(ctx, client, &job, gathered_at).await?;
    }
    Ok(())
}

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
        match look(ctx, &some).await {
            Ok(news) => {
                told += news;
                continue;
            }
            // One that fails must not keep the others from being looked at.
            Err(error) => tracing::warn!(%error, "saved searches are run one by one"),
        }
        for one in some.chunks(1) {
            match look(ctx, one).await {
                Ok(news) => told += news,
                Err(error) => tracing::warn!(%error, search = ?one[0].id, "a saved search could not be run"),
            }
        }
    }
}

/// How many of some had something to tell.
async fn look(ctx: &Ctx, some: &[SavedSearch]) -> Result<u64> {
    let (mut conn, now) = (ctx.conn().await?, ctx.now());
    let found = ops::find(ctx, &mut conn, some, MOST_FOUND).await?;
    // One that finds too much tells nothing until it finds less again.
    let few = |finding: &Finding| i64::from(finding.total) <= MOST_FOUND;
    let mut found: HashMap<_, _> =
        some.iter().zip(found).filter_map(|(saved, found)| Some((saved.id, found.filter(few)?))).collect();
    conn.transaction(async |conn| {
        let held = queries::hold(conn, some).await?;
        found.retain(|id, _| held.contains_key(id));
        let seen: Vec<_> = found.iter().map(|(id, finding)| (*id, finding, patience(finding))).collect();
        queries::remember(conn, &seen, false, now).await?;
        count(conn, &held, &found, now).await?;
        let rests = |id: &SavedSearchId| held[id].told_at.is_some_and(|at| now - at < PACE);
        let due: Vec<_> =
            seen.iter().filter(|(id, ..)| !rests(id)).map(|(id, _, patience)| (*id, *patience)).collect();
        let news = queries::news(conn, &due, now).await?;
        let posted: Vec<_> = news
            .chunk_by(|one, other| one.search_id == other.search_id)
            .filter_map(|news| notification(held.get(&news.first()?.search_id)?, news, now.timestamp()))
            .collect();
        notifications::post_in(conn, now, &posted).await?;
        Ok(posted.len() as u64)
    })
    .await
}

/// Keeps how much those find that find more or less than before, and says so to their owners.
async fn count(
    conn: &mut AsyncPgConnection,
    held: &HashMap<SavedSearchId, SavedSearch>,
    found: &HashMap<SavedSearchId, Finding>,
    now: DateTime<Utc>,
) -> Result<()> {
    let changed = |(id, finding): (&SavedSearchId, &Finding)| {
        (held[id].matching != Some(finding.total)).then_some((*id, Some(finding.total)))
    };
    let counts: HashMap<_, _> = found.iter().filter_map(changed).collect();
    queries::counted(conn, &counts, now).await?;
    let mut users: Vec<UserId> = counts.keys().map(|id| held[id].user_id).collect();
    users.sort_unstable();
    users.dedup();
    live::tell(conn, users).await?;
    Ok(())
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
