//! The lots that the cells of a row make together.

use crate::draft::Draft;
use crate::field::Field;
use crate::lot::Lot;
use crate::plan::Refusal;
use crate::row::{Content, NoteKind, Reason, Skip};
use crate::words::Finish;

impl Draft<'_> {
    /// The lots of the row.
    pub(crate) fn finish(&mut self) -> Result<Content, Refusal> {
        let mut lot = std::mem::take(&mut self.lot);
        if lot.name.is_empty() {
            lot.name = std::mem::take(&mut self.label);
        } else if !self.label.is_empty() && self.label != lot.name {
            lot.rest.insert("Label".into(), std::mem::take(&mut self.label));
        }
        lot.finish = lot.finish.or(self.graded_finish);
        let currency = self.currency.or(self.plan.currency);
        lot.cost = self.amount.as_ref().and_then(|amount| amount.cost(currency));
        if let Some(binder) = &mut lot.binder {
            binder.kind = self.binder_kind;
        }
        if !lot.names_a_card() {
            return Err(Refusal::row("", Reason::NoCard));
        }
        let lots = if self.counts_apart() { self.apart(&lot) } else { vec![self.together(lot)?] };
        let lots: Vec<Lot> = lots.into_iter().filter(|lot| lot.quantity > 0).collect();
        if let Some(lot) = lots.last().filter(|lot| lot.for_trade > lot.quantity) {
            let for_trade = lot.for_trade.to_string();
            self.note(Field::ForTrade, &for_trade, NoteKind::TooManyForTrade);
        }
        Ok(if lots.is_empty() { Content::Skipped(Skip::NoCopies) } else { Content::Lots(lots) })
    }

    fn counts_apart(&self) -> bool {
        [Field::NonfoilQuantity, Field::FoilQuantity, Field::SpecialFoilQuantity]
            .iter()
            .any(|field| self.plan.has(*field))
    }

    fn together(&mut self, mut lot: Lot) -> Result<Lot, Refusal> {
        let counted = self.plan.has(Field::Quantity);
        let copies = self.copies.or((!counted).then_some(1));
        lot.quantity = copies.ok_or_else(|| Refusal::new(Field::Quantity, "", Reason::NoQuantity))?;
        if self.playset {
            let four = lot.quantity.checked_mul(4);
            let told = lot.quantity.to_string();
            lot.quantity = four.ok_or_else(|| Refusal::new(Field::Quantity, &told, Reason::NotAQuantity))?;
            self.note(Field::Playset, &told, NoteKind::Playset);
        }
        if self.all_for_trade {
            lot.for_trade = lot.quantity;
        }
        Ok(lot)
    }

    /// One lot for each finish; copies for trade are taken from the first ones.
    fn apart(&self, lot: &Lot) -> Vec<Lot> {
        let kinds = [(Finish::Nonfoil, None), (Finish::Foil, None), (Finish::Foil, Some("Special foil"))];
        let mut for_trade = lot.for_trade;
        let last = self.counts.iter().rposition(|count| count.is_some_and(|count| count > 0));
        let mut lots = Vec::new();
        for (at, ((finish, text), count)) in kinds.into_iter().zip(self.counts).enumerate() {
            let quantity = count.unwrap_or(0);
            let share = if Some(at) == last { for_trade } else { for_trade.min(quantity) };
            for_trade -= share;
            lots.push(Lot {
                quantity,
                for_trade: if self.all_for_trade { quantity } else { share },
                finish: Some(finish),
                finish_text: text.map(str::to_owned),
                ..lot.clone()
            });
        }
        lots
    }
}
