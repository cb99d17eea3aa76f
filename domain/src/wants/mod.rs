//! What people look for: lists of cards, each as narrow or wide as its owner wants it, beside what they have and
//! what it costs.

mod change;
mod check;
mod export;
mod graphql;
mod lists;
mod live;
mod loader;
mod model;
mod ops;
mod paste;
mod queries;
mod shown;

pub use change::{add, edit, move_to, remove};
pub use export::{Missing, ShoppingForm, ShoppingOrder, missing};
pub(crate) use graphql::{Mutation, Subscription, list_of_viewer, lists_of_viewer, reached_of_viewer};
pub use lists::{create_list, delete_list, rename_list};
pub use live::WantsChanged;
pub(crate) use live::tell;
pub use model::{
    Constraint, Patch, Target, Want, WantCursor, WantEdit, WantKey, WantList, WantOrder, WantPrice, Wish,
};
pub use ops::{list, lists, reached, wants};
pub use paste::{Line, LineProblem, paste};
pub(crate) use queries::forget;
pub(crate) use queries::prices::at_least;
pub(crate) use shown::{shown, shown_wants};
