//! Lots in our own JSON.

use crate::cell::check_characters;
use crate::field::Field;
use crate::lot::{Lot, MAX_CELL};
use crate::plan::Refusal;
use crate::row::Reason;

/// The lot that an object says.
pub(crate) fn read(text: &str) -> Result<Lot, Refusal> {
    let mut lot: Lot = serde_json::from_str(text).map_err(|_| Refusal::row(text, Reason::NotALot))?;
    tidy(Field::Name, &mut lot.name)?;
    for (field, text) in [
        (Field::SetCode, &mut lot.set_code),
        (Field::SetName, &mut lot.set_name),
        (Field::Number, &mut lot.number),
        (Field::FinishText, &mut lot.finish_text),
        (Field::ConditionText, &mut lot.condition_text),
        (Field::Notes, &mut lot.notes),
    ] {
        if let Some(filled) = text {
            tidy(field, filled)?;
            text.take_if(|text| text.is_empty());
        }
    }
    if let Some(binder) = &mut lot.binder {
        tidy(Field::Binder, &mut binder.name)?;
    }
    lot.binder.take_if(|binder| binder.name.is_empty());
    for tag in &mut lot.tags {
        tidy(Field::Tags, tag)?;
    }
    lot.tags.retain(|tag| !tag.is_empty());
    for value in lot.rest.values_mut() {
        tidy(Field::Rest, value)?;
    }
    for name in lot.rest.keys() {
        tidy(Field::Rest, &mut name.clone())?;
    }
    lot.cost.take_if(|cost| cost.minor <= 0);
    if lot.names_a_card() { Ok(lot) } else { Err(Refusal::row(text, Reason::NoCard)) }
}

fn tidy(field: Field, text: &mut String) -> Result<(), Refusal> {
    if text.len() > MAX_CELL {
        return Err(Refusal::new(field, text, Reason::TooLong));
    }
    let trimmed = text.trim();
    check_characters(field, trimmed).map_err(|reason| Refusal::new(field, trimmed, reason))?;
    if trimmed.len() != text.len() {
        *text = trimmed.to_owned();
    }
    Ok(())
}
