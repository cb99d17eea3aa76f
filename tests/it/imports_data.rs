//! Real files of people's collections against the real catalogue: every row is accounted for.

use std::path::PathBuf;

use domain::imports;
use tests::{TestApp, project, variable};

use crate::search_data;

async fn collector(app: &TestApp) -> i32 {
    let user = "INSERT INTO users (email, name, roles, status, access_changed_at, created_at) \
                VALUES ('c@ravnica.example', 'c', 0, 1, now(), now()) RETURNING id";
    app.sql(user, &[]).await[0].get(0)
}

/// Enters what was read, approximate rows too. Returns how many copies came: as many as the rows say that can be
/// entered, less what a file before had brought by the same rows.
async fn enter(app: &TestApp, user: i32, id: domain::ImportId) -> i64 {
    let owned = async || {
        let copies = "SELECT coalesce(sum(quantity), 0)::int8 FROM inventory_items WHERE user_id = $1";
        app.sql(copies, &[&user]).await[0].get::<_, i64>(0)
    };
    let before = owned().await;
    let wanted = "UPDATE inventory_imports SET state = 4, take_approximate = true WHERE id = $1";
    app.sql(wanted, &[&id.0]).await;
    imports::enter(&app.ctx(), id).await.unwrap();
    let counts = "SELECT coalesce(sum(entered), 0)::int8, coalesce(sum(copies - before) FILTER (WHERE status <= 2), 0)::int8, \
                  count(*) FILTER (WHERE status > 2 AND entered > 0) FROM inventory_import_rows WHERE import_id = $1";
    let row = &app.sql(counts, &[&id.0]).await[0];
    let [entered, said, refused]: [i64; 3] = std::array::from_fn(|n| row.get(n));
    assert_eq!((entered, refused), (said, 0), "import {}", id.0);
    assert_eq!(owned().await - before, entered, "import {}", id.0);
    entered
}

#[tokio::test(flavor = "multi_thread")]
async fn real_collections_come_in_row_by_row() {
    let Some(app) = search_data::real().await else { return };
    let folder = variable("DUALCASTER_DATA").map_or_else(|_| project().join("../shared/data"), PathBuf::from);
    let user = collector(&app).await;
    let mut files: Vec<_> =
        std::fs::read_dir(folder.join("collections")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    println!(
        "{:<48} {:>6} {:>6} {:>7} {:>6} {:>6} {:>6}",
        "file", "rows", "exact", "approx.", "unm.", "ref.", "skip."
    );
    let mut sums = [0_i32; 6];
    for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "gz")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let new = "INSERT INTO inventory_imports (user_id, file_name, state, ticket, created_at, changed_at) \
                   VALUES ($1, $2, 1, sha256('ticket'), now(), now()) RETURNING id";
        let id: i32 = app.sql(new, &[&user, &name]).await[0].get(0);
        imports::receive(&app.ctx(), "ticket", std::fs::read(path).unwrap()).await.unwrap();
        let id = domain::ImportId(id);
        imports::read(&app.ctx(), id, |_| ()).await.unwrap();
        let counts = "SELECT rows, exact, approximate, unmatched, refused, skipped, state::int, \
                      (SELECT count(DISTINCT line)::int FROM inventory_import_rows WHERE import_id = i.id), \
                      (SELECT count(*)::int FROM inventory_import_rows WHERE import_id = i.id AND status > 1 AND causes = '[]') \
                      FROM inventory_imports i WHERE id = $1";
        let row = &app.sql(counts, &[&id.0]).await[0];
        let [rows, exact, approximate, unmatched, refused, skipped, state, lines, unexplained]: [i32; 9] =
            std::array::from_fn(|n| row.get(n));
        println!("{name:<48} {rows:>6} {exact:>6} {approximate:>7} {unmatched:>6} {refused:>6} {skipped:>6}");
        let causes = "SELECT status || ' ' || (c->>'code') || ' ' || count(*) FROM inventory_import_rows, \
                      jsonb_array_elements(causes) c WHERE import_id = $1 GROUP BY status, c->>'code' ORDER BY 1";
        let causes = app.sql(causes, &[&id.0]).await;
        println!("    {}", causes.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join(", "));
        assert_eq!(state, 3, "{name}");
        assert_eq!(lines, rows, "{name}: every row has its entry");
        assert_eq!(unexplained, 0, "{name}: whatever is not exact has its cause");
        let copies = enter(&app, user, id).await;
        println!("    {copies} copies came into the inventory");
        for (sum, count) in sums.iter_mut().zip([rows, exact, approximate, unmatched, refused, skipped]) {
            *sum += count;
        }
    }
    println!("{:<48} {:?}", "all", sums);
    assert_eq!(files.len(), 20);
    // The catalogue of the data pack holds less than half of the printings that there are.
    assert!(f64::from(sums[1]) > 0.4 * f64::from(sums[0]), "{sums:?}");
}
