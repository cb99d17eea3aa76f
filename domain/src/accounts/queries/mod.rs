pub(super) mod keys;
pub(super) mod refresh;
pub(super) mod sessions;
pub(super) mod throttles;
pub(super) mod tokens;
pub(super) mod users;
