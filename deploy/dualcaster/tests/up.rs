//! `dualcaster up` as a person meets it: it starts, survives being killed, and stops.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of its own, and whatever runs on it.
struct Place {
    folder: PathBuf,
    port: u16,
    running: Option<Child>,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(format!("/tmp/dualcaster-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, port, running: None }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dualcaster"));
        command.args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        for name in ["DATABASE_URL", "REDIS_URL", "DUALCASTER_LISTEN"] {
            command.env_remove(name);
        }
        command.env("DUALCASTER_STATE_DIR", self.folder.join("data"));
        command.env("DUALCASTER_OFFLINE", "true");
        command.env("PORT", self.port.to_string()).env("DATA", "keep");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts it and waits for its screen.
    fn up(&mut self) {
        let mut child = self.command(&["up"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut screen = BufReader::new(child.stdout.take().unwrap()).lines();
        let running = screen.any(|line| line.unwrap().contains("is running"));
        assert!(running, "it ended: {:?}", child.wait());
        // Somebody has to read on, or its farewell would break the pipe.
        std::thread::spawn(move || screen.for_each(drop));
        self.running = Some(child);
        wait_until("the port answers", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    fn signal(&mut self, signal: Signal) -> ExitStatus {
        let mut child = self.running.take().unwrap();
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        child.wait().unwrap()
    }

    /// Processes that work in a folder below: both servers do in theirs.
    fn servers(&self) -> Vec<(u32, String)> {
        let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
        let here = |pid: &PathBuf| {
            std::fs::read_link(pid.join("cwd")).is_ok_and(|cwd| cwd.starts_with(&self.folder))
        };
        all.flatten()
            .map(|entry| entry.path())
            .filter(here)
            .filter_map(|pid| {
                let name = std::fs::read_to_string(pid.join("comm")).ok()?;
                Some((pid.file_name()?.to_str()?.parse().ok()?, name.trim().to_owned()))
            })
            .collect()
    }

    fn postmaster(&self) -> Pid {
        let note = std::fs::read_to_string(self.folder.join("data/postgres/postmaster.pid")).unwrap();
        Pid::from_raw(note.lines().next().unwrap().parse().unwrap())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.signal(Signal::SIGTERM);
        }
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn it_starts_once_and_stops_with_everything() {
    let mut place = Place::new("once");
    place.up();
    let again = place.run(&["up"]);
    assert!(!again.status.success());
    assert!(said(&again).contains("already runs here, on http://localhost:"), "{}", said(&again));
    // A command joins what runs.
    assert!(said(&place.run(&["migrate"])).contains("up to date"));

    let begun = Instant::now();
    let ended = place.signal(Signal::SIGINT);
    assert!(ended.success(), "{ended}");
    assert!(begun.elapsed() < Duration::from_secs(15), "stopping took {:?}", begun.elapsed());
    assert_eq!(place.servers(), []);
}

#[test]
fn the_first_start_names_an_admin_and_no_later_one_does() {
    let mut place = Place::new("admin");
    let shown = |place: &mut Place| {
        let mut child = place.command(&["up"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut screen = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(screen.any(|line| line.contains("Stop")), "it ended: {:?}", child.wait());
        let next = screen.next().unwrap();
        std::thread::spawn(move || screen.for_each(drop));
        place.running = Some(child);
        next
    };
    let first = shown(&mut place);
    assert!(first.starts_with("  Admin     admin@dualcaster.localhost, password "), "{first}");

    let made = said(&place.run(&["user", "create", "Jace@ravnica.example", "--role", "moderator"]));
    assert!(made.contains("can log in once with the password "), "{made}");
    assert!(said(&place.run(&["user", "create", "jace@ravnica.example"])).contains("there is an account"));
    assert!(said(&place.run(&["user", "promote", "jace@ravnica.example", "admin"])).contains("done"));
    assert!(said(&place.run(&["user", "disable", "jace@ravnica.example"])).contains("is blocked"));
    let nobody = place.run(&["user", "disable", "nobody@ravnica.example"]);
    assert!(!nobody.status.success() && said(&nobody).contains("account not found"), "{}", said(&nobody));

    place.signal(Signal::SIGTERM);
    let second = shown(&mut place);
    assert!(!second.contains("Admin"), "{second}");
}

#[test]
fn it_comes_back_after_every_kind_of_kill() {
    let mut place = Place::new("killed");
    place.up();

    // Postgres alone: the supervisor starts it again, and its data is there.
    let first = place.postmaster();
    kill(first, Signal::SIGKILL).unwrap();
    wait_until("another Postgres runs", || {
        std::fs::read_to_string(place.folder.join("data/postgres/postmaster.pid"))
            .is_ok_and(|note| note.lines().next().is_some_and(|pid| pid != first.to_string()))
            && said(&place.run(&["migrate"])).contains("up to date")
    });

    // The supervisor alone, and at once a new one.
    place.signal(Signal::SIGKILL);
    place.up();
    assert!(said(&place.run(&["migrate"])).contains("up to date"));

    // Everything, and a note of the dead server that names a process which lives.
    let servers = place.servers();
    place.signal(Signal::SIGKILL);
    for (pid, _) in servers {
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL);
    }
    wait_until("all have ended", || place.servers().is_empty());
    place.up();
    assert!(said(&place.run(&["migrate"])).contains("up to date"));
}

#[test]
fn what_is_wrong_is_said() {
    let place = Place::new("wrong");
    let taken = TcpListener::bind(("127.0.0.1", place.port)).unwrap();
    let refused = place.run(&["up"]);
    drop(taken);
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("is in use by another program; choose another port"),
        "{}",
        said(&refused)
    );

    let misconfigured = place.command(&["doctor"]).env("DUALCASTER_POOL_SIZE", "many").output().unwrap();
    assert!(!misconfigured.status.success());
    assert!(
        said(&misconfigured).contains("DUALCASTER_POOL_SIZE: must be a number"),
        "{}",
        said(&misconfigured)
    );

    let without = place.command(&["up"]).env("DUALCASTER_PG_BIN", "/no/such/folder").output().unwrap();
    assert!(!without.status.success());
    assert!(said(&without).contains("no Postgres 15 or newer found"), "{}", said(&without));
}
