//! The private Redis.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::bail;
use nix::sys::signal::Signal;

use crate::binaries::{Found, Search};
use crate::place::Place;
use crate::{Durability, child, leftovers};

/// Reading a long log back takes a while.
const LOADING: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_secs(15);

pub(crate) struct Redis {
    pub(crate) found: Found,
    data: PathBuf,
    durability: Durability,
}

impl Redis {
    pub(crate) fn prepare(place: &Place, search: &Search, durability: Durability) -> anyhow::Result<Self> {
        Ok(Self { found: search.redis()?, data: place.private("redis")?, durability })
    }

    /// Starts the server and waits until it answers.
    pub(crate) fn start(&self, place: &Place) -> anyhow::Result<Child> {
        let begun = Instant::now();
        let log = place.log("redis");
        let keep = if self.durability == Durability::Durable { "yes" } else { "no" };
        loop {
            leftovers::clear(&self.data, &self.data.join("pid"), ["redis-server", "valkey-server"])?;
            let mut command = child::mortal(place, &self.found.path, "TERM");
            command.args(["--port", "0", "--unixsocketperm", "700", "--daemonize", "no", "--save", ""]);
            command.args(["--appendonly", keep]).arg("--unixsocket").arg(socket(place));
            command.arg("--dir").arg(&self.data).arg("--pidfile").arg(self.data.join("pid"));
            let mut server = child::spawn(command, &log)?;
            if ready(&socket(place), &mut server)? {
                return Ok(server);
            }
            if begun.elapsed() > RETRY {
                stop(&mut server);
                bail!("Redis does not start; its log ends\n    {}", child::tail(&log));
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

/// Ends the server after it has written what it holds.
pub(crate) fn stop(server: &mut Child) {
    child::stop(server, "redis", Signal::SIGTERM, Signal::SIGTERM, Duration::from_secs(5));
}

pub(crate) fn socket(place: &Place) -> PathBuf {
    place.sockets.join("redis.sock")
}

/// Whether it came to answer; false when it ended.
fn ready(socket: &Path, server: &mut Child) -> anyhow::Result<bool> {
    let begun = Instant::now();
    loop {
        if pong(socket).unwrap_or(false) {
            return Ok(true);
        }
        if server.try_wait()?.is_some() {
            return Ok(false);
        }
        if begun.elapsed() > LOADING {
            return Ok(false);
        }
        std::thread::sleep(child::TICK);
    }
}

fn pong(socket: &Path) -> std::io::Result<bool> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 5];
    stream.read_exact(&mut answer)?;
    Ok(&answer == b"+PONG")
}
