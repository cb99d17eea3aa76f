//! What people want to be told of: rules about prices. They are looked at in one pass when prices land, by a
//! function that the simulator uses, too; a condition fires once, when it has lasted, and again only after the
//! price has come back.

mod board;
mod check;
mod explain;
mod graphql;
mod live;
mod loader;
mod machine;
mod model;
mod ops;
mod pass;
mod queries;
mod run;
mod simulate;
mod tell;
mod worth;

pub use board::Best;
pub(crate) use graphql::{
    AlertConnection, AlertEventConnection, AlertFilterInput, Mutation, Query, Subscription, alert_of_viewer,
    alerts_page, events_page, nearest_of_viewer,
};
pub use live::AlertsFired;
pub(crate) use loader::WantAlertKey;
pub use machine::{
    AlertDirection, AlertPhase, AlertSide, AlertSuppression, Firing, Observation, Rule, State, Trigger, step,
};
pub use model::{
    Alert, AlertBook, AlertCursor, AlertEvent, AlertEventCursor, AlertEventState, AlertFilter, AlertRuleKind,
    Definition, Subject,
};
pub(crate) use ops::follow_wants;
pub use ops::{alert, alert_events, alerts, create, delete, edit, nearest, pause, snooze};
pub use pass::{CheckAlerts, Checked, check};
pub(crate) use pass::{touch_changed, touch_portfolio};
pub(crate) use queries::forget;
pub use simulate::{Simulated, Simulation, simulate};
