//! What a file says of copies, as an inventory keeps it.

use dialects::{BinderKind, Field, Lot, SECTION};
use serde_json::to_vec;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128;

use super::cause::{Cause, Code};
use crate::inventory::{
    CERTIFICATE, Facts, GRADER, GRADER_GRADE, Grade, Grading, LONGEST_NOTES, LONGEST_TAG, LONGEST_TEXT,
    Language, MOST_TAGS, paid,
};
use crate::prices::Finish;
use crate::{BinderId, PrintingId};

/// A finish in our words.
pub(super) fn finish(finish: dialects::Finish) -> Finish {
    finish.into()
}

/// A language as the catalogue writes it.
pub(super) fn language_code(language: dialects::Language) -> String {
    let written = serde_json::to_value(language).unwrap_or_default();
    written.as_str().unwrap_or("en").to_owned()
}

/// Why nothing of a lot belongs into an inventory, whatever card it is.
pub(super) fn not_owned(lot: &Lot) -> Option<Cause> {
    let list = lot.binder.as_ref().filter(|binder| binder.kind == Some(BinderKind::List));
    if let Some(list) = list {
        return Some(Cause::new(Code::OnAList, Field::Binder, &list.name));
    }
    let maybe = lot.rest.get(SECTION).filter(|section| *section == "Maybeboard");
    if let Some(section) = maybe {
        return Some(Cause::new(Code::OnAList, Field::Section, section));
    }
    lot.proxy.then(|| Cause::plain(Code::Proxy))
}

/// The finish of a lot, which has to be one that the printing exists in; says if another one is written.
pub(super) fn surface(lot: &Lot, finishes: i16) -> (Finish, Option<Cause>) {
    let order = match lot.finish.map(finish) {
        None | Some(Finish::Nonfoil) => [Finish::Nonfoil, Finish::Foil, Finish::Etched],
        Some(Finish::Foil) => [Finish::Foil, Finish::Etched, Finish::Nonfoil],
        Some(Finish::Etched) => [Finish::Etched, Finish::Foil, Finish::Nonfoil],
    };
    let exists = |finish: &Finish| finishes & finish.number() != 0;
    let found = order.into_iter().find(exists).unwrap_or(order[0]);
    let wrong = lot.finish.map(finish).is_some_and(|wanted| wanted != found);
    (found, wrong.then(|| Cause::new(Code::FinishCorrected, Field::Finish, &format!("{:?}", order[0]))))
}

/// A text as long as is kept.
fn cut(text: &str, longest: usize) -> String {
    let kept = text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(longest);
    kept.collect::<String>().trim().to_owned()
}

fn is_cut(text: &str, longest: usize) -> bool {
    text.trim().chars().count() > longest
}

/// What of a lot is not kept as it is written.
pub(super) fn losses(lot: &Lot) -> Vec<Cause> {
    let mut causes = Vec::new();
    if lot.cost.as_ref().is_some_and(|cost| paid(cost).is_none()) {
        causes.push(Cause::plain(Code::CurrencyUnknown));
    }
    let long = |text: &Option<String>, longest| text.as_ref().is_some_and(|text| is_cut(text, longest));
    if long(&lot.condition_text, LONGEST_TEXT) {
        causes.push(Cause::new(Code::TextCut, Field::ConditionText, ""));
    }
    if long(&lot.notes, LONGEST_NOTES) {
        causes.push(Cause::new(Code::TextCut, Field::Notes, ""));
    }
    if lot.tags.len() > MOST_TAGS || lot.tags.iter().any(|tag| is_cut(tag, LONGEST_TAG)) {
        causes.push(Cause::new(Code::TextCut, Field::Tags, ""));
    }
    causes
}

/// The facts of a lot's copies, without whether they are for trade.
pub(super) fn facts(lot: &Lot, printing: PrintingId, finish: Finish, binder: Option<BinderId>) -> Facts {
    let text = |text: &Option<String>, longest| {
        text.as_ref().map(|text| cut(text, longest)).filter(|text| !text.is_empty())
    };
    let tags = lot.tags.iter().map(|tag| cut(tag, LONGEST_TAG)).take(MOST_TAGS).collect();
    let said = |name: &str| lot.rest.get(name).map(|text| cut(text, LONGEST_TEXT));
    let grading = said(GRADER).map(|grader| Grading {
        grader,
        grade: said(GRADER_GRADE).unwrap_or_default(),
        certificate: said(CERTIFICATE),
    });
    let facts = Facts {
        grade: lot.grade.map_or(Grade::NearMint, Grade::from),
        language: lot.language.map_or(Language::En, Language::from),
        binder,
        cost: lot.cost.as_ref().and_then(paid),
        acquired_on: lot.acquired,
        condition_text: text(&lot.condition_text, LONGEST_TEXT),
        grading,
        signed: lot.signed,
        altered: lot.altered,
        misprint: lot.misprint,
        hidden: lot.hidden,
        notes: text(&lot.notes, LONGEST_NOTES),
        tags,
        ..Facts::of(printing, finish)
    };
    facts.tidy()
}

/// Copies of a lot that are for trade, and those that are not.
pub(super) fn parts(lot: &Lot, copies: i32) -> [(bool, i32); 2] {
    let for_trade = i32::try_from(lot.for_trade).unwrap_or(i32::MAX).min(copies);
    [(true, for_trade), (false, copies - for_trade)]
}

/// What a row says besides how many copies. Two rows of which it is the same are about the same copies; cells
/// without a meaning, such as when an app last touched the row, are left out.
pub(super) fn digest(lot: &Lot) -> Uuid {
    let said = Lot { quantity: 0, for_trade: 0, rest: Default::default(), ..lot.clone() };
    Uuid::from_u128(xxh3_128(&to_vec(&said).unwrap_or_default()))
}
