//! Server processes that end with us.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::place::Place;

const LARGEST_LOG: u64 = 16 << 20;
/// util-linux: runs a program so that it gets a signal when its parent ends, however it ends.
const SETPRIV: &str = "/usr/bin/setpriv";
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// A command that runs as the servers' user, away from our terminal and environment.
pub(crate) fn command(place: &Place, program: &Path) -> Command {
    let mut command = Command::new(program);
    isolate(place, &mut command);
    command
}

/// As `command`, and the kernel sends the program `signal` when the calling thread ends. Where that is
/// not to be had (macOS), the next start ends what is left over.
pub(crate) fn mortal(place: &Place, program: &Path, signal: &str) -> Command {
    if !Path::new(SETPRIV).is_file() {
        return command(place, program);
    }
    let mut command = Command::new(SETPRIV);
    command.args(["--pdeathsig", signal, "--"]).arg(program);
    isolate(place, &mut command);
    command
}

fn isolate(place: &Place, command: &mut Command) {
    if let Some(user) = &place.owner {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    // A group of its own: Ctrl-C is for us, we stop the servers when we have drained.
    command.process_group(0).current_dir("/").stdin(Stdio::null());
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", locale()).env("TZ", "UTC");
}

/// A locale that knows Unicode and sorts by code point; macOS calls the latter half `C`.
pub(crate) fn locale() -> &'static str {
    if cfg!(target_os = "macos") { "C" } else { "C.UTF-8" }
}

/// Starts a server with its output appended to its log.
pub(crate) fn spawn(mut command: Command, log: &Path) -> anyhow::Result<Child> {
    if fs::metadata(log).is_ok_and(|found| found.len() > LARGEST_LOG) {
        fs::rename(log, log.with_extension("log.1"))?;
    }
    let file = fs::OpenOptions::new().create(true).append(true).open(log)?;
    command.stdout(file.try_clone()?).stderr(file);
    command.spawn().with_context(|| format!("cannot start {:?}", command.get_program()))
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text[text.len().saturating_sub(4096)..]).into_owned();
    let lines: Vec<&str> = text.lines().rev().take(6).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n    ")
}

/// Stops a server: the gentle signal first, a rougher one when it takes too long.
pub(crate) fn stop(child: &mut Child, name: &str, gentle: Signal, rough: Signal, patience: Duration) {
    signal(child.id(), gentle);
    if wait(child, patience) {
        return;
    }
    tracing::warn!(server = name, "does not stop; insisting");
    signal(child.id(), rough);
    if wait(child, patience) {
        return;
    }
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        tracing::error!(server = name, %error, "could not be stopped");
    }
}

pub(crate) fn signal(pid: u32, signal: Signal) {
    let Ok(pid) = i32::try_from(pid) else { return };
    // It may have ended by itself a moment ago.
    if let Err(error) = kill(Pid::from_raw(pid), signal) {
        tracing::debug!(pid, %error, "could not be signalled");
    }
}

fn wait(child: &mut Child, patience: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(TICK);
    }
    false
}
