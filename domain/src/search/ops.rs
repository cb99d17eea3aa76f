use std::collections::HashSet;

use ::search::{Direction, Expr, Term, Warning, fold, parse};

use super::cursor::{Cursor, search_number};
use super::model::{Found, SearchPage, SearchRequest};
use super::queries::{self, Candidate, Outcome};
use super::statement::{Plan, natural, without_regexes};
use crate::{CardId, Ctx, Error, Page, Result, UserId};

/// How many similar names are compared letter by letter.
const SIMILAR: i64 = 40;
/// Below this likeness a name is another one, not a misspelt one.
const LIKENESS: f64 = 0.5;
const MAX_NAME: usize = 150;

/// Finds printings. What the query says that is not understood is ignored, with a warning.
#[tracing::instrument(skip_all)]
pub async fn search(ctx: &Ctx, request: &SearchRequest) -> Result<SearchPage> {
    let page = Page::new(request.first, request.after.clone())?;
    // The database cannot hold the null character; a space keeps the places of the warnings.
    let text = request.query.replace('\0', " ");
    let parsed = parse(&text).map_err(|error| Error::invalid("query", error.to_string()))?;
    let mut warnings = parsed.warnings;
    let owner = ctx.reader().ok();
    let query = for_owner(parsed.query, owner, &text, &mut warnings);
    let mut plan = plan(ctx, request, &page, query)?;
    plan.owner = owner;
    let mut conn = ctx.conn().await?;
    let mut outcome = queries::matches(&mut conn, &plan).await?;
    if let Outcome::BadRegex = outcome {
        let message = "the database does not understand the regular expression".to_owned();
        warnings.push(Warning { message, start: 0, end: text.encode_utf16().count() });
        plan.query = without_regexes(plan.query);
        outcome = queries::matches(&mut conn, &plan).await?;
    }
    match outcome {
        Outcome::Rows(rows) => finish(request, &page, &plan, rows, warnings),
        Outcome::BadRegex => {
            Err(Error::internal(anyhow::anyhow!("a regular expression is left in the query")))
        }
        Outcome::Timeout if plan.has_regex() => {
            Err(Error::invalid("query", "the regular expression takes too long"))
        }
        Outcome::Timeout => Err(Error::Unavailable("search")),
    }
}

/// The query without what is about somebody's copies, where nobody asks whose copies could be read.
fn for_owner(
    query: ::search::Query,
    owner: Option<UserId>,
    text: &str,
    warnings: &mut Vec<Warning>,
) -> ::search::Query {
    let about = |filter: &Expr| filter.mentions(&Term::is_owned);
    if owner.is_some() || !query.filter.as_ref().is_some_and(about) {
        return query;
    }
    let message = "terms about your own copies need a login, and of an API key the scope READ_OWN".to_owned();
    warnings.push(Warning { message, start: 0, end: text.encode_utf16().count() });
    ::search::Query { filter: query.filter.and_then(|filter| filter.without(&Term::is_owned)), ..query }
}

fn plan(ctx: &Ctx, request: &SearchRequest, page: &Page<String>, query: ::search::Query) -> Result<Plan> {
    let settings = query.settings;
    let unique = settings.unique.unwrap_or(request.unique.into());
    let order = settings.order.unwrap_or(request.order.into());
    let direction = match settings.direction.unwrap_or(request.direction.into()) {
        Direction::Auto => natural(order),
        given => given,
    };
    let number = search_number(&query, unique, order, direction);
    let after = page.after.as_deref().map(|after| Cursor::decode(after, number)).transpose()?;
    let today = ctx.now().date_naive();
    Ok(Plan {
        query,
        unique,
        order,
        direction,
        after,
        fetch: page.fetch(),
        count: request.count,
        today,
        owner: None,
    })
}

fn finish(
    request: &SearchRequest,
    page: &Page<String>,
    plan: &Plan,
    rows: Vec<Found>,
    warnings: Vec<Warning>,
) -> Result<SearchPage> {
    let total = rows.first().and_then(|row| row.total).filter(|_| request.count);
    let number = search_number(&plan.query, plan.unique, plan.order, plan.direction);
    let mut ids = Vec::with_capacity(rows.len());
    for row in &rows {
        if let (Some(id), Some(cursor)) = (row.id, Cursor::of(row, number)) {
            ids.push((cursor.encode()?, id));
        }
    }
    let has_next = ids.len() > page.limit();
    ids.truncate(page.limit());
    let normalized = plan.query.to_string();
    Ok(SearchPage { ids, has_next, has_previous: page.after.is_some(), total, warnings, normalized })
}

/// Cards by the beginning of their name, then of a word in it, then by resemblance.
#[tracing::instrument(skip_all)]
pub async fn autocomplete(ctx: &Ctx, text: &str, first: i32) -> Result<Vec<CardId>> {
    let limit = Page::<String>::new(first, None)?.limit();
    let text = fold(&text.replace('\0', " "));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > MAX_NAME {
        return Ok(Vec::new());
    }
    let mut conn = ctx.conn().await?;
    let mut found = queries::beginning(&mut conn, &text, limit as i64).await?;
    if found.len() < limit && text.chars().count() > 2 {
        let known: HashSet<CardId> = found.iter().map(|candidate| candidate.id).collect();
        let similar = queries::resembling(&mut conn, &text, SIMILAR).await?;
        let similar = similar.into_iter().filter(|candidate| !known.contains(&candidate.id));
        found.extend(by_likeness(&text, similar));
    }
    Ok(found.into_iter().take(limit).map(|candidate| candidate.id).collect())
}

/// The ones that are likely meant, the likeliest first.
fn by_likeness(text: &str, candidates: impl Iterator<Item = Candidate>) -> Vec<Candidate> {
    let measured = candidates.map(|candidate| (likeness(text, &candidate.name_folded), candidate));
    let mut likely: Vec<_> = measured.filter(|(likeness, _)| *likeness >= LIKENESS).collect();
    likely.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.edhrec_rank.cmp(&y.edhrec_rank)));
    likely.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Of the whole name, of a face, or of as much of it as has been typed.
fn likeness(text: &str, name: &str) -> f64 {
    let length = text.chars().count();
    let faces = name.split(" // ").chain([name]);
    let spellings = faces.flat_map(|face| [face.to_owned(), face.chars().take(length).collect()]);
    spellings.map(|spelling| strsim::normalized_damerau_levenshtein(text, &spelling)).fold(0.0, f64::max)
}
