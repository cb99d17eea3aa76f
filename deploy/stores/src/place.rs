//! The folders that the servers live in, and the user they run as.

use std::fmt;
use std::fs;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::{Uid, User};
use sha2::{Digest, Sha256};

/// A socket's path may have 104 bytes on macOS (108 on Linux); `/.s.PGSQL.5432.lock` has 19.
const LONGEST_SOCKET_FOLDER: usize = 84;
/// Who root becomes, the first that exists: Postgres refuses to run as root.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Another process runs the servers of this place.
#[derive(Debug)]
pub struct Held {
    state: PathBuf,
    pid: String,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, pid) = (self.state.display(), &self.pid);
        write!(
            f,
            "Dualcaster already runs on {state} (process {pid}). Stop it first (Ctrl-C there, or `kill {pid}`), or \
             give this one a folder of its own with DUALCASTER_STATE_DIR"
        )
    }
}

impl std::error::Error for Held {}

/// The folders of one installation, prepared, and locked for as long as this lives.
pub struct Place {
    /// What the caller named: the lock and the logs are here.
    pub state: PathBuf,
    /// What the servers write: `state`, unless their user cannot get there.
    pub data: PathBuf,
    /// The unix sockets.
    pub sockets: PathBuf,
    /// What a person should know about where things are.
    pub notices: Vec<String>,
    /// Who the servers run as, when that is not ourselves.
    pub(crate) owner: Option<User>,
    _lock: Flock<fs::File>,
}

impl Place {
    /// Makes what is missing. Fails when another process holds the place.
    pub fn prepare(state: &Path, runtime_dir: Option<&Path>) -> anyhow::Result<Self> {
        fs::create_dir_all(state.join("log")).with_context(|| format!("cannot make {}", state.display()))?;
        let state = state.canonicalize()?;
        let lock = lock(&state)?;
        let owner = owner()?;
        let hash = short_hash(&state);
        let mut notices = Vec::new();
        let data = match &owner {
            Some(user) if !reaches(user, &state) => {
                let data = Path::new("/var/lib/dualcaster").join(&hash);
                fs::create_dir_all(&data)?;
                notices.push(format!(
                    "the databases are in {}: {} is closed to the user {}, whom root's Postgres runs as",
                    data.display(),
                    state.display(),
                    user.name
                ));
                data
            }
            _ => state.clone(),
        };
        let sockets = sockets(&data, &hash, owner.as_ref(), runtime_dir)?;
        Ok(Self { state, data, sockets, notices, owner, _lock: lock })
    }

    /// A folder below the data folder that only the servers' user may enter.
    pub(crate) fn private(&self, name: &str) -> anyhow::Result<PathBuf> {
        private(self.data.join(name), self.owner.as_ref())
    }

    /// The log of a server.
    pub fn log(&self, name: &str) -> PathBuf {
        self.state.join("log").join(format!("{name}.log"))
    }
}

/// Whether a process runs the servers of this state folder now.
pub fn is_held(state: &Path) -> bool {
    let Ok(file) = fs::File::open(state.join("lock")) else { return false };
    matches!(Flock::lock(file, FlockArg::LockSharedNonblock), Err((_, Errno::EWOULDBLOCK)))
}

/// One supervisor a state folder: a second one is told who the first is.
fn lock(state: &Path) -> anyhow::Result<Flock<fs::File>> {
    let path = state.join("lock");
    let mut file = fs::OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path)?;
    match Flock::lock(file.try_clone()?, FlockArg::LockExclusiveNonblock) {
        Ok(mut lock) => {
            lock.set_len(0)?;
            lock.rewind()?;
            write!(*lock, "{}", std::process::id())?;
            Ok(lock)
        }
        Err((_, Errno::EWOULDBLOCK)) => {
            let mut pid = String::new();
            file.read_to_string(&mut pid)?;
            Err(Held { state: state.to_owned(), pid: pid.trim().to_owned() }.into())
        }
        Err((_, error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

fn owner() -> anyhow::Result<Option<User>> {
    let me = Uid::effective();
    if !me.is_root() {
        let known = User::from_uid(me)?;
        known.with_context(|| {
            format!("user {me} has no entry in the user database, which Postgres insists on")
        })?;
        return Ok(None);
    }
    for name in UNPRIVILEGED {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(user));
        }
    }
    bail!("Postgres does not run as root, and there is neither a user `postgres` nor `nobody` to run it as")
}

/// Whether the user can enter the folder: every parent must let them through.
fn reaches(user: &User, folder: &Path) -> bool {
    let mut probe = Command::new("/bin/sh");
    probe
        .args(["-c", "cd \"$1\"", "sh"])
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    probe.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    probe.status().is_ok_and(|status| status.success())
}

fn sockets(data: &Path, hash: &str, owner: Option<&User>, runtime: Option<&Path>) -> anyhow::Result<PathBuf> {
    let beside = data.join("run");
    if beside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return private(beside, owner);
    }
    // A session's runtime folder belongs to its user: no place for a server that runs as somebody else.
    let base = match runtime {
        Some(folder) if owner.is_none() && folder.is_dir() && folder.as_os_str().len() < 50 => folder,
        _ => Path::new("/tmp"),
    };
    private(base.join(format!("dualcaster-{}-{hash}", Uid::effective())), owner)
}

/// Makes a folder that only one user may enter, or checks that it is one: the name may be guessable.
fn private(folder: PathBuf, owner: Option<&User>) -> anyhow::Result<PathBuf> {
    match fs::DirBuilder::new().mode(0o700).create(&folder) {
        Ok(()) => {
            if let Some(user) = owner {
                chown(&folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("cannot make {}", folder.display())),
    }
    let found = fs::symlink_metadata(&folder)?;
    let wanted = owner.map_or(Uid::effective().as_raw(), |user| user.uid.as_raw());
    if !found.is_dir() || found.uid() != wanted {
        let whose = User::from_uid(found.uid().into())?.map_or(found.uid().to_string(), |user| user.name);
        bail!(
            "{} belongs to {whose}: run as the user who started Dualcaster here first, or remove that folder \
             (and its data)",
            folder.display()
        );
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    Ok(folder)
}

fn short_hash(path: &Path) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(6).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
