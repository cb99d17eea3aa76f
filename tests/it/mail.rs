//! Mail goes out by the background work, or says why not.

use tokio_util::sync::CancellationToken;

use crate::http::Served;

const REGISTER: &str = "mutation { register(input: { email: \"jace@ravnica.example\", password: \"vexing lotus tundra\", name: \"Jace\" }) { done } }";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_a_mail_is_a_file_and_its_text_is_forgotten() {
    let served = Served::new().await;
    let folder = std::env::temp_dir().join(format!("dd-mail-{}", uuid::Uuid::now_v7().simple()));
    let stop = CancellationToken::new();
    let work = tokio::spawn(jobs::work(
        served.app.app.clone(),
        jobs::Mailer::folder(&folder),
        jobs::Registry::all(),
        stop.clone(),
    ));
    served.ask(REGISTER).await;
    served
        .until(async || {
            !served.app.sql("SELECT FROM mails WHERE sent_at IS NOT NULL AND body = ''", &[]).await.is_empty()
        })
        .await;
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert!(text.starts_with("To: jace@ravnica.example\nSubject: Confirm your e-mail address\n"), "{text}");
    assert!(text.contains("http://localhost:8080/verify-email#token="), "{text}");
    stop.cancel();
    work.await.unwrap().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_tried_again() {
    let served = Served::new().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mailer = jobs::Mailer::smtp(&format!("smtp://{nobody}"), "Deals <deals@ravnica.example>").unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(jobs::work(served.app.app.clone(), mailer, jobs::Registry::all(), stop.clone()));
    served.ask(REGISTER).await;
    let tried = "SELECT FROM mails WHERE attempts = 1 AND failure IS NOT NULL AND body <> '' \
                 AND next_attempt_at BETWEEN now() AND now() + interval '6 s'";
    served.until(async || !served.app.sql(tried, &[]).await.is_empty()).await;
    stop.cancel();
    assert!(jobs::Mailer::smtp("http://user:hunter2@host", "a@b.example").is_err());
}
