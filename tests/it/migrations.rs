//! Migrations go both ways, and the Diesel tables are the database's.

use std::collections::BTreeMap;
use std::process::Command;

use tests::{Database, TestApp, project};

/// Read and written by SQL of their own only; Diesel wants a primary key.
const NOT_IN_DIESEL: [&str; 1] = ["price_history"];

#[tokio::test(flavor = "multi_thread")]
async fn up_down_up_gives_the_same_schema() {
    let database = Database::create(None).await.unwrap();
    let ran = domain::db::migrate(&database.url).await.unwrap();
    let first = dump(&database.url);
    assert!(first.contains("CREATE TABLE public.cards"), "{first}");

    assert_eq!(domain::db::pending(&database.url).await.unwrap(), 0);
    assert_eq!(domain::db::revert_all(&database.url).await.unwrap(), ran);
    assert_eq!(domain::db::pending(&database.url).await.unwrap(), ran);
    let left: Vec<String> =
        dump(&database.url).lines().filter(|line| line.starts_with("CREATE ")).map(str::to_owned).collect();
    let known = |line: &String| line.contains("__diesel_schema_migrations") || line.contains("pg_trgm");
    assert!(left.iter().all(known), "left by down.sql: {left:#?}");

    assert_eq!(domain::db::migrate(&database.url).await.unwrap(), ran);
    assert!(first == dump(&database.url), "the second time up.sql makes another schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_at_once() {
    let database = Database::create(None).await.unwrap();
    let all = [(); 4].map(|()| {
        let url = database.url.clone();
        tokio::spawn(async move { domain::db::migrate(&url).await })
    });
    let mut ran = 0;
    for one in all {
        ran += one.await.unwrap().unwrap();
    }
    assert!(ran > 0);
    assert_eq!(domain::db::pending(&database.url).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_diesel_tables_are_the_databases() {
    let app = TestApp::new().await;
    let columns = "SELECT c.relname::text, a.attname::text, \
            coalesce('Array<' || e.typname || '>', t.typname)::text, NOT a.attnotnull \
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
        JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' \
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
            AND c.relname NOT LIKE '\\_\\_%' ORDER BY c.relname, a.attnum";
    let mut database: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in app.sql(columns, &[]).await {
        let kind = if row.get(3) { format!("Nullable<{}>", row.get::<_, &str>(2)) } else { row.get(2) };
        database.entry(row.get(0)).or_default().push(format!("{} {kind}", row.get::<_, &str>(1)));
    }
    let source = std::fs::read_to_string(project().join("domain/tables/src/lib.rs")).unwrap();
    let diesel = parse(&source);
    assert!(diesel.len() > 5, "could not read the tables");
    for (table, columns) in database.iter().filter(|(table, _)| !NOT_IN_DIESEL.contains(&table.as_str())) {
        assert_eq!(diesel.get(table), Some(columns), "domain/tables differs from the database in {table}");
    }
    let unknown: Vec<_> = diesel.keys().filter(|table| !database.contains_key(*table)).collect();
    assert!(unknown.is_empty(), "domain/tables has tables that the database has not: {unknown:?}");
}

/// The `table!`s of a source, with Postgres's names of types.
fn parse(source: &str) -> BTreeMap<String, Vec<String>> {
    const TYPES: [(&str, &str); 14] = [
        ("Timestamptz", "timestamptz"),
        ("SmallInt", "int2"),
        ("Integer", "int4"),
        ("BigInt", "int8"),
        ("Numeric", "numeric"),
        ("Double", "float8"),
        ("Float", "float4"),
        ("Jsonb", "jsonb"),
        ("Bytea", "bytea"),
        ("Bool", "bool"),
        ("Text", "text"),
        ("Uuid", "uuid"),
        ("Date", "date"),
        ("Inet", "inet"),
    ];
    let mut tables = BTreeMap::new();
    for block in source.split("diesel::table!").skip(1) {
        let mut lines = block.lines().map(str::trim).skip(1);
        let name =
            lines.find(|line| line.ends_with('{')).and_then(|line| line.split([' ', '(']).next()).unwrap();
        let columns = lines.take_while(|line| *line != "}").filter(|line| line.contains("->"));
        let columns = columns.map(|line| {
            let (name, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap();
            let kind = TYPES.iter().fold(kind.to_owned(), |kind, (theirs, ours)| kind.replace(theirs, ours));
            format!("{name} {kind}")
        });
        tables.insert(name.to_owned(), columns.collect());
    }
    tables
}

/// The schema as text, without what a newer `pg_dump` makes different each time.
fn dump(url: &str) -> String {
    let program = tests::search().postgres(None).unwrap().path.join("pg_dump");
    let out = Command::new(program).args(["--schema-only", "--no-owner", url]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")).fold(
        String::new(),
        |mut kept, line| {
            kept.push_str(line);
            kept.push('\n');
            kept
        },
    )
}
