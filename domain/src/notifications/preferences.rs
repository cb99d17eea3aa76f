//! How somebody wants to be told.

use std::str::FromStr;

use chrono::{NaiveTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use diesel_async::AsyncConnection;

use super::model::{NotificationDigest, NotificationKind};
use super::queries::{self, PreferencesRow};
use super::timing::Timing;
use crate::inventory::{Outcome, Problem, ProblemCode, Refusal};
use crate::{Ctx, Error, Result};

/// What goes out by mail of those who said nothing: what they asked to be told of, nothing else.
pub(super) const EMAIL: i16 = NotificationKind::Alert.bit();

/// How somebody wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// What also goes out by e-mail.
    pub email: Vec<NotificationKind>,
    /// Where their clock hangs.
    pub time_zone: Tz,
    /// No mail from then until then, by that clock.
    pub quiet: Option<(NaiveTime, NaiveTime)>,
    /// How mails are put together.
    pub digest: NotificationDigest,
    /// The hour of the daily mail.
    pub digest_hour: u8,
    /// Whether they chose it; else it is what holds for everybody who said nothing.
    pub chosen: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            email: kinds(EMAIL),
            time_zone: Tz::UTC,
            quiet: None,
            digest: NotificationDigest::Off,
            digest_hour: 8,
            chosen: false,
        }
    }
}

fn kinds(bits: i16) -> Vec<NotificationKind> {
    NotificationKind::ALL.iter().copied().filter(|kind| bits & kind.bit() != 0).collect()
}

fn clock(minutes: i16) -> NaiveTime {
    NaiveTime::MIN + TimeDelta::minutes(i64::from(minutes))
}

fn minutes(clock: NaiveTime) -> u16 {
    u16::try_from(clock.hour() * 60 + clock.minute()).unwrap_or_default()
}

impl Preferences {
    pub(super) fn timing(&self) -> Timing {
        Timing {
            zone: self.time_zone,
            quiet: self.quiet.map(|(from, until)| (minutes(from), minutes(until))),
            digest: self.digest,
            hour: self.digest_hour,
        }
    }

    /// What somebody said, or what holds for those who said nothing.
    pub(super) fn of(row: Option<PreferencesRow>) -> Result<Self> {
        row.map_or_else(|| Ok(Self::default()), Self::try_from)
    }

    pub(super) fn row(&self) -> PreferencesRow {
        let number = |clock: NaiveTime| i16::try_from(minutes(clock)).unwrap_or_default();
        PreferencesRow {
            email: self.email.iter().fold(0, |bits, kind| bits | kind.bit()),
            time_zone: self.time_zone.name().to_owned(),
            quiet_from: self.quiet.map(|(from, _)| number(from)),
            quiet_until: self.quiet.map(|(_, until)| number(until)),
            digest: self.digest.number(),
            digest_hour: i16::from(self.digest_hour),
        }
    }
}

impl TryFrom<PreferencesRow> for Preferences {
    type Error = Error;

    fn try_from(row: PreferencesRow) -> Result<Self> {
        let unknown = || Error::internal(anyhow::anyhow!("preferences of a newer version"));
        Ok(Self {
            email: kinds(row.email),
            time_zone: Tz::from_str(&row.time_zone).map_err(|_| unknown())?,
            quiet: row.quiet_from.map(clock).zip(row.quiet_until.map(clock)),
            digest: NotificationDigest::from_number(row.digest).ok_or_else(unknown)?,
            digest_hour: u8::try_from(row.digest_hour).map_err(|_| unknown())?,
            chosen: true,
        })
    }
}

/// What shall be different; what is `None` stays. The inner `None` ends quiet hours.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// What also goes out by e-mail.
    pub email: Option<Vec<NotificationKind>>,
    /// A name of the IANA database.
    pub time_zone: Option<String>,
    /// No mail from then until then, as `22:00`.
    pub quiet: Option<Option<(String, String)>>,
    /// How mails are put together.
    pub digest: Option<NotificationDigest>,
    /// The hour of the daily mail, 0 to 23.
    pub digest_hour: Option<i32>,
}

impl Wishes {
    fn apply(self, to: &mut Preferences) -> Outcome<()> {
        let mut problems = Vec::new();
        let mut invalid = |field: &str, message: &str| {
            problems.push(Problem::new(ProblemCode::Invalid, field, message));
        };
        if let Some(email) = self.email {
            to.email = email;
        }
        if let Some(name) = self.time_zone {
            match Tz::from_str(&name) {
                Ok(zone) => to.time_zone = zone,
                Err(_) => invalid("timeZone", "there is no such time zone; one is called Europe/Berlin"),
            }
        }
        if let Some(quiet) = self.quiet {
            let read = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
            match quiet.map(|(from, until)| (read(&from), read(&until))) {
                None => to.quiet = None,
                Some((Some(from), Some(until))) if from != until => to.quiet = Some((from, until)),
                Some((Some(_), Some(_))) => invalid("quietHours", "must not begin when they end"),
                Some(_) => invalid("quietHours", "must be times of day, such as 22:00"),
            }
        }
        if let Some(digest) = self.digest {
            to.digest = digest;
        }
        if let Some(hour) = self.digest_hour {
            match u8::try_from(hour).ok().filter(|hour| *hour < 24) {
                Some(hour) => to.digest_hour = hour,
                None => invalid("digestHour", "must be 0 to 23"),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Refusal::Problems(problems)) }
    }
}

/// How the viewer wants to be told.
pub async fn preferences(ctx: &Ctx) -> Result<Preferences> {
    let user = ctx.reader()?;
    Preferences::of(queries::preferences(&mut *ctx.conn().await?, user).await?)
}

/// Changes how the viewer wants to be told; what waits to go out goes by it, too.
pub async fn set_preferences(ctx: &Ctx, wishes: Wishes) -> Outcome<Preferences> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        queries::lock(conn, user).await?;
        let mut preferences = Preferences::of(queries::preferences(conn, user).await?)?;
        wishes.apply(&mut preferences)?;
        queries::set_preferences(conn, user, preferences.row(), ctx.now()).await?;
        queries::deliveries::look_again(conn, user, ctx.now()).await?;
        Ok(Preferences { chosen: true, ..preferences })
    })
    .await
}
