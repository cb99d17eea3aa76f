use serde_json::json;
use tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_answers_from_its_own_database() {
    let (one, other) = (TestApp::new().await, TestApp::new().await);
    one.sql("INSERT INTO formats (bit, name) VALUES (0, 'standard')", &[]).await;

    assert_eq!(one.sql("SELECT FROM formats", &[]).await.len(), 1);
    assert_eq!(other.sql("SELECT FROM formats", &[]).await.len(), 0);
    let empty = json!({ "data": { "dataStatus": { "origin": "EMPTY" } } });
    assert_eq!(one.gql("{ dataStatus { origin } }", json!({})).await, empty);
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_counted() {
    let app = TestApp::new().await;
    let work = async {
        app.sql("SELECT name FROM formats WHERE bit = $1", &[&0_i16]).await;
        app.sql("SELECT name FROM formats WHERE bit = $1", &[&1_i16]).await;
        app.sql("SELECT count(*) FROM mtg_sets", &[]).await;
    };
    let ((), statements) = app.statements(work).await.unwrap();
    assert_eq!(statements.len(), 3, "{statements:#?}");
}
