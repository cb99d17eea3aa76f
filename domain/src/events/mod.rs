//! Live events. A write inserts an outbox row in its own transaction; the relay publishes it to
//! Redis, where each channel has a numbered short stream; a hub per process follows the channels
//! that somebody here listens to, and turns every gap into the missed events or a reset.

mod hub;
mod outbox;
mod relay;
mod span;
mod topic;

pub use hub::{Hub, Live, Subscription};
pub use outbox::sweep;
pub(crate) use outbox::{insert, insert_all};
pub use relay::Relay;
pub use span::spanned;
pub(crate) use span::{arrived, passed_over};
pub use topic::{
    Topic, alerts, card, imports, inventory, jobs, market, notifications, saved_searches, wants,
};

use serde::{Deserialize, Serialize};

/// A place in a channel. Offsets count up by one within an epoch; a new epoch means that Redis
/// lost the channel, and offsets of the old one say nothing any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which life of the channel; empty when Redis was away.
    pub epoch: String,
    /// Events published so far in that life.
    pub offset: i64,
}
