//! Pages and messages in the language of whoever reads them.

use super::browser::Page;
use super::{Look, Site, mail_pool};
use crate::house::{PASSWORD, mail};
use poolhouse::delivery::Received;
use serde_json::json;

async fn last_mail(site: &Site, to: &str) -> Received {
    site.house.app.app.services.delivery.drain().await.unwrap();
    site.house.app.app.services.delivery.inbox().unwrap().last_to(to).unwrap()
}

#[track_caller]
fn is_in(page: &Page, language: &str, direction: &str) {
    let tag = format!("<html lang=\"{language}\" dir=\"{direction}\">");
    assert!(page.html.contains(&tag), "{tag} is not in {}", page.html);
}

#[tokio::test]
async fn the_query_chooses_a_language_and_a_cookie_keeps_it() {
    let site = Site::new(Look::Managed, mail_pool(), json!({})).await;
    let mut browser = site.browser();
    let query = site.query();
    let page = browser.get(&format!("/login?{query}&lang=de")).await;
    is_in(page.shows("Anmelden"), "de", "ltr");
    browser.get(&format!("/login?{query}")).await.shows("Anmelden");
    // What nobody has is no choice.
    browser.get(&format!("/login?{query}&lang=tlh")).await.shows("Anmelden");
    is_in(&browser.get(&format!("/login?{query}&lang=ar")).await, "ar", "rtl");
    is_in(&browser.get(&format!("/forgotPassword?{query}")).await, "ar", "rtl");
    browser.get(&format!("/error?lang=fr&{query}")).await.shows("Un problème est survenu");
}

#[tokio::test]
async fn the_browsers_languages_count_on_managed_login_alone() {
    for (look, language) in [(Look::Managed, "pt-BR"), (Look::Classic, "en")] {
        let site = Site::new(look, mail_pool(), json!({})).await;
        let mut browser = site.browser();
        browser.headers.push(("accept-language".into(), "tlh, pt-PT;q=0.9, de;q=0.5".into()));
        is_in(&browser.login().await, language, "ltr");
    }
}

#[tokio::test]
async fn a_mail_is_in_the_language_of_its_page_and_has_both_parts() {
    let site = Site::new(Look::Managed, mail_pool(), json!({})).await;
    let mut browser = site.browser();
    browser.get(&format!("/signup?{}&lang=de", site.query())).await;
    let ann = [("username", "ann"), ("password", PASSWORD), ("requiredAttributes[email]", "ann@example.com")];
    browser.submit_as_far_as(&ann).await.is_at("/confirm").shows("a***@e***");
    let sent = last_mail(&site, &mail("ann")).await;
    assert_eq!(sent.subject, "Ihr Bestätigungscode");
    assert_eq!(sent.text, format!("Ihr Bestätigungscode ist {}", sent.code));
    let html = sent.html.unwrap();
    assert!(html.contains("<html lang=\"de\"") && html.contains(&format!(">{}</p>", sent.code)), "{html}");
}

#[tokio::test]
async fn a_call_of_the_api_has_mails_in_the_users_language() {
    let site = Site::new(Look::Managed, mail_pool(), json!({})).await;
    for (name, locale, subject) in [
        ("ann", "fr-CA", "Votre code de vérification"),
        ("bob", "xx", "Your verification code"),
        ("eve", "zh-Hant-HK", "您的驗證碼"),
    ] {
        let attributes = json!([{"Name": "email", "Value": mail(name)}, {"Name": "locale", "Value": locale}]);
        let body = json!({"ClientId": site.house.client, "Username": name, "Password": PASSWORD,
            "UserAttributes": attributes});
        site.house.done("SignUp", body).await;
        assert_eq!(last_mail(&site, &mail(name)).await.subject, subject);
    }
}

#[tokio::test]
async fn refusals_of_rules_are_told_in_the_pages_language() {
    let site = Site::new(Look::Managed, mail_pool(), json!({})).await;
    let mut browser = site.browser();
    browser.get(&format!("/signup?{}&lang=es", site.query())).await;
    let weak = [("username", "ann"), ("password", "weak"), ("requiredAttributes[email]", "ann@example.com")];
    let page = browser.submit_as_far_as(&weak).await;
    page.shows("La contraseña no cumple todas las reglas. Elige otra.");
    assert!(page.html.contains("<title>Error: Registrarse</title>"), "{}", page.html);
}
