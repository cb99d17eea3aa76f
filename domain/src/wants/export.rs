//! What is missing, as one takes it to a store.

use dialects::neutralise;

use super::queries::{self, MissingRow};
use crate::inventory::{Grade, Language};
use crate::prices::Finish;
use crate::scalars::Decimal;
use crate::{Ctx, Error, Result, WantListId};

/// How a store has its cards sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShoppingOrder {
    /// By colour, then by name.
    Color,
    /// By set, then by number.
    Set,
}

/// What a file of it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShoppingForm {
    /// A decklist with a heading for each part of the store.
    Decklist,
    /// A table for a spreadsheet, with what else a copy must be and what it may cost.
    Table,
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

const HEADERS: [&str; 9] = [
    "Count",
    "Name",
    "Set",
    "Collector Number",
    "Finish",
    "Condition at least",
    "Language",
    "Target price",
    "Currency",
];

fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::Mint => "Mint",
        Grade::NearMint => "Near Mint",
        Grade::Excellent => "Excellent",
        Grade::Good => "Good",
        Grade::LightPlayed => "Light Played",
        Grade::Played => "Played",
        Grade::Poor => "Poor",
    }
}

/// Cells under the headers; what does not matter is empty.
fn cells(row: &MissingRow) -> [String; 9] {
    let finish = row.finish.and_then(Finish::from_number).map(|finish| match finish {
        Finish::Nonfoil => "Regular",
        Finish::Foil => "Foil",
        Finish::Etched => "Etched",
    });
    let languages = row.languages.iter().flatten().filter_map(|number| Language::from_number(*number));
    let languages: Vec<_> = languages.map(|one| dialects::Language::from(one).code()).collect();
    let target = row.target.zip(row.target_currency.clone());
    let (price, currency) = target.map(|(price, of)| (Decimal(price).to_string(), of)).unwrap_or_default();
    [
        row.copies.to_string(),
        row.name.clone(),
        row.code.as_ref().or(row.codes.as_ref()).map(|code| code.to_uppercase()).unwrap_or_default(),
        row.number.clone().unwrap_or_default(),
        finish.unwrap_or_default().to_owned(),
        row.grade.and_then(Grade::from_number).map(grade_word).unwrap_or_default().to_owned(),
        languages.join(" / "),
        price,
        currency,
    ]
}

fn table(rows: &[MissingRow]) -> std::result::Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEADERS)?;
    for row in rows {
        out.write_record(cells(row).iter().map(|cell| neutralise(cell).into_owned()))?;
    }
    let bytes = out.into_inner().map_err(|error| error.into_error())?;
    // What was written came from texts.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What of one of the viewer's lists they do not have, in the order in which a store has its cards.
pub async fn missing(
    ctx: &Ctx,
    list: WantListId,
    order: ShoppingOrder,
    form: ShoppingForm,
) -> Result<Missing> {
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
    if form == ShoppingForm::Table {
        let text = table(&rows).map_err(Error::internal)?;
        return Ok(Missing { text, lines: rows.len() });
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
