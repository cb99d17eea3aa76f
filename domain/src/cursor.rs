//! Keyset cursors: a tag for the list, then the values of the order, in a form that is opaque to
//! the outside and checked when it comes back.

use async_graphql::connection::CursorType;
use chrono::{DateTime, Utc};

use crate::alerts::{AlertCursor, AlertEventCursor};
use crate::catalog::{CardCursor, PrintingCursor, SetCursor};
use crate::imports::{ImportCursor, RowCursor};
use crate::inventory::{ChangeCursor, LotCursor, LotOrder, Sorted};
use crate::jobs::JobCursor;
use crate::news::ArticleCursor;
use crate::notifications::NotificationCursor;
use crate::similar::SimilarCursor;
use crate::tournaments::TournamentCursor;
use crate::wants::WantCursor;
use crate::{
    AlertEventId, AlertId, ArticleId, CardId, ChangeId, ImportId, LotId, NotificationId, PrintingId, SetId,
    TournamentId, WantId,
};

/// A cursor that is none of its list.
#[derive(Debug, thiserror::Error)]
#[error("not a cursor of this list")]
pub struct BadCursor;

/// Packs values; the separator cannot occur in a value because it is escaped.
pub(crate) fn pack(tag: &str, values: &[String]) -> String {
    let text =
        std::iter::once(tag).chain(values.iter().map(String::as_str)).collect::<Vec<_>>().join("\u{1f}");
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The values behind a packed cursor of the list.
pub(crate) fn unpack(tag: &str, cursor: &str) -> Result<Vec<String>, BadCursor> {
    const LONGEST: usize = 1_024;
    if cursor.len() > LONGEST || !cursor.is_ascii() || !cursor.len().is_multiple_of(2) {
        return Err(BadCursor);
    }
    let byte = |n: usize| u8::from_str_radix(&cursor[n..n + 2], 16).map_err(|_| BadCursor);
    let bytes: Vec<u8> = (0..cursor.len()).step_by(2).map(byte).collect::<Result<_, _>>()?;
    let text = String::from_utf8(bytes).map_err(|_| BadCursor)?;
    let mut values = text.split('\u{1f}').map(str::to_owned);
    if values.next().as_deref() != Some(tag) {
        return Err(BadCursor);
    }
    Ok(values.collect())
}

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, BadCursor> {
    text.parse().map_err(|_| BadCursor)
}

fn optional<T: std::str::FromStr>(text: &str) -> Result<Option<T>, BadCursor> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// Microseconds of the Unix epoch, as exact as Postgres.
fn moment(text: &str) -> Result<DateTime<Utc>, BadCursor> {
    DateTime::from_timestamp_micros(parse(text)?).ok_or(BadCursor)
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |v| v.to_string())
}

impl CursorType for CardCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [name, id] = unpack("card", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self { name, id: CardId(parse(&id)?) })
    }

    fn encode_cursor(&self) -> String {
        pack("card", &[self.name.clone(), self.id.0.to_string()])
    }
}

impl CursorType for LotCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [order, direction, kind, key, id] = unpack("lot", s)?.try_into().map_err(|_| BadCursor)?;
        let order = LotOrder::ALL.into_iter().find(|known| format!("{known:?}") == order).ok_or(BadCursor)?;
        let key = match kind.as_str() {
            "none" => Sorted::Missing,
            "number" => Sorted::Number(parse(&key)?),
            "text" if !key.contains('\0') => Sorted::Text(key),
            _ => return Err(BadCursor),
        };
        Ok(Self { order, descending: direction == "desc", key, id: LotId(parse(&id)?) })
    }

    fn encode_cursor(&self) -> String {
        let (kind, key) = match &self.key {
            Sorted::Missing => ("none", String::new()),
            Sorted::Number(number) => ("number", number.to_string()),
            Sorted::Text(text) => ("text", text.clone()),
        };
        let direction = if self.descending { "desc" } else { "asc" };
        let order = format!("{:?}", self.order);
        pack("lot", &[order, direction.to_owned(), kind.to_owned(), key, self.id.0.to_string()])
    }
}

