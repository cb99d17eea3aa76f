//! Behaviour through the boundary, and the rules that keep the code in shape.

mod demo_catalogue;
mod demo_world;
mod harness;
mod migrations;
mod schema;
mod search;
mod search_data;
mod search_golden;
mod shape;
