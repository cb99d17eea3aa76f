//! Whole files, as apps and people give them and as we write them.

mod apps;
mod decklists;
mod forms;
mod headers;
mod made;
mod real;
mod roundtrip;
mod vocabulary;
mod workbooks;
