//! Behaviour through the boundary, and the rules that keep the code in shape.

mod harness;
