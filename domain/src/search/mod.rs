//! Search in the catalogue: a query of the search language becomes one SQL statement. Results are
//! printings, one for a card unless asked otherwise.

mod compile;
mod cursor;
mod finding;
mod graphql;
mod model;
mod ops;
mod queries;
mod statement;

pub(crate) use compile::{EUR, EXTRA_LAYOUT, Scope, Sql, USD, condition, is_about_copies, is_about_prices};
pub(crate) use finding::{Finding, Sought, find, find_all};
pub(crate) use graphql::{Query, SearchWarning};
pub use model::{SearchDirection, SearchOrder, SearchPage, SearchRequest, SearchUnique};
pub use ops::{autocomplete, search};
pub(crate) use queries::{Outcome, rows};
