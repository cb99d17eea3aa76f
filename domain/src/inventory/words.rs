//! What copies are, in our words and in those of files.

use super::facts::{Grade, Language, Paid};
use crate::prices::Finish;

macro_rules! same {
    ($ours:ty, $theirs:ty: $($name:ident)*) => {
        impl From<$ours> for $theirs {
            fn from(ours: $ours) -> Self {
                match ours { $(<$ours>::$name => Self::$name),* }
            }
        }

        impl From<$theirs> for $ours {
            fn from(theirs: $theirs) -> Self {
                match theirs { $(<$theirs>::$name => Self::$name),* }
            }
        }
    };
}

same!(Finish, dialects::Finish: Nonfoil Foil Etched);
same!(Grade, dialects::Grade: Mint NearMint Excellent Good LightPlayed Played Poor);
same!(Language, dialects::Language: En Fr De Es It Zhs Ja Pt Ru Ko Zht He La Grc Ar Sa Ph Qya);

/// What a file says of a cost: minor units of its currency, which are not everywhere hundredths. Nothing is
/// not written down: in files it means that nobody knows.
pub(super) fn cost(paid: &Paid) -> Option<dialects::Cost> {
    let currency: dialects::Currency = paid.currency.parse().ok()?;
    let minor = match currency.decimals() {
        0 => (paid.amount + 50) / 100,
        3 => paid.amount * 10,
        _ => paid.amount,
    };
    (minor > 0).then_some(dialects::Cost { minor, currency: Some(currency) })
}

/// The same the other way round; nothing if no currency is said.
pub(crate) fn paid(cost: &dialects::Cost) -> Option<Paid> {
    let currency = cost.currency?;
    let amount = match currency.decimals() {
        0 => cost.minor.checked_mul(100)?,
        3 => (cost.minor + 5) / 10,
        _ => cost.minor,
    };
    Some(Paid { amount, currency: currency.to_string() })
}
