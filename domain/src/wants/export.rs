//! What is missing, as one takes it to a store.

use super::queries::{self, MissingRow};
use crate::prices::Finish;
use crate::{Ctx, Error, Result, WantListId};

/// How a store has its cards sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShoppingOrder {
    /// By colour, then by name.
    Color,
    /// By set, then by number.
    Set,
}

/// A file of what is missing.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Its text.
    pub text: String,
    /// Lines with cards.
    pub lines: usize,
}

/// White, blue, black, red, green, several colours, none; and what they are called.
const COLORS: [&str; 7] = ["White", "Blue", "Black", "Red", "Green", "Multicolour", "Colourless"];

fn color(row: &MissingRow) -> usize {
    match row.colors.count_ones() {
        0 => 6,
        1 => usize::try_from(row.colors.trailing_zeros()).unwrap_or(5).min(5),
        _ => 5,
    }
}

/// The number as people count, then as it is written.
fn number(row: &MissingRow) -> (u32, &str) {
    let written = row.number.as_deref().unwrap_or_default();
    let digits = written.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    (digits[..end].parse().unwrap_or(u32::MAX), written)
}

fn line(row: &MissingRow) -> String {
    let mut line = format!("{} {}", row.copies, row.name);
    if let Some(code) = &row.code {
        line.push_str(&format!(" ({})", code.to_uppercase()));
    }
    if let Some(number) = &row.number {
        line.push_str(&format!(" {number}"));
    }
    line.push_str(match row.finish.and_then(Finish::from_number) {
        Some(Finish::Foil) => " *F*",
        Some(Finish::Etched) => " *E*",
        Some(Finish::Nonfoil) | None => "",
    });
    line
}

/// What of one of the viewer's lists they do not have: a decklist, with a heading for each part of the store.
pub async fn missing(ctx: &Ctx, list: WantListId, order: ShoppingOrder) -> Result<Missing> {
    let user = ctx.reader()?;
    let mut conn = ctx.conn().await?;
    if queries::lists(&mut conn, user, Some(list)).await?.is_empty() {
        return Err(Error::NotFound("want list"));
    }
    let mut rows = queries::missing(&mut conn, user, list).await?;
    let heading = |row: &MissingRow| match order {
        ShoppingOrder::Color => COLORS[color(row)].to_owned(),
        ShoppingOrder::Set => row.code.as_ref().map_or("Any set".to_owned(), |code| code.to_uppercase()),
    };
    match order {
        // They come by name.
        ShoppingOrder::Color => rows.sort_by_key(color),
        ShoppingOrder::Set => rows.sort_by(|a, b| {
            let set = |row: &MissingRow| (row.code.is_none(), row.code.clone());
            set(a).cmp(&set(b)).then_with(|| number(a).cmp(&number(b)))
        }),
    }
    let mut text = String::new();
    for part in rows.chunk_by(|a, b| heading(a) == heading(b)) {
        text.push_str(&format!("{}// {}\n", if text.is_empty() { "" } else { "\n" }, heading(&part[0])));
        for row in part {
            text.push_str(&line(row));
            text.push('\n');
        }
    }
    Ok(Missing { text, lines: rows.len() })
}
