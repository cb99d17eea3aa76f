use chrono::{DateTime, Utc};
use diesel::prelude::*;
use tables::mails;

/// A mail that is to be sent.
#[derive(Clone, Debug, HasQuery)]
#[diesel(table_name = mails)]
pub struct Mail {
    /// Which.
    pub id: i64,
    /// To whom.
    pub recipient: String,
    /// About what.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Where whoever gets it ends such mails by one click; nothing for what they have to be told.
    pub unsubscribe: Option<String>,
    /// When its reason was.
    pub created_at: DateTime<Utc>,
    /// Tries, this one among them.
    pub attempts: i32,
}
