//! Mail goes out by the background work, or says why not.

use reqwest::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::http::Served;
use crate::notifications::{deliver, post};
use crate::people::Person;

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

/// The address that a mail program is told of.
async fn way_out(served: &Served, person: &Person) -> Option<String> {
    let asked = "SELECT unsubscribe FROM mails WHERE recipient = $1 ORDER BY id DESC LIMIT 1";
    served.app.sql(asked, &[&person.email]).await[0].get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_of_a_mail_program_ends_the_mails_and_nothing_else() {
    let served = Served::new().await;
    let (jace, vraska) = (Person::new(&served, "jace").await, Person::new(&served, "vraska").await);
    let now = served.app.ctx().now();
    assert_eq!(way_out(&served, &jace).await, None, "an account has to be told of itself");
    for person in [&jace, &vraska] {
        post(&served, person, &["price"], 1, now).await;
    }
    deliver(&served, now).await;
    let link = way_out(&served, &jace).await.unwrap();
    let path = link.strip_prefix("http://localhost:8080").unwrap();
    let click = async |path: &str| {
        let asked = served.client.post(format!("http://{}{path}", served.address));
        asked.body("List-Unsubscribe=One-Click").send().await.unwrap().status()
    };
    let (whose, proof) = path.split_once('.').unwrap();
    let bent = format!("{whose}.{}{}", if proof.starts_with('A') { "B" } else { "A" }, &proof[1..]);
    let others = path.replace(&jace.id, &vraska.id);
    for wrong in [bent.as_str(), &others, "/mail/unsubscribe/x.y"] {
        assert_eq!(click(wrong).await, StatusCode::NOT_FOUND, "{wrong}");
    }
    let looked = served.client.get(format!("http://{}{path}", served.address)).send().await.unwrap();
    assert!(
        looked.url().path().starts_with("/settings/notifications"),
        "who looks at a link clicks on nothing"
    );
    let wanted = "{ viewer { notificationPreferences { email } } }";
    assert_eq!(
        jace.ask(&served, wanted).await["data"]["viewer"]["notificationPreferences"]["email"],
        serde_json::json!(["ALERT"])
    );
    assert_eq!(click(path).await, StatusCode::OK);
    assert_eq!(click(path).await, StatusCode::OK, "again is the same");
    for (person, expected) in [(&jace, serde_json::json!([])), (&vraska, serde_json::json!(["ALERT"]))] {
        let said = person.ask(&served, wanted).await;
        assert_eq!(said["data"]["viewer"]["notificationPreferences"]["email"], expected);
    }
}
