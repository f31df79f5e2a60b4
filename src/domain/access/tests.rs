#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::app::{App, TestApp};
use crate::clock::Clock;

const DENIED: &str = "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: cognito-idp:AdminCreateUser on resource: \
    arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a because no identity-based policy allows the cognito-idp:AdminCreateUser action";

async fn key(app: &App, id: &str) -> Option<AccessKey> {
    find(&app.context().unwrap(), id, None).await.unwrap()
}

#[tokio::test]
async fn a_key_is_made_found_disabled_and_deleted() {
    let app = App::for_tests().await.unwrap();
    let services = &app.services;
    let made = create(services, services.clock.now(), Some("reader"), "read-only").await.unwrap();
    let id = made.view.access_key_id.as_str();
    assert!(id.starts_with("AKIA") && id.len() == 20 && made.secret_access_key.reveal().len() == 40);
    let found = key(&app, id).await.unwrap();
    assert_eq!((found.secret, found.enabled), (made.secret_access_key.clone(), true));

    let found = key(&app, id).await.unwrap().caller();
    authorize(&found, "cognito-idp:ListUsers", "*").unwrap();
    authorize(&found, "sts:GetCallerIdentity", "*").unwrap();
    let pool = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a";
    let fault = authorize(&found, "cognito-idp:AdminCreateUser", pool).unwrap_err();
    assert_eq!((fault.name(), fault.message()), ("AccessDeniedException", DENIED));

    set_enabled(services, id, false).await.unwrap();
    assert!(!key(&app, id).await.unwrap().enabled, "the opened key must not outlive the change");
    set_enabled(services, id, true).await.unwrap();
    assert!(key(&app, id).await.unwrap().enabled);
    assert_eq!(list(services).await.unwrap().len(), 2);
    delete(services, id).await.unwrap();
    assert!(key(&app, id).await.is_none());
    assert_eq!(delete(services, id).await.unwrap_err().name(), "ResourceNotFoundException");
}

#[tokio::test]
async fn bad_names_and_policies_are_refused() {
    let app = App::for_tests().await.unwrap();
    for (name, policy) in [("", "admin"), ("a b", "admin"), ("ok", "all"), ("ok", "{}")] {
        let fault = create(&app.services, app.services.clock.now(), Some(name), policy).await.unwrap_err();
        assert_eq!(fault.name(), "InvalidParameterException", "{name} {policy}");
    }
}

#[tokio::test]
async fn the_last_admin_key_stays() {
    let app = App::for_tests().await.unwrap();
    let services = &app.services;
    create(services, services.clock.now(), None, "read-only").await.unwrap();
    let root = app.root.id.as_str();
    assert!(set_enabled(services, root, false).await.unwrap_err().message().contains("last enabled key"));
    assert!(delete(services, root).await.is_err());

    let admin = create(services, services.clock.now(), None, "admin").await.unwrap().view.access_key_id;
    // Both at once: each would leave the other, together they would leave none.
    let (a, b) = futures::join!(delete(services, root), delete(services, &admin));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}

#[tokio::test]
async fn the_root_key_of_the_environment_wins_and_an_old_one_is_told_of() {
    let app = App::for_tests().await.unwrap();
    let services = &app.services;
    let now = services.clock.now();
    let root = key(&app, &app.root.id).await.unwrap();
    assert_eq!((root.arn.as_str(), root.secret), ("arn:aws:iam::123456789012:root", app.root.secret.clone()));

    let next = GivenRoot::new("AKIANEXT", Secret::new("another-secret-of-the-operator")).unwrap();
    let RootKey::Given { disabled, others, .. } = ensure_root(services, now, Some(&next)).await.unwrap() else {
        unreachable!()
    };
    assert!(!disabled && others == [app.root.id.clone()]);
    assert_eq!(key(&app, "AKIANEXT").await.unwrap().secret, next.secret);
    assert!(matches!(ensure_root(services, now, None).await.unwrap(), RootKey::Known));

    // A restart with an old environment does not bring a disabled key back; a new secret does.
    set_enabled(services, "AKIANEXT", false).await.unwrap();
    assert!(matches!(ensure_root(services, now, Some(&next)).await.unwrap(), RootKey::Given { disabled: true, .. }));
    let fresh = GivenRoot::new("AKIANEXT", Secret::new("a-fresh-secret-of-the-operator")).unwrap();
    assert!(matches!(ensure_root(services, now, Some(&fresh)).await.unwrap(), RootKey::Given { disabled: false, .. }));
    assert_eq!(key(&app, "AKIANEXT").await.unwrap().secret, fresh.secret);
}

#[tokio::test]
async fn secrets_lie_sealed_in_the_store() {
    let app = App::for_tests().await.unwrap();
    app.services.store.flush().await.unwrap();
    let secret = app.root.secret.reveal().as_bytes();
    let mut files: Vec<_> = vec![app.data_dir().to_path_buf()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", path.display());
        }
    }
}

#[tokio::test]
async fn development_mode_knows_every_id() {
    let app = TestApp::with(Clock::System, |config| config.server.dev = true).await.unwrap();
    assert!(key(&app, "whoever").await.unwrap().enabled);
    let strict = App::for_tests().await.unwrap();
    assert!(key(&strict, "whoever").await.is_none());
}
