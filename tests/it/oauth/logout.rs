//! `/logout`.

use super::{CALLBACK, Server, query};
use poolhouse::web::Method;

async fn end(server: &Server, pairs: &[(&str, &str)], cookie: &str) -> super::Answer {
    server.get(&format!("/logout?{}", query(pairs)), &[("cookie", &format!("cognito={cookie}"))]).await
}

#[tokio::test]
async fn a_sign_out_ends_the_session_and_leads_to_a_registered_address() {
    let server = Server::new().await;
    let client = server.house.client.clone();
    let bye = "https://app.test/bye";
    let both = [("client_id", &*client), ("logout_uri", bye)];
    let cookie = server.sign_in(&[]).await.session().unwrap().to_owned();
    let answer = end(&server, &both, &cookie).await;
    assert_eq!((answer.location(), answer.session()), (bye, Some("")));
    assert!(server.authorize(&[], Some(&cookie)).await.location().contains("/login?"), "a kept cookie is dead too");
    let again = [("client_id", &*client), ("response_type", "code"), ("redirect_uri", CALLBACK), ("state", "s")];
    let answer = end(&server, &again, &cookie).await;
    assert!(answer.location().starts_with("http://test.auth.localhost:9229/login?client_id="), "{}", answer.location());
    assert!(answer.location().contains("&scope=openid+email+profile+aws"), "{}", answer.location());
    let standard = [("client_id", &*client), ("post_logout_redirect_uri", bye), ("state", "x y")];
    assert_eq!(end(&server, &standard, &cookie).await.location(), "https://app.test/bye?state=x+y");
    let tokens = server.redeem(&server.code(&[]).await, &[]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let hinted = [("id_token_hint", hint), ("post_logout_redirect_uri", bye)];
    assert_eq!(end(&server, &hinted, &cookie).await.location(), bye);
}

#[tokio::test]
async fn an_address_that_is_not_registered_gets_nobody() {
    let server = Server::new().await;
    let client = server.house.client.clone();
    let cookie = server.sign_in(&[]).await.session().unwrap().to_owned();
    for (pairs, expected) in [
        (vec![("client_id", &*client), ("logout_uri", "https://app.test/bye/")], "/error?error=redirect_mismatch"),
        (vec![("client_id", &*client), ("logout_uri", CALLBACK)], "/error?error=redirect_mismatch"),
        (
            vec![("client_id", &*client), ("post_logout_redirect_uri", "https://evil.test")],
            "/error?error=redirect_mismatch",
        ),
        (
            vec![("client_id", &*client), ("response_type", "code"), ("redirect_uri", "https://evil.test")],
            "/error?error=redirect_mismatch",
        ),
        (vec![("client_id", &*client)], "/error?missing=redirect_uri"),
        (vec![("logout_uri", "https://app.test/bye")], "/error?missing=client_id"),
        (vec![("client_id", "nosuchclient"), ("logout_uri", "https://app.test/bye")], "/error?error=Client"),
        (
            vec![("id_token_hint", "a.b.c"), ("post_logout_redirect_uri", "https://app.test/bye")],
            "/error?missing=client_id",
        ),
    ] {
        let answer = end(&server, &pairs, &cookie).await;
        let expected = format!("http://test.auth.localhost:9229{expected}");
        assert!(answer.location().starts_with(&expected), "{pairs:?}: {}", answer.location());
    }
    let target = format!("/logout?{}", query(&[("client_id", &client), ("logout_uri", "https://app.test/bye")]));
    let cookie_header = format!("cognito={cookie}");
    let prefetch = server.get(&target, &[("cookie", &cookie_header), ("sec-purpose", "prefetch;prerender")]).await;
    assert_eq!(prefetch.0.status, 204);
    let posted = server.send(Method::Post, &target, "", &[("cookie", &cookie_header)]).await;
    assert_eq!(posted.0.status, 405);
    assert!(server.authorize(&[], Some(&cookie)).await.sent().get("code").is_some(), "nothing of this signed out");
}
