//! What searches find that somebody comes back to: many of them in one statement.

use ::search::{Direction, Order, parse};
use chrono::NaiveDate;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable};
use diesel_async::AsyncPgConnection;

use super::compile::{Sql, is_about_prices};
use super::model::SearchUnique;
use super::queries::{Outcome, rows};
use super::statement::Plan;
use crate::{Error, PrintingId, Result, UserId};

/// Searches that one statement runs: it has as long as any other.
const TOGETHER: usize = 8;

/// A search as somebody keeps it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'a> {
    /// In the search language.
    pub text: &'a str,
    /// What is one row, unless the text says so.
    pub unique: SearchUnique,
    /// Whose copies are meant by terms about copies.
    pub owner: UserId,
}

/// What such a search finds.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The first of what it finds: the card, or the printing where every printing counts, and a printing of it.
    pub matches: Vec<(i32, i32)>,
    /// All of it.
    pub total: i32,
    /// Whether it asks for prices, so that it finds something else as they move.
    pub about_prices: bool,
}

/// Of one of several searches: a match, or the absence of any.
#[derive(Clone, Copy, Debug, QueryableByName)]
struct Match {
    #[diesel(sql_type = Integer)]
    nth: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    id: Option<PrintingId>,
    #[diesel(sql_type = Nullable<Integer>)]
    tie: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    total: Option<i64>,
}

fn plan(sought: &Sought<'_>, today: NaiveDate, most: i64) -> Result<Plan> {
    let parsed = parse(sought.text).map_err(|error| Error::invalid("query", error.to_string()))?;
    Ok(Plan {
        unique: parsed.query.settings.unique.unwrap_or(sought.unique.into()),
        order: Order::Name,
        direction: Direction::Asc,
        after: None,
        fetch: most,
        count: true,
        today,
        owner: Some(sought.owner),
        query: parsed.query,
    })
}

/// What some plans find, in their order; nothing at all where the database cannot answer one of them.
async fn together(conn: &mut AsyncPgConnection, plans: &[&Plan]) -> Result<Option<Vec<Finding>>> {
    let mut sql = Sql::default();
    for (nth, plan) in (0..).zip(plans) {
        sql.push(if nth == 0 { "SELECT " } else { " UNION ALL SELECT " }).integer(nth);
        sql.push(" AS nth, id, tie, total FROM (").append(plan.statement()).push(") AS found");
    }
    let has_regex = plans.iter().any(|plan| plan.has_regex());
    let Outcome::Rows(rows) = rows::<Match>(conn, sql, has_regex).await? else { return Ok(None) };
    let mut found: Vec<_> = plans
        .iter()
        .map(|plan| {
            let about_prices =
                plan.query.filter.as_ref().is_some_and(|asked| asked.mentions(&is_about_prices));
            Finding { matches: Vec::new(), total: 0, about_prices }
        })
        .collect();
    for row in rows {
        let Some(finding) = usize::try_from(row.nth).ok().and_then(|nth| found.get_mut(nth)) else {
            continue;
        };
        finding.total = i32::try_from(row.total.unwrap_or(0)).unwrap_or(i32::MAX);
        finding.matches.extend(row.tie.zip(row.id.map(|id| id.0)));
    }
    Ok(Some(found))
}

/// What some plans find, with their places: each by itself where they cannot be answered together.
async fn ask(conn: &mut AsyncPgConnection, some: &[(usize, &Plan)]) -> Result<Vec<(usize, Finding)>> {
    let plans: Vec<&Plan> = some.iter().map(|(_, plan)| *plan).collect();
    let places = some.iter().map(|(nth, _)| *nth);
    if let Some(found) = together(conn, &plans).await? {
        return Ok(places.zip(found).collect());
    }
    let mut all = Vec::new();
    for (nth, plan) in some.iter().filter(|_| some.len() > 1) {
        let found = together(conn, &[plan]).await?;
        all.extend(found.into_iter().flatten().map(|finding| (*nth, finding)));
    }
    Ok(all)
}

/// What a search finds, at most so much of it; nothing where that takes too long, or where the database does
/// not understand a regular expression. Fails with `Invalid` for what cannot be read.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    sought: &Sought<'_>,
    today: NaiveDate,
    most: i64,
) -> Result<Option<Finding>> {
    let found = together(conn, &[&plan(sought, today, most)?]).await?;
    Ok(found.and_then(|mut found| found.pop()))
}

/// The same of several, eight in one statement; what cannot be read finds nothing. Where one of the eight takes
/// too long or is not understood, and for those with a regular expression, each is asked by itself.
pub(crate) async fn find_all(
    conn: &mut AsyncPgConnection,
    sought: &[Sought<'_>],
    today: NaiveDate,
    most: i64,
) -> Result<Vec<Option<Finding>>> {
    let plans: Vec<_> = sought.iter().map(|one| plan(one, today, most).ok()).collect();
    let mut all: Vec<Option<Finding>> = vec![None; plans.len()];
    let readable = || plans.iter().enumerate().filter_map(|(nth, plan)| Some((nth, plan.as_ref()?)));
    let (alone, quick): (Vec<_>, Vec<_>) = readable().partition(|(_, plan)| plan.has_regex());
    for some in quick.chunks(TOGETHER).chain(alone.chunks(1)) {
        for (nth, finding) in ask(conn, some).await? {
            all[nth] = Some(finding);
        }
    }
    Ok(all)
}
