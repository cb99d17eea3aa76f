//! What the catalogue is filled with and how far that is: files, folders, Scryfall's bulk data.

mod file;
mod folder;
mod graphql;
mod model;
mod ops;
mod queries;
mod scryfall;
mod simulated;

pub use file::{Imported, import_file};
pub use folder::{Progress, import_folder, replay};
pub(crate) use graphql::Query;
pub use markets::Scryfall;
pub use markets::packed::BytesRead;
pub use model::{DataOrigin, LoadProgress, LoadState};
pub use ops::{Load, abandon_loads, forget_loads, loads, origin};
pub use scryfall::{RULINGS, import_rulings, import_scryfall};
pub(crate) use scryfall::{held, load_rulings};
pub use simulated::load_demo;
