//! What the catalogue is filled with and how far that is: files, folders, Scryfall's bulk data.

mod file;
mod folder;
mod graphql;
mod model;
mod ops;
mod queries;

pub use file::{Imported, import_file};
pub use folder::{Progress, import_folder, replay};
pub(crate) use graphql::Query;
pub use model::{DataOrigin, LoadProgress, LoadState};
pub use ops::{Load, abandon_loads, loads, origin};
