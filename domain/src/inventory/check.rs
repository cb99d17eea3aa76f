//! What may be kept.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;

use super::facts::{Facts, Paid};
use super::model::{Outcome, Problem, ProblemCode, Refusal};
use super::queries::{binders, names};
use crate::{BinderId, PrintingId, UserId};

/// Copies in one lot.
pub(crate) const MOST_COPIES: i64 = 1_000_000;
/// Lots of one user, empty ones left out.
pub(super) const MOST_LOTS: i32 = 250_000;
/// Lots that one request may change.
const MOST_AT_ONCE: usize = 100;
/// Hundredths.
const MOST_MONEY: i64 = 100_000_000_000;
pub(crate) const LONGEST_TEXT: usize = 100;
pub(crate) const LONGEST_NOTES: usize = 2_000;
pub(crate) const MOST_TAGS: usize = 20;
pub(crate) const LONGEST_TAG: usize = 50;

/// Refuses what is no list to work on.
pub(super) fn length(field: &str, length: usize) -> Outcome<()> {
    if (1..=MOST_AT_ONCE).contains(&length) {
        return Ok(());
    }
    Err(Problem::new(ProblemCode::Invalid, field, format!("takes 1 to {MOST_AT_ONCE} at a time")).into())
}

/// How many copies there are, in words.
pub(super) fn there_are(copies: i32) -> String {
    match copies {
        0 => "there is no copy".to_owned(),
        1 => "there is 1 copy".to_owned(),
        copies => format!("there are {copies} copies"),
    }
}

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

    pub fn invalid(&mut self, field: String, message: impl Into<String>) {
        self.add(ProblemCode::Invalid, field, message);
    }

    /// So many copies, of at most so many.
    pub fn quantity(&mut self, field: String, quantity: i32) {
        if !(1..=MOST_COPIES).contains(&i64::from(quantity)) {
            self.invalid(field, "must be 1 to 1,000,000");
        }
    }

    pub fn paid(&mut self, field: &str, paid: &Paid) {
        if !(0..=MOST_MONEY).contains(&paid.amount) {
            self.invalid(format!("{field}.amount"), "must be 0 to 1,000,000,000");
        }
        if paid.currency.len() != 3 || !paid.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.invalid(format!("{field}.currency"), "must be three letters of ISO 4217, such as USD");
        }
    }

    fn text(&mut self, field: String, text: Option<&String>, longest: usize) {
        let fits = |text: &String| {
            let fits = (1..=longest).contains(&text.chars().count());
            fits && !text.chars().any(|c| c.is_control() && c != '\n')
        };
        if !text.is_none_or(fits) {
            self.invalid(field, format!("must have 1 to {longest} characters"));
        }
    }
}

/// What facts name, as far as it is there and theirs.
pub(super) struct Known {
    finishes: HashMap<PrintingId, i16>,
    binders: HashSet<BinderId>,
}

impl Known {
    pub async fn of<'a>(
        conn: &mut AsyncPgConnection,
        user: UserId,
        facts: impl Iterator<Item = &'a Facts> + Clone,
    ) -> diesel::QueryResult<Self> {
        let printings: HashSet<_> = facts.clone().map(|facts| facts.printing).collect();
        let finishes = names::finishes(conn, &Vec::from_iter(printings)).await?;
        let named: HashSet<_> = facts.filter_map(|facts| facts.binder).collect();
        let named = binders::binders_by_id(conn, user, &Vec::from_iter(named)).await?;
        let open = named.into_iter().filter(|binder| binder.deleted_at.is_none());
        Ok(Self { finishes: finishes.into_iter().collect(), binders: open.map(|binder| binder.id).collect() })
    }

    /// Everything that is wrong with facts at a place of the input.
    pub fn check(&self, problems: &mut Problems, at: &str, facts: &Facts) {
        match self.finishes.get(&facts.printing) {
            None => {
                problems.add(ProblemCode::NotFound, format!("{at}.printingId"), "there is no such printing")
            }
            Some(finishes) if finishes & facts.finish.number() == 0 => {
                problems.invalid(format!("{at}.finish"), "the printing does not exist in this finish");
            }
            Some(_) => {}
        }
        if facts.binder.is_some_and(|binder| !self.binders.contains(&binder)) {
            problems.add(ProblemCode::NotFound, format!("{at}.binderId"), "you have no such binder");
        }
        if let Some(cost) = &facts.cost {
            problems.paid(&format!("{at}.cost"), cost);
        }
        problems.text(format!("{at}.conditionText"), facts.condition_text.as_ref(), LONGEST_TEXT);
        problems.text(format!("{at}.notes"), facts.notes.as_ref(), LONGEST_NOTES);
        if let Some(grading) = &facts.grading {
            problems.text(format!("{at}.grading.grader"), Some(&grading.grader), LONGEST_TEXT);
            problems.text(format!("{at}.grading.grade"), Some(&grading.grade), LONGEST_TEXT);
            problems.text(format!("{at}.grading.certificate"), grading.certificate.as_ref(), LONGEST_TEXT);
        }
        if facts.tags.len() > MOST_TAGS {
            problems.invalid(format!("{at}.tags"), format!("there may be {MOST_TAGS} tags"));
        }
        for (n, tag) in facts.tags.iter().enumerate() {
            problems.text(format!("{at}.tags[{n}]"), Some(tag), LONGEST_TAG);
        }
    }
}
