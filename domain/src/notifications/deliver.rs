//! Notifications go out by mail: all of one reader that are due, in one mail. The mail's row is written in the
//! transaction that says so of them, and the mail goes out under a key of its own: whatever dies in between,
//! they go out once.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::model::{NotificationDeliveryState, NotificationDigest, NotificationKind};
use super::preferences::Preferences;
use super::queries::deliveries::{self, Due, End};
use super::{queries, unsubscribe};
use crate::{Ctx, Result, UserId, mail};

/// Notifications that one mail tells in full; of the others it tells how many they are.
const TOLD: usize = 50;
/// Deliveries that one mail takes along.
const MOST: i64 = 1_000;

/// What became of a mail.
#[derive(Clone, Debug)]
pub(crate) enum Went {
    /// It went out, and whoever took it calls it so.
    Out(Option<String>),
    /// It is tried again.
    Again(String),
    /// It is given up.
    Nowhere(String),
}

/// Deals with the notifications of the reader who has waited longest; false if nobody waits. Where no mail can
/// be sent, they are told in the app only, and say so.
pub async fn deliver_next(ctx: &Ctx, can_send: bool) -> Result<bool> {
    ctx.require_service()?;
    let now = ctx.now();
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let Some(user) = deliveries::next_reader(conn, now).await? else { return Ok(false) };
        let due = deliveries::due(conn, user, now, MOST).await?;
        let all = || due.iter().map(|one| one.id).collect::<Vec<_>>();
        let suppress = async |conn: &mut AsyncPgConnection, ids: &[i64], why: &str| {
            let end = End { state: NotificationDeliveryState::Suppressed, error: Some(why), provider: None };
            deliveries::end(conn, ids, end, now).await
        };
        if !can_send {
            suppress(conn, &all(), "this installation sends no mail").await?;
            return Ok(true);
        }
        let Some((address, name)) = deliveries::address(conn, user).await? else {
            suppress(conn, &all(), "the account has no address").await?;
            return Ok(true);
        };
        let preferences = Preferences::of(queries::preferences(conn, user).await?)?;
        let sorted = Sorted::of(&due, &preferences, now);
        suppress(conn, &sorted.read, "it was read before").await?;
        suppress(conn, &sorted.unwanted, "such mail is not wanted any more").await?;
        deliveries::hold(conn, &sorted.later).await?;
        if !sorted.now.is_empty() {
            let ids: Vec<_> = sorted.now.iter().map(|one| one.id).collect();
            let (subject, body) = text(ctx, &name, &sorted.now, preferences.digest);
            let mail = mail::enqueue(ctx, conn, Some(user), &address, &subject, &body).await?;
            mail::ends_at(conn, mail, &unsubscribe::link(ctx, user)).await?;
            deliveries::hand_over(conn, &ids, mail, now).await?;
        }
        Ok(true)
    })
    .await
}

/// What waits, by what is to become of it.
#[derive(Default)]
struct Sorted<'a> {
    now: Vec<&'a Due>,
    later: Vec<(i64, DateTime<Utc>)>,
    read: Vec<i64>,
    unwanted: Vec<i64>,
}

impl<'a> Sorted<'a> {
    fn of(due: &'a [Due], preferences: &Preferences, now: DateTime<Utc>) -> Self {
        let timing = preferences.timing();
        let mut sorted = Self::default();
        for one in due {
            let wanted =
                NotificationKind::from_number(one.kind).is_some_and(|kind| preferences.email.contains(&kind));
            let out = timing.due(one.created_at, now);
            match out > now {
                _ if one.read => sorted.read.push(one.id),
                _ if !wanted => sorted.unwanted.push(one.id),
                true => sorted.later.push((one.id, out)),
                false => sorted.now.push(one),
            }
        }
        sorted
    }
}

fn text(ctx: &Ctx, name: &str, told: &[&Due], digest: NotificationDigest) -> (String, String) {
    let url = &ctx.auth().settings().public_url;
    let subject = match (told, digest) {
        ([one], NotificationDigest::Off) => one.title.replace('\n', " "),
        ([_], _) => "1 notification from Dualcaster Deals".to_owned(),
        _ => format!("{} notifications from Dualcaster Deals", told.len()),
    };
    let mut body = format!("Hello {name},\n");
    for one in told.iter().take(TOLD) {
        body.push('\n');
        let link = one.link.as_ref().map(|link| format!("{url}{link}"));
        for line in [Some(&one.title), Some(&one.body), link.as_ref()].into_iter().flatten() {
            if !line.is_empty() {
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    let rest = told.len().saturating_sub(TOLD);
    if rest > 0 {
        // Writing into a string does not fail.
        let _ = write!(body, "\nAnd {rest} more: {url}/notifications\n");
    }
    let _ = write!(body, "\nWhat you are told by mail, and when: {url}/settings/notifications\n");
    (subject, body)
}

/// A mail came to something: so did what it carries.
pub(crate) async fn went(
    conn: &mut AsyncPgConnection,
    mail: i64,
    went: &Went,
    now: DateTime<Utc>,
) -> diesel::QueryResult<usize> {
    let end = match went {
        Went::Out(provider) => {
            End { state: NotificationDeliveryState::Sent, error: None, provider: provider.as_deref() }
        }
        Went::Again(error) => {
            End { state: NotificationDeliveryState::Sending, error: Some(error), provider: None }
        }
        Went::Nowhere(error) => {
            End { state: NotificationDeliveryState::Failed, error: Some(error), provider: None }
        }
    };
    deliveries::mail_went(conn, mail, end, now).await
}

/// Whose notifications wait.
pub(super) const LOCK: i32 = 823_650_021;

/// The lock of somebody's deliveries: two workers make one mail of them.
pub(super) fn lock_of(user: UserId) -> (i32, i32) {
    (LOCK, user.0)
}
