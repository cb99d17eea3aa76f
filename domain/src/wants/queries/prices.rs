use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, SmallInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::super::model::WantPrice;
use crate::fixed::fixed;
use crate::prices::{Condition, Currency, Finish, PriceKind, Source};
use crate::{PrintingId, UserId, WantId};

/// The worst condition of a price that a want `w` is satisfied by; the five conditions of prices are wider than
/// the seven grades.
macro_rules! at_least {
    () => {
        "CASE WHEN w.grade <= 2 THEN 1 WHEN w.grade <= 4 THEN 2 WHEN w.grade <= 6 THEN w.grade - 2 ELSE 5 END"
    };
}
pub(crate) use at_least;

/// Prices at which copies that satisfy a want `w` are sold now, in print and for money: what lists show of each
/// source, and what stores ask for worse copies that satisfy it, too. In what language a copy is, prices do not say.
macro_rules! offered {
    () => {
        concat!("SELECT r.* FROM printings p JOIN price_series r ON r.printing_id = p.id \
         WHERE p.card_id = w.card_id AND p.removed_at IS NULL AND NOT p.digital \
         AND (w.printing_id IS NULL OR p.id = w.printing_id) AND (w.sets IS NULL OR p.set_id = ANY (w.sets)) \
         AND r.amount IS NOT NULL AND r.currency IN (1, 2) AND r.kind <> 9 AND (r.headline OR r.kind = 8) \
         AND (w.finish IS NULL OR r.finish = w.finish) \
         AND r.condition <= " , $crate::wants::at_least!())
    };
}
pub(in super::super) use offered;

#[derive(QueryableByName)]
struct PriceRow {
    #[diesel(sql_type = Integer)]
    want_id: WantId,
    #[diesel(sql_type = SmallInt)]
    source: i16,
    #[diesel(sql_type = Integer)]
    printing_id: PrintingId,
    #[diesel(sql_type = SmallInt)]
    kind: i16,
    #[diesel(sql_type = SmallInt)]
    finish: i16,
    #[diesel(sql_type = SmallInt)]
    condition: i16,
    #[diesel(sql_type = SmallInt)]
    currency: i16,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    usd: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    eur: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    in_target: Option<i64>,
}

impl PriceRow {
    /// `None` when a stored number is not one that this version knows.
    fn price(&self) -> Option<WantPrice> {
        Some(WantPrice {
            source: Source::from_number(self.source)?,
            printing: self.printing_id,
            kind: PriceKind::from_number(self.kind)?,
            finish: Finish::from_number(self.finish)?,
            condition: Condition::from_number(self.condition)?,
            currency: Currency::from_number(self.currency)?,
            amount: self.amount,
            usd: self.usd,
            eur: self.eur,
            in_target: self.in_target,
        })
    }
}

/// The cheapest copy at each source, of some wants.
pub(in super::super) async fn best(
    conn: &mut AsyncPgConnection,
    user: UserId,
    ids: &[WantId],
    today: NaiveDate,
) -> QueryResult<Vec<(WantId, WantPrice)>> {
    let rows: Vec<PriceRow> = fixed(concat!(
        "WITH best AS MATERIALIZED ( \
             SELECT DISTINCT ON (w.id, s.source) w.id AS want_id, w.target_currency, s.source, s.printing_id, s.kind, \
                 s.finish, s.condition, s.currency, s.amount, \
                 CASE s.currency WHEN 1 THEN 'USD' ELSE 'EUR' END AS code \
             FROM wants w CROSS JOIN LATERAL (",
        offered!(),
        ") s WHERE w.user_id = $1 AND w.id = ANY ($2) \
             ORDER BY w.id, s.source, s.amount, s.printing_id, s.finish \
         ) SELECT b.want_id, b.source, b.printing_id, b.kind, b.finish, b.condition, b.currency, b.amount, \
             u.converted AS usd, e.converted AS eur, t.converted AS in_target FROM best b \
         LEFT JOIN LATERAL fx_convert(b.amount, b.code, 'USD', $3) u ON true \
         LEFT JOIN LATERAL fx_convert(b.amount, b.code, 'EUR', $3) e ON true \
         LEFT JOIN LATERAL fx_convert(b.amount, b.code, b.target_currency, $3) t ON true \
         ORDER BY b.want_id, u.converted NULLS LAST, b.source"
    ))
    .bind::<Integer, _>(user)
    .bind::<Array<Integer>, _>(ids.to_vec())
    .bind::<Date, _>(today)
    .load(conn)
    .await?;
    Ok(rows.iter().filter_map(|row| Some((row.want_id, row.price()?))).collect())
}
