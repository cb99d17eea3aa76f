//! What somebody is told of what happened to what is theirs: in the app at once, and by mail when and as they
//! want it.

mod deliver;
mod graphql;
mod live;
mod loader;
mod model;
mod ops;
mod post;
mod preferences;
mod queries;
mod timing;
mod unsubscribe;

pub use deliver::deliver_next;
pub(crate) use deliver::{Went, went};
pub use graphql::NotificationPreferences;
pub(crate) use graphql::{Mutation, NotificationConnection, Subscription, page, preferences_of_viewer};
pub use live::NotificationsChanged;
pub use model::{
    Delivery, Notification, NotificationChannel, NotificationCursor, NotificationDeliveryState,
    NotificationDigest, NotificationKind, Which,
};
pub use ops::{mark_read, notifications, sweep, unread};
pub(crate) use post::{New, post_in};
pub use preferences::{Preferences, Wishes, preferences, set_preferences};
pub(crate) use queries::forget;
pub use unsubscribe::unsubscribe;
