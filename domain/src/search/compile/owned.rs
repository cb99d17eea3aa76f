//! Conditions of copies that whoever searches owns, over `i` (their lots).

use ::search::{Compare, Mark, Owned};

use super::card::folded;
use super::{Scope, Sql, anywhere, operator};
use crate::UserId;

/// Adds the condition. Of a lot it is asked directly; of a card or a printing, whether one of its lots is so.
pub(super) fn condition(sql: &mut Sql, owned: &Owned, scope: Scope) {
    // The operation has taken such terms out of the query of somebody who is nobody.
    let Some(owner) = scope.owner else {
        sql.push("false");
        return;
    };
    match owned {
        Owned::Have(compare, copies) => have(sql, *compare, *copies, owner, scope),
        Owned::Quantity(compare, copies) if scope.lots.is_none() => {
            have(sql, *compare, *copies, owner, scope);
        }
        of_lot if scope.lots.is_some() => lot(sql, of_lot, owner),
        of_lot => {
            sql.push(if scope.by_card { "c.id" } else { "p.id" }).push(" IN (SELECT ");
            lots_of(sql, owner, scope);
            sql.push(" AND (");
            lot(sql, of_lot, owner);
            sql.push("))");
        }
    }
}

/// The column that says what a lot is of, and the lots with copies in them.
fn lots_of(sql: &mut Sql, owner: UserId, scope: Scope) {
    // A lot is asked for the copies of its card, wherever they are.
    sql.push(if scope.by_card || scope.lots.is_some() {
        "ip.card_id FROM inventory_items i JOIN printings ip ON ip.id = i.printing_id"
    } else {
        "i.printing_id FROM inventory_items i"
    });
    sql.push(" WHERE i.quantity > 0 AND i.user_id = ").integer(owner.0);
}

fn have(sql: &mut Sql, compare: Compare, copies: i64, owner: UserId, scope: Scope) {
    let card = scope.by_card || scope.lots.is_some();
    let column = if card { "ip.card_id" } else { "i.printing_id" };
    // Of what nobody owns there is no row to count: where none is enough, those that do not fit are left out.
    let none_fits = match compare {
        Compare::Eq => copies == 0,
        Compare::Ne => copies != 0,
        Compare::Lt => 0 < copies,
        Compare::Le => 0 <= copies,
        Compare::Gt => 0 > copies,
        Compare::Ge => 0 >= copies,
    };
    sql.push(if card { "c.id" } else { "p.id" });
    sql.push(if none_fits { " NOT IN (SELECT " } else { " IN (SELECT " });
    lots_of(sql, owner, scope);
    sql.push(" GROUP BY ").push(column);
    sql.push(if none_fits { " HAVING NOT (sum(i.quantity)" } else { " HAVING (sum(i.quantity)" });
    sql.push(operator(compare)).big(copies).push("))");
}

fn lot(sql: &mut Sql, owned: &Owned, owner: UserId) {
    match owned {
        Owned::Have(..) => sql.push("true"),
        Owned::Quantity(compare, copies) => sql.push("i.quantity").push(operator(*compare)).big(*copies),
        Owned::Binder(None) => sql.push("i.binder_id IS NULL"),
        Owned::Binder(Some(name)) => {
            sql.push("i.binder_id = ANY(ARRAY(SELECT id FROM binders WHERE user_id = ").integer(owner.0);
            folded(sql.push(" AND deleted_at IS NULL AND "), "name");
            sql.push(" LIKE ").text(anywhere(name)).push("))")
        }
        Owned::State(compare, state) => {
            let (best, worst) = state.grades();
            // The better the copy, the lower the number of its grade.
            match compare {
                Compare::Eq => sql.push("i.grade BETWEEN ").integer(best).push(" AND ").integer(worst),
                Compare::Ne => sql.push("i.grade NOT BETWEEN ").integer(best).push(" AND ").integer(worst),
                Compare::Ge => sql.push("i.grade <= ").integer(worst),
                Compare::Gt => sql.push("i.grade < ").integer(best),
                Compare::Le => sql.push("i.grade >= ").integer(best),
                Compare::Lt => sql.push("i.grade > ").integer(worst),
            }
        }
        Owned::Tag(tag) => {
            folded(sql.push("EXISTS (SELECT FROM unnest(i.tags) AS t (tag) WHERE "), "t.tag");
            sql.push(" = ").text(tag).push(")")
        }
        Owned::Mark(mark) => sql.push(match mark {
            Mark::ForTrade => "i.for_trade",
            Mark::Signed => "i.signed",
            Mark::Altered => "i.altered",
            Mark::Misprint => "i.misprint",
            Mark::Graded => "i.grader IS NOT NULL",
            Mark::Hidden => "i.hidden",
        }),
    };
}