impl CursorType for ChangeCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [id] = unpack("change", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(ChangeId(parse(&id)?)))
    }

    fn encode_cursor(&self) -> String {
        pack("change", &[self.0.0.to_string()])
    }
}

impl CursorType for NotificationCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [id] = unpack("notification", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(NotificationId(parse(&id)?)))
    }

    fn encode_cursor(&self) -> String {
        pack("notification", &[self.0.0.to_string()])
    }
}

impl CursorType for WantCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [number, text, id] = unpack("want", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self { number: optional(&number)?, text, id: WantId(parse(&id)?) })
    }

    fn encode_cursor(&self) -> String {
        pack("want", &[text(self.number), self.text.clone(), self.id.0.to_string()])
    }
}

impl CursorType for AlertCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [id] = unpack("alert", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(AlertId(parse(&id)?)))
    }

    fn encode_cursor(&self) -> String {
        pack("alert", &[self.0.0.to_string()])
    }
}

impl CursorType for AlertEventCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [id] = unpack("alert event", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(AlertEventId(parse(&id)?)))
    }

    fn encode_cursor(&self) -> String {
        pack("alert event", &[self.0.0.to_string()])
    }
}

impl CursorType for ImportCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [id] = unpack("import", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(ImportId(parse(&id)?)))
    }

    fn encode_cursor(&self) -> String {
        pack("import", &[self.0.0.to_string()])
    }
}

impl CursorType for RowCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [n] = unpack("row", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(parse(&n)?))
    }

    fn encode_cursor(&self) -> String {
        pack("row", &[self.0.to_string()])
    }
}

impl CursorType for PrintingCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [released_at, number, id] = unpack("printing", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self {
            released_at: optional(&released_at)?,
            number: optional(&number)?,
            id: PrintingId(parse(&id)?),
        })
    }

    fn encode_cursor(&self) -> String {
        pack("printing", &[text(self.released_at), text(self.number), self.id.0.to_string()])
    }
}

impl CursorType for SetCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [released_at, id] = unpack("set", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self { released_at: optional(&released_at)?, id: SetId(parse(&id)?) })
    }

    fn encode_cursor(&self) -> String {
        pack("set", &[text(self.released_at), self.id.0.to_string()])
    }
}

impl CursorType for JobCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [id] = unpack("job", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self(parse(&id)?))
    }

    fn encode_cursor(&self) -> String {
        pack("job", &[self.0.to_string()])
    }
}

impl CursorType for SimilarCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [score, id] = unpack("similar", s)?.try_into().map_err(|_| BadCursor)?;
        let score = f32::from_bits(parse(&score)?);
        if score.is_finite() { Ok(Self::of(CardId(parse(&id)?), score)) } else { Err(BadCursor) }
    }

    fn encode_cursor(&self) -> String {
        let (card, score) = self.parts();
        pack("similar", &[score.to_bits().to_string(), card.0.to_string()])
    }
}

impl CursorType for ArticleCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [micros, id] = unpack("article", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self { published_at: moment(&micros)?, id: ArticleId(parse(&id)?) })
    }

    fn encode_cursor(&self) -> String {
        pack("article", &[self.published_at.timestamp_micros().to_string(), self.id.0.to_string()])
    }
}

impl CursorType for TournamentCursor {
    type Error = BadCursor;

    fn decode_cursor(s: &str) -> Result<Self, BadCursor> {
        let [micros, id] = unpack("tournament", s)?.try_into().map_err(|_| BadCursor)?;
        Ok(Self { started_at: moment(&micros)?, id: TournamentId(parse(&id)?) })
    }

    fn encode_cursor(&self) -> String {
        pack("tournament", &[self.started_at.timestamp_micros().to_string(), self.id.0.to_string()])
    }
}
