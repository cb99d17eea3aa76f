//! Whole files, as apps and people give them and as we write them.

mod apps;
mod forms;
mod headers;
mod made;
mod real;
mod roundtrip;
mod workbooks;
