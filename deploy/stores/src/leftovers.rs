//! Servers of an earlier run that was killed: they are given time, then ended, before new ones start.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;
use nix::sys::signal::Signal;

use crate::child::{TICK, signal};

/// A fast shutdown that the kernel has asked for already mostly needs less than this.
const PATIENCE: Duration = Duration::from_secs(4);
const LIMIT: Duration = Duration::from_secs(30);

/// Waits until no process works in the folder. Both servers make their data folder their working
/// directory, and the caller holds the lock of the state folder: whoever is there is a leftover.
pub(crate) fn clear(folder: &Path, pid_file: &Path, names: [&str; 2]) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut next = PATIENCE;
    let mut signals = [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGKILL].into_iter();
    loop {
        let left = processes(folder, pid_file, names);
        if left.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > LIMIT {
            bail!(
                "processes {left:?} of an earlier run still work in {} and cannot be ended",
                folder.display()
            );
        }
        if begun.elapsed() > next {
            next += PATIENCE;
            let with = signals.next().unwrap_or(Signal::SIGKILL);
            tracing::warn!(?left, signal = %with, folder = %folder.display(), "ending servers of an earlier run");
            left.iter().for_each(|pid| signal(*pid, with));
        }
        std::thread::sleep(TICK);
    }
}

fn processes(folder: &Path, pid_file: &Path, names: [&str; 2]) -> Vec<u32> {
    let is_server = |name: &str| names.iter().any(|wanted| name.trim().ends_with(wanted));
    let Ok(all) = fs::read_dir("/proc") else { return by_pid_file(pid_file, is_server) };
    let here = |pid: &PathBuf| fs::read_link(pid.join("cwd")).is_ok_and(|cwd| cwd == folder);
    all.flatten()
        .map(|entry| entry.path())
        .filter(here)
        .filter(|pid| fs::read_to_string(pid.join("comm")).is_ok_and(|name| is_server(&name)))
        .filter_map(|pid| pid.file_name()?.to_str()?.parse().ok())
        .collect()
}

/// Without `/proc`: the process that the server's own note names, if that is such a server still.
fn by_pid_file(pid_file: &Path, is_server: impl Fn(&str) -> bool) -> Vec<u32> {
    let Ok(note) = fs::read_to_string(pid_file) else { return Vec::new() };
    let Some(pid) = note.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) else {
        return Vec::new();
    };
    let asked = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
    let running = asked.is_ok_and(|out| is_server(&String::from_utf8_lossy(&out.stdout)));
    running.then_some(pid).into_iter().collect()
}
