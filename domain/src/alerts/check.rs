//! What a rule may be.

use diesel_async::AsyncPgConnection;

use super::machine::{AlertDirection, Trigger, WHOLE};
use super::model::{AlertBook, Definition, Subject};
use super::queries;
use crate::Ctx;
use crate::inventory::{Outcome, Problem, ProblemCode, Refusal};
use crate::prices::{Currency, Finish, Source};

const LONGEST_NAME: usize = 100;
/// A hundred million in hundredths.
const MOST: i64 = 10_000_000_000;
/// Ten thousand per cent.
const MOST_PERCENT: i64 = 100 * WHOLE;
const LONGEST_WINDOW: i32 = 365;
/// A week.
const LONGEST_PERSISTENCE: i32 = 7 * 24 * 60;
/// Half of the threshold.
const WIDEST_BAND: i32 = 5_000;
const MOST_A_DAY: i32 = 24;

fn invalid(field: &str, message: impl Into<String>) -> Problem {
    Problem::new(ProblemCode::Invalid, field, message)
}

/// What is wrong so far.
struct Found(Vec<Problem>);

impl Found {
    fn demand(&mut self, so: bool, field: &str, message: impl Into<String>) {
        if !so {
            self.0.push(invalid(field, message));
        }
    }
}

/// Everything that is wrong with a rule by itself.
fn problems(ctx: &Ctx, definition: &Definition) -> Vec<Problem> {
    let mut found = Found(if definition.subject.portfolio { of_portfolio(definition) } else { Vec::new() });
    let name = definition.name.as_deref().unwrap_or("-");
    let plain =
        (1..=LONGEST_NAME).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    found.demand(plain, "name", format!("must have 1 to {LONGEST_NAME} characters"));
    let subject = &definition.subject;
    let exact = subject.printing.is_some();
    let wide = subject.card.is_some() || subject.set.is_some();
    let subjects = usize::from(exact) + usize::from(wide) + usize::from(subject.portfolio);
    found.demand(subjects == 1, "subject", "must be a printing; or a card, a set or both; or the portfolio");
    of_trigger(definition, &mut found);
    of_windows(definition, &mut found);
    let patient = (0..=LONGEST_PERSISTENCE).contains(&definition.persistence_minutes);
    found.demand(
        patient,
        "persistenceMinutes",
        format!("must be between 0 and {LONGEST_PERSISTENCE}: a week"),
    );
    let band = (0..=WIDEST_BAND).contains(&definition.band);
    found.demand(band, "rearmPercent", "must be between 0 and 50");
    let limit = (1..=MOST_A_DAY).contains(&definition.daily_limit);
    found.demand(limit, "dailyLimit", format!("must be between 1 and {MOST_A_DAY}"));
    let ahead = definition.expires_at.is_none_or(|at| at > ctx.now());
    found.demand(ahead, "expiresAt", "is over already");
    found.0
}

fn of_trigger(definition: &Definition, found: &mut Found) {
    match definition.trigger {
        Trigger::Below(amount) | Trigger::Above(amount) => {
            found.demand((1..=MOST).contains(&amount), "amount", "must be more than zero, up to 100,000,000");
        }
        Trigger::Moved { percent, direction } => {
            let down = direction != AlertDirection::Up;
            let most = if down { WHOLE - 1 } else { MOST_PERCENT };
            let limit = if down { "less than 100" } else { "up to 10,000" };
            let fits = (1..=most).contains(&percent);
            found.demand(fits, "percent", format!("must be more than zero, {limit}"));
        }
        Trigger::Spread(percent) => {
            let fits = (1..=MOST_PERCENT).contains(&percent);
            found.demand(fits, "percent", "must be more than zero, up to 10,000");
        }
        Trigger::BackInStock => {
            let bought = definition.subject.book == AlertBook::Buylist;
            found.demand(bought, "book", "must be BUYLIST: what is told is that a store buys again");
        }
    }
}

/// A move is measured against a window or an anchor, and nothing else is.
fn of_windows(definition: &Definition, found: &mut Found) {
    let (window, anchor) = (definition.window_days, definition.anchor);
    if matches!(definition.trigger, Trigger::Moved { .. }) {
        let one = window.is_some() != anchor.is_some();
        found.demand(one, "windowDays", "must be given, or an anchor in its place");
    } else {
        found.demand(window.is_none(), "windowDays", "belongs to PERCENT alone");
        found.demand(anchor.is_none(), "anchor", "belongs to PERCENT alone");
    }
    let window = window.is_none_or(|days| (1..=LONGEST_WINDOW).contains(&days));
    found.demand(window, "windowDays", format!("must be between 1 and {LONGEST_WINDOW}"));
    let anchor = anchor.is_none_or(|anchor| (1..=MOST).contains(&anchor));
    found.demand(anchor, "anchor", "must be more than zero, up to 100,000,000");
}

/// What can be asked of a whole collection is less than what can be asked of a card.
fn of_portfolio(definition: &Definition) -> Vec<Problem> {
    let subject = &definition.subject;
    let summed = !matches!(definition.trigger, Trigger::BackInStock | Trigger::Spread(_))
        && subject.book == AlertBook::Price;
    let any = "must be left out: it is about all copies as they are";
    [
        (summed, "rule", "must be BELOW, ABOVE or PERCENT of what the collection is worth by the book PRICE"),
        (subject.currency != Currency::Tix, "currency", "must be USD or EUR: tickets are no money"),
        (
            subject.source != Some(Source::Cardhoarder),
            "source",
            "must not be CARDHOARDER: it sells for tickets",
        ),
        (subject.finish.is_none(), "finish", any),
        (subject.condition.is_none(), "condition", any),
    ]
    .into_iter()
    .filter(|(so, ..)| !so)
    .map(|(_, field, message)| invalid(field, message))
    .collect()
}

/// Refuses a rule that cannot be.
pub(super) fn definition(ctx: &Ctx, definition: &Definition) -> Outcome<()> {
    match problems(ctx, definition) {
        none if none.is_empty() => Ok(()),
        some => Err(Refusal::Problems(some)),
    }
}

/// Refuses a subject that does not exist.
pub(super) async fn subject(conn: &mut AsyncPgConnection, subject: &Subject) -> Outcome<()> {
    let &Subject { printing, card, set, portfolio, .. } = subject;
    if portfolio {
        return Ok(());
    }
    let finishes = queries::finishes(conn, printing, card, set).await?;
    let missing = |field: &str, message: &str| Problem::new(ProblemCode::NotFound, field, message);
    let Some(finishes) = finishes else {
        return Err(match (printing, card, set) {
            (Some(_), ..) => missing("printingId", "there is no such printing"),
            // A set that nothing is known of yet may be waited for.
            (None, None, Some(set)) if queries::is_set(conn, set).await? => return Ok(()),
            (None, Some(_), Some(_)) => missing("setId", "the card is not in such a set"),
            (None, Some(_), None) => missing("cardId", "there is no such card"),
            (None, None, _) => missing("setId", "there is no such set"),
        }
        .into());
    };
    match subject.finish {
        Some(finish) if finishes & Finish::number(finish) == 0 => {
            Err(invalid("finish", "it does not exist in this finish").into())
        }
        _ => Ok(()),
    }
}
