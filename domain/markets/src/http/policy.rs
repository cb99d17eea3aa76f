use std::time::Duration;

const MIB: u64 = 1024 * 1024;

/// How a source is asked: what it allows and what we take from it.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Its name in messages.
    pub name: &'static str,
    /// The least time between two requests of this process.
    pub every: Duration,
    /// The most bytes of one answer as they travel.
    pub packed: u64,
    /// The most bytes of one answer, unpacked: a small packed file may claim to be endless.
    pub unpacked: u64,
    /// The longest that one answer may take.
    pub total: Duration,
    /// Only addresses of the public internet are asked: whoever names a source must not lead us into our own
    /// network.
    pub public_only: bool,
}

impl Policy {
    /// A source that gives a few large files.
    pub const fn files(name: &'static str) -> Self {
        let every = Duration::from_millis(500);
        Self {
            name,
            every,
            packed: 256 * MIB,
            unpacked: 1024 * MIB,
            total: Duration::from_secs(600),
            public_only: false,
        }
    }

    /// A source that gives a few files that are not large.
    pub const fn small(name: &'static str) -> Self {
        let every = Duration::from_millis(500);
        Self {
            name,
            every,
            packed: 8 * MIB,
            unpacked: 32 * MIB,
            total: Duration::from_secs(60),
            public_only: false,
        }
    }

    /// Feeds of publishers, each on a host of its own.
    pub const fn feed(name: &'static str) -> Self {
        let every = Duration::from_millis(200);
        Self {
            name,
            every,
            packed: 5 * MIB,
            unpacked: 5 * MIB,
            total: Duration::from_secs(30),
            public_only: true,
        }
    }

    /// The same, wherever it is: what stands in for a source may be on this machine.
    pub const fn anywhere(self) -> Self {
        Self { public_only: false, ..self }
    }

    /// A source that gives many small answers.
    pub const fn api(name: &'static str, every: Duration) -> Self {
        Self {
            name,
            every,
            packed: 32 * MIB,
            unpacked: 128 * MIB,
            total: Duration::from_secs(60),
            public_only: false,
        }
    }
}

/// How long we wait and how often we ask again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For the next byte.
    pub silence: Duration,
    /// For a whole answer, where a source's own limit is not shorter.
    pub total: Duration,
    /// How often a request that may pass is repeated.
    pub retries: usize,
    /// Before the first repetition; it doubles, with jitter.
    pub first_pause: Duration,
    /// The longest pause that is waited out; a source that wants more is left alone until then.
    pub longest_pause: Duration,
    /// The least time between two requests is at most this: fakes on loopback need no rest.
    pub slowest_pace: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(30),
            total: Duration::from_secs(600),
            retries: 3,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            slowest_pace: Duration::from_secs(60),
        }
    }
}
