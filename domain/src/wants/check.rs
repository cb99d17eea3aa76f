//! What may be wanted.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;

use super::model::Wish;
use super::queries::known::{self, KnownPrinting};
use crate::inventory::{Outcome, Problem, ProblemCode, Refusal};
use crate::{CardId, PrintingId, SetId};

/// Wants of one user, and their lists.
pub(super) const MOST_WANTS: i64 = 5_000;
pub(super) const MOST_LISTS: usize = 100;
/// Copies that one want may want.
pub(super) const MOST_COPIES: i32 = 10_000;
/// Wants that one request may change.
pub(super) const MOST_AT_ONCE: usize = 100;
pub(super) const LONGEST_NAME: usize = 60;
const LONGEST_NOTE: usize = 500;
const MOST_SETS: usize = 100;
/// Hundredths.
const MOST_MONEY: i64 = 100_000_000_000;

/// Gathers everything that is wrong.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub fn add(&mut self, code: ProblemCode, field: String, message: impl Into<String>) {
        self.0.push(Problem::new(code, field, message));
    }

    pub fn none(self) -> Outcome<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Problems(self.0)) }
    }

    fn invalid(&mut self, field: String, message: &str) {
        self.add(ProblemCode::Invalid, field, message);
    }
}

/// Refuses what is no list to work on.
pub(super) fn length(field: &str, length: usize) -> Outcome<()> {
    if (1..=MOST_AT_ONCE).contains(&length) {
        return Ok(());
    }
    Err(Problem::new(ProblemCode::Invalid, field, format!("takes 1 to {MOST_AT_ONCE} at a time")).into())
}

pub(super) fn name(name: &str) -> Outcome<&str> {
    let name = name.trim();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let message = format!("must have 1 to {LONGEST_NAME} characters");
        return Err(Problem::new(ProblemCode::Invalid, "name", message).into());
    }
    Ok(name)
}

/// What wishes name, as far as the catalogue has it.
pub(super) struct Known {
    cards: HashSet<CardId>,
    sets: HashSet<SetId>,
    printings: HashMap<PrintingId, KnownPrinting>,
}

impl Known {
    pub async fn of(conn: &mut AsyncPgConnection, wishes: &[&Wish]) -> diesel::QueryResult<Self> {
        let cards: HashSet<_> = wishes.iter().map(|wish| wish.constraint.card).collect();
        let sets: HashSet<_> = wishes.iter().flat_map(|wish| wish.constraint.sets.iter().copied()).collect();
        let printings: HashSet<_> = wishes.iter().filter_map(|wish| wish.constraint.printing).collect();
        Ok(Self {
            cards: known::cards(conn, &Vec::from_iter(cards)).await?.into_iter().collect(),
            sets: known::sets(conn, &Vec::from_iter(sets)).await?.into_iter().collect(),
            printings: known::printings(conn, &Vec::from_iter(printings))
                .await?
                .into_iter()
                .map(|one| (one.id, one))
                .collect(),
        })
    }

    /// Everything that is wrong with a wish at a place of the input.
    pub fn check(&self, problems: &mut Problems, at: &str, wish: &Wish) {
        self.check_where(problems, at, wish);
        if !(1..=MOST_COPIES).contains(&wish.quantity) {
            problems.invalid(format!("{at}.quantity"), "must be 1 to 10,000");
        }
        if !(1..=5).contains(&wish.priority) {
            problems.invalid(format!("{at}.priority"), "must be 1 to 5");
        }
        if let Some(target) = &wish.target {
            if !(1..=MOST_MONEY).contains(&target.amount.amount) {
                problems.invalid(format!("{at}.target.amount"), "must be 0.01 to 1,000,000,000");
            }
            let currency = &target.amount.currency;
            if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                let message = "must be three letters of ISO 4217, such as USD";
                problems.invalid(format!("{at}.target.currency"), message);
            }
        }
        let fits = |note: &String| {
            (1..=LONGEST_NOTE).contains(&note.chars().count())
                && !note.chars().any(|c| c.is_control() && c != '\n')
        };
        if !wish.note.as_ref().is_none_or(fits) {
            problems.invalid(format!("{at}.note"), "must have 1 to 500 characters");
        }
    }

    fn check_where(&self, problems: &mut Problems, at: &str, wish: &Wish) {
        let constraint = &wish.constraint;
        if !self.cards.contains(&constraint.card) {
            let message = "there is no such card or printing";
            return problems.add(ProblemCode::NotFound, format!("{at}.of"), message);
        }
        if let Some(printing) = constraint.printing {
            match self.printings.get(&printing) {
                Some(known) if known.card_id == constraint.card => {
                    if constraint.finish.is_some_and(|finish| known.finishes & finish.number() == 0) {
                        let message = "the printing does not exist in this finish";
                        problems.invalid(format!("{at}.finish"), message);
                    }
                }
                _ => problems.add(ProblemCode::NotFound, format!("{at}.of"), "the card has no such printing"),
            }
            if !constraint.sets.is_empty() {
                problems.invalid(format!("{at}.of"), "takes a printing or sets, not both");
            }
        }
        if constraint.sets.len() > MOST_SETS {
            problems.invalid(format!("{at}.of"), "takes at most 100 sets");
        }
        if constraint.sets.iter().any(|set| !self.sets.contains(set)) {
            problems.add(ProblemCode::NotFound, format!("{at}.of"), "there is no such set");
        }
    }
}
