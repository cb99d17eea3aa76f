//! Values as the outside sees them: amounts are integers in minor units inside and decimal strings
//! outside.

use async_graphql::parser::types::Field;
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::plain::Plain;
use crate::prices::Currency;

/// An exact decimal number as a string, such as `"12.50"`; two digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub i64);

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let minor = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", minor / 100, minor % 100)
    }
}

/// An exact decimal number as a string, such as `"12.50"`; two digits after the point.
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        let zero = text.chars().all(|c| c == '0' || c == '.') && text.contains('0');
        let minor = if zero { Some(0) } else { markets::minor_units(&text) };
        minor.map(Self).ok_or_else(|| InputValueError::custom("not a decimal number of zero or more"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Of this currency.
    pub currency: Currency,
}

/// An amount of money.
#[async_graphql::Object]
impl Money {
    /// The amount in major units.
    async fn amount(&self) -> Decimal {
        Decimal(self.minor)
    }

    /// The currency.
    async fn currency(&self) -> Currency {
        self.currency
    }
}

impl Plain for Money {
    fn plain(&self, field: &Field) -> Option<Value> {
        match field.name.node.as_str() {
            "amount" => Some(Decimal(self.minor).to_value()),
            "currency" => Some(self.currency.into()),
            _ => None,
        }
    }
}

/// A calendar day, `YYYY-MM-DD`, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub chrono::NaiveDate);

/// A calendar day, `YYYY-MM-DD`, UTC.
#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
