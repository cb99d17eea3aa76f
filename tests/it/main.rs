//! Behaviour through the boundary, and the rules that keep the code in shape.

mod harness;
mod migrations;
mod schema;
mod shape;
