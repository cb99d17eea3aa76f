//! What the lines of a decklist mean, for whoever wants its cards rather than has them.

use dialects::{Content, Lot};
use diesel_async::AsyncPgConnection;

use super::cause::Cause;
use super::model::MatchedBy;
use super::shelf::Shelf;
use super::{ladder, lots};
use crate::prices::Finish;
use crate::{CardId, PrintingId};

/// A line that names a card, or should.
pub(crate) struct DeckLine {
    /// Which line of the text, from 1.
    pub line: i32,
    /// What it means, or everything that is wrong with it.
    pub meant: Result<Meant, Vec<Cause>>,
}

/// What a line means.
pub(crate) struct Meant {
    /// The card.
    pub card: CardId,
    /// The printing that fits best.
    pub printing: PrintingId,
    /// By what it was found.
    pub by: MatchedBy,
    /// How many copies.
    pub copies: u32,
    /// The finish that the line names.
    pub finish: Option<Finish>,
}

/// Reads a decklist: its lines with cards and those that cannot be read, in order; not headings and blank lines.
pub(crate) async fn deck_lines(
    conn: &mut AsyncPgConnection,
    text: &str,
) -> diesel::QueryResult<Vec<DeckLine>> {
    let mut read: Vec<(i32, Result<Lot, Cause>)> = Vec::new();
    for row in dialects::deck(text) {
        let line = i32::try_from(row.line).unwrap_or(i32::MAX);
        match row.content {
            Content::Skipped(_) => {}
            Content::Refused { field, value, reason } => {
                read.push((line, Err(Cause::unreadable(field, &value, reason))));
            }
            Content::Lots(found) => read.extend(found.into_iter().map(|lot| (line, Ok(lot)))),
        }
    }
    let mut shelf = Shelf::open(conn).await?;
    let named: Vec<&Lot> = read.iter().filter_map(|(_, lot)| lot.as_ref().ok()).collect();
    shelf.stock(conn, &named).await?;
    let meant = |lot: Lot| {
        let found = ladder::find(&lot, &shelf)?;
        let (card, printing, by) = (found.card, found.printing, found.by);
        Ok(Meant { card, printing, by, copies: lot.quantity, finish: lot.finish.map(lots::finish) })
    };
    let line = |(line, lot): (i32, Result<Lot, Cause>)| DeckLine {
        line,
        meant: lot.map_err(|cause| vec![cause]).and_then(meant),
    };
    Ok(read.into_iter().map(line).collect())
}
