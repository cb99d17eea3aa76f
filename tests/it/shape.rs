//! Rules about the sources themselves. Functions over 100 lines are refused by clippy and oxlint.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tests::project;

const LONGEST_FILE: usize = 500;
/// Made by programs, never edited.
const GENERATED: [&str; 3] = ["domain/tables/src/lib.rs", "web/src/gql", "web/src/routeTree.gen.ts"];
const SOURCES: [&str; 8] = ["api", "bot", "deploy", "domain", "jobs", "tests", "web/src", "web/test"];
const EXTENSIONS: [&str; 7] = ["rs", "ts", "tsx", "css", "mjs", "sh", "sql"];

/// Who may know whom: a crate, and the crates of ours that it may depend on.
const ARROWS: [(&str, &[&str]); 14] = [
    ("tables", &[]),
    ("dialects", &[]),
    ("markets", &["trace"]),
    ("search", &[]),
    ("quant", &[]),
    ("trace", &[]),
    ("vectors", &[]),
    ("stores", &[]),
    ("fakes", &[]),
    ("domain", &["dialects", "markets", "quant", "search", "tables", "trace", "vectors"]),
    ("api", &["domain", "trace"]),
    ("jobs", &["domain", "trace"]),
    ("bot", &["domain"]),
    ("dualcaster", &["api", "bot", "domain", "fakes", "jobs", "stores", "trace"]),
];

/// What a crate must not use: databases are the domain's, GraphQL the domain's and the api's.
const FOREIGN: [(&str, &[&str]); 10] = [
    (
        "dialects",
        &["async-graphql", "axum", "diesel", "diesel-async", "redis", "reqwest", "tokio", "tokio-postgres"],
    ),
    ("markets", &["async-graphql", "axum", "diesel", "diesel-async", "redis", "tokio-postgres"]),
    (
        "search",
        &["async-graphql", "axum", "diesel", "diesel-async", "redis", "reqwest", "tokio", "tokio-postgres"],
    ),
    ("tables", &["async-graphql", "axum", "diesel-async", "redis", "tokio", "tokio-postgres"]),
    ("quant", &["async-graphql", "axum", "diesel", "redis", "tokio", "tokio-postgres"]),
    ("vectors", &["async-graphql", "axum", "diesel", "redis", "tokio", "tokio-postgres"]),
    ("domain", &["axum", "clap", "indicatif", "serenity"]),
    ("api", &["diesel", "diesel-async", "tokio-postgres"]),
    ("jobs", &["async-graphql", "axum", "diesel", "diesel-async", "tokio-postgres"]),
    ("bot", &["async-graphql", "axum", "diesel", "diesel-async", "tokio-postgres"]),
];

/// In a file of this name (or below a folder of it) in the domain these words do not appear.
const LAYERS: [(&str, &[&str]); 3] = [
    (
        "graphql",
        &[
            "diesel",
            "tokio_postgres",
            "sql_query",
            "tables::",
            "SELECT ",
            "INSERT INTO",
            "UPDATE ",
            "require_",
        ],
    ),
    ("ops", &["async_graphql"]),
    ("queries", &["async_graphql"]),
];

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|path| !GENERATED.iter().any(|generated| path.starts_with(generated)))
        .filter_map(|path| {
            let lines = read(&path).lines().count();
            (lines > LONGEST_FILE).then(|| format!("{} has {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "split these (at most {LONGEST_FILE} lines): {long:#?}");
}

/// Two that share a number would wait for each other for ever.
#[test]
fn every_advisory_lock_has_a_number_of_its_own() {
    let mut owners: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in sources().into_iter().filter(|path| path.starts_with("domain/src")) {
        for line in read(&path).lines() {
            let plain = line.replace('_', "");
            for (at, _) in plain.match_indices("8236500") {
                let number: String = plain[at..].chars().take_while(char::is_ascii_digit).collect();
                let other = owners.insert(number.clone(), path.clone());
                assert!(other.is_none(), "{number} is used in {} and {other:?}", path.display());
            }
        }
    }
    assert!(owners.len() >= 5, "{owners:?}");
}

#[test]
fn layers_know_only_what_they_may() {
    let mut wrong = Vec::new();
    for path in sources().iter().filter(|path| path.starts_with("domain/src")) {
        let parts: BTreeSet<String> =
            path.iter().map(|part| part.to_string_lossy().replace(".rs", "")).collect();
        for (_, words) in LAYERS.iter().filter(|(layer, _)| parts.contains(*layer)) {
            for (number, line) in read(path).lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if let Some(word) = words.iter().find(|word| code.contains(**word)) {
                    wrong.push(format!("{}:{} uses {word}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn crates_know_only_what_they_may() {
    let mut wrong = Vec::new();
    for (folder, manifest) in manifests() {
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        if name == "tests" {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{}: say in this test what {name} may depend on", folder.display()));
            continue;
        };
        let foreign =
            FOREIGN.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, foreign)| foreign);
        let dependencies = manifest.get("dependencies").and_then(|found| found.as_table());
        for dependency in dependencies.into_iter().flat_map(|found| found.keys()) {
            let ours = dependency == "tests" || ARROWS.iter().any(|(known, _)| known == dependency);
            if ours && !allowed.contains(&dependency.as_str()) || foreign.contains(&dependency.as_str()) {
                wrong.push(format!("{name} must not depend on {dependency}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn manifests() -> Vec<(PathBuf, toml::Table)> {
    let workspace: toml::Table = read(Path::new("Cargo.toml")).parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let folder = |member: &toml::Value| PathBuf::from(member.as_str().unwrap());
    members.iter().map(folder).map(|at| (at.clone(), read(&at.join("Cargo.toml")).parse().unwrap())).collect()
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in SOURCES {
        collect(&project().join(folder), &mut found);
    }
    assert!(found.len() > 20, "looked in the wrong place");
    found.iter().map(|path| path.strip_prefix(project()).unwrap().to_owned()).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir()
            && !["node_modules", "dist", "target"].contains(&name.as_str())
            && !name.starts_with('.')
        {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| EXTENSIONS.iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    let path = project().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
