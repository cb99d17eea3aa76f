//! How anything in the platform tells somebody something: in the transaction of its reason, any number at once.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::live::NotificationsChanged;
use super::model::NotificationKind;
use super::queries;
use crate::{CardId, NotificationId, PrintingId, UserId, events};

/// Letters of a title and of a body that are kept.
const LONGEST_TITLE: usize = 200;
const LONGEST_BODY: usize = 2_000;
/// Notifications that one event names.
const NAMED: usize = 100;

/// What somebody is to be told.
#[derive(Clone, Debug)]
pub(crate) struct New {
    /// Whom.
    pub user: UserId,
    /// What it is about.
    pub kind: NotificationKind,
    /// Those of one group are shown together.
    pub group: Option<String>,
    /// Of what a user was told by one key they are not told again.
    pub dedupe: String,
    /// One line.
    pub title: String,
    /// The rest of it.
    pub body: String,
    /// A page of the web app: its path.
    pub link: Option<String>,
    /// The card that it is about.
    pub card: Option<CardId>,
    /// The printing that it is about.
    pub printing: Option<PrintingId>,
}

/// Posts notifications and returns those that are new. They are seen once the transaction is committed.
pub(crate) async fn post_in(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    new: &[New],
) -> diesel::QueryResult<Vec<(UserId, NotificationId)>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let new: Vec<New> = new.iter().map(kept).collect();
    let posted = queries::insert(conn, now, &new).await?;
    let of_one = posted.chunk_by(|(one, _), (other, _)| one == other);
    let parts = of_one.flat_map(|of_one| of_one.chunks(NAMED));
    let event = |part: &[(UserId, NotificationId)]| NotificationsChanged {
        user: part[0].0,
        posted: part.iter().map(|(_, id)| *id).collect(),
    };
    events::insert_all(conn, "notification", &parts.map(event).collect::<Vec<_>>()).await?;
    Ok(posted)
}

fn kept(new: &New) -> New {
    let cut = |text: &str, longest: usize| {
        let plain = text.chars().filter(|c| !c.is_control() || *c == '\n');
        plain.take(longest).collect::<String>()
    };
    New { title: cut(&new.title, LONGEST_TITLE), body: cut(&new.body, LONGEST_BODY), ..new.clone() }
}
