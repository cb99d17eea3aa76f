//! A decklist becomes wants: what its lines say, and what is wrong with those that say nothing.

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::change::{enter_in, target};
use super::check::MOST_COPIES;
use super::model::{Constraint, Want, Wish};
use super::queries::known;
use crate::imports::{DeckLine, MatchedBy, deck_lines};
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::{Ctx, PrintingId, SetId, WantListId};

/// Bytes of a text, and lines in it.
const LONGEST: usize = 100_000;
const MOST_LINES: usize = 1_000;
/// How urgent what comes by a list is.
const PRIORITY: i32 = 3;

/// Why a line became no want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "WantLineErrorCode")]
pub enum LineProblem {
    /// It is not a line of a decklist.
    Unreadable,
    /// No card of the catalogue has that name.
    NoSuchCard,
    /// It wants more copies than a want may.
    TooManyCopies,
}

/// A line that became no want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which, from 1.
    pub line: i32,
    /// What is written there, cut.
    pub text: String,
    /// What is wrong with it, for programs.
    pub problem: LineProblem,
    /// What is wrong with it, for people.
    pub message: String,
}

/// Adds what a decklist names to a list, the default one if none is named: any printing of each card, or, as
/// written, the printing or set that a line names. Lines that cannot be read are told, the others are added.
pub async fn paste(
    ctx: &Ctx,
    list: Option<WantListId>,
    text: &str,
    as_written: bool,
) -> Outcome<(WantListId, Vec<Want>, Vec<Line>)> {
    let user = ctx.writer()?;
    let text = text.replace('\0', " ");
    if text.len() > LONGEST || text.lines().count() > MOST_LINES {
        let message = "must have at most 1,000 lines and 100,000 characters";
        return Err(Problem::new(ProblemCode::Invalid, "text", message).into());
    }
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let (mut named, mut wrong) = (Vec::new(), Vec::new());
        for line in deck_lines(conn, &text).await? {
            match read(&line, &text) {
                Ok(wish) => named.push(wish),
                Err(line) => wrong.push(line),
            }
        }
        let list = target(ctx, conn, user, list).await?;
        let wishes = if as_written { named_places(conn, named).await? } else { anywhere(named) };
        let wants =
            if wishes.is_empty() { Vec::new() } else { enter_in(ctx, conn, user, list, wishes).await? };
        Ok((list, wants, wrong))
    })
    .await
}

/// A wish, the printing that its line fits best, and by what that was found.
type Named = (Wish, PrintingId, MatchedBy);

fn read(line: &DeckLine, text: &str) -> Result<Named, Line> {
    let wrong = |problem, message: &str| {
        let number = usize::try_from(line.line).unwrap_or(1);
        let written = text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
        let written = written.trim().chars().take(200).collect();
        Line { line: line.line, text: written, problem, message: message.to_owned() }
    };
    let meant = line.meant.as_ref().map_err(|causes| {
        use crate::imports::Code;
        let first = causes.iter().find(|cause| cause.code == Code::Unreadable);
        match first.or(causes.last()) {
            Some(cause) if cause.code == Code::Unreadable => wrong(LineProblem::Unreadable, &cause.message),
            Some(cause) => wrong(LineProblem::NoSuchCard, &cause.message),
            None => wrong(LineProblem::NoSuchCard, "no card of the catalogue has this name"),
        }
    })?;
    let copies = i32::try_from(meant.copies).ok().filter(|copies| *copies <= MOST_COPIES);
    let quantity = copies.ok_or_else(|| wrong(LineProblem::TooManyCopies, "more than 10,000 copies"))?;
    let constraint = Constraint {
        card: meant.card,
        printing: None,
        sets: Vec::new(),
        finish: meant.finish,
        grade: None,
        languages: Vec::new(),
    };
    let wish = Wish { constraint, quantity, target: None, tells: true, priority: PRIORITY, note: None };
    Ok((wish, meant.printing, meant.by))
}

fn anywhere(named: Vec<Named>) -> Vec<Wish> {
    named.into_iter().map(|(wish, ..)| wish).collect()
}

/// Wishes as narrow as their lines are.
async fn named_places(conn: &mut AsyncPgConnection, named: Vec<Named>) -> Outcome<Vec<Wish>> {
    let in_sets = named.iter().filter(|(.., by)| *by == MatchedBy::SetAndName);
    let printings: Vec<_> = in_sets.map(|(_, printing, _)| *printing).collect();
    let sets = known::sets_of(conn, &printings).await?;
    let set_of = |printing: PrintingId| -> Vec<SetId> {
        sets.iter().find(|(id, _)| *id == printing).map(|(_, set)| *set).into_iter().collect()
    };
    let narrow = |(mut wish, printing, by): Named| {
        match by {
            MatchedBy::Id | MatchedBy::SetAndNumber | MatchedBy::Owner => {
                wish.constraint.printing = Some(printing);
            }
            MatchedBy::SetAndName => wish.constraint.sets = set_of(printing),
            MatchedBy::Name => {}
        }
        wish
    };
    Ok(named.into_iter().map(narrow).collect())
}
