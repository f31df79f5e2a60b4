//! The lifecycle of a plugin: uploaded in pieces, replaced in one step, loaded after a restart, removed with its
//! values.

use super::{call, files, guests, house, put, put_with, sign_up, upload};
use poolhouse::app::{App, AppOptions};
use poolhouse::model::{Grant, Manifest};
use poolhouse::secret::Secret;
use poolhouse::triggers::plugins::Secrets;
use poolhouse::triggers::{Call, Failure, FunctionHost as _, samples};

const SOURCE: &str = "PreSignUp_SignUp";

fn untried() -> Manifest {
    Manifest { trial: Vec::new(), ..Manifest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_forms_are_called() {
    let house = house().await;
    put(&house, "component", &guests::echo()).await;
    put(&house, "command", &guests::echo_command()).await;
    let event = samples::sample(SOURCE).unwrap();
    assert_eq!(call(&house, "component", SOURCE).await, Ok(event.clone()));
    assert_eq!(call(&house, "command", SOURCE).await, Ok(event));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_replaces_another_only_when_it_is_good() {
    let house = house().await;
    assert_eq!(put_with(&house, "p", &guests::refuses("one"), untried(), Secrets::new()).await, Ok(1));
    assert_eq!(call(&house, "p", SOURCE).await, Err(Failure::Refused("one".into())));
    let bad = Manifest { trial: vec![SOURCE.to_owned()], ..Manifest::default() };
    put_with(&house, "p", &guests::trap(), bad, Secrets::new()).await.unwrap_err();
    assert_eq!(
        call(&house, "p", SOURCE).await,
        Err(Failure::Refused("one".into())),
        "what was refused replaces nothing"
    );
    assert_eq!(put_with(&house, "p", &guests::refuses("three"), untried(), Secrets::new()).await, Ok(3));
    assert_eq!(call(&house, "p", SOURCE).await, Err(Failure::Refused("three".into())));
    let view = house.app.services.triggers.plugins().show("p").await.unwrap();
    assert!(view.next.is_none());
    // The same module with another manifest is not uploaded again.
    let again = house
        .app
        .services
        .triggers
        .plugins()
        .announce("p", upload(&guests::refuses("three"), untried(), Secrets::new()))
        .await
        .unwrap();
    assert_eq!((again.version, again.pieces), (4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_under_way_end_on_the_version_they_began_with() {
    let house = house().await;
    let slow = Manifest { timeout_ms: 400, ..untried() };
    put_with(&house, "p", &guests::endless(), slow, Secrets::new()).await.unwrap();
    let under_way = call(&house, "p", SOURCE);
    let mut under_way = Box::pin(under_way);
    assert!(futures::poll!(&mut under_way).is_pending());
    put(&house, "p", &guests::echo()).await;
    assert!(call(&house, "p", SOURCE).await.is_ok());
    assert_eq!(under_way.await, Err(Failure::TimedOut));
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_must_be_what_was_announced() {
    let house = house().await;
    let plugins = house.app.services.triggers.plugins();
    let bytes = guests::echo();
    let put = plugins.announce("p", upload(&bytes, untried(), Secrets::new())).await.unwrap();
    assert!(plugins.piece("p", put.version, 0, vec![0; 10]).await.is_err(), "too short");
    assert!(plugins.piece("p", put.version, 7, bytes.clone()).await.is_err(), "no such piece");
    assert!(plugins.piece("p", put.version + 1, 0, bytes.clone()).await.is_err(), "no such version");
    assert!(plugins.piece("q", 1, 0, bytes.clone()).await.is_err(), "no such plugin");
    let mut other = bytes.clone();
    *other.last_mut().unwrap() ^= 1;
    plugins.piece("p", put.version, 0, other).await.unwrap();
    let mut changes = plugins.changes();
    plugins.complete("p", put.version).await.unwrap();
    changes.changed().await.unwrap();
    let reason = plugins.show("p").await.unwrap().next.unwrap().reason.unwrap();
    assert!(reason.contains("Sha256"), "{reason}");
    for (name, sha, length) in [("../x", 64, 100), ("p", 63, 100), ("p", 64, 3), ("p", 64, 1 << 40)] {
        let mut upload = upload(&bytes, untried(), Secrets::new());
        upload.sha256.truncate(sha);
        upload.bytes = length;
        assert!(plugins.announce(name, upload).await.is_err(), "{name} {sha} {length}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_plugins_ready_and_makes_machine_code_anew_where_it_is_gone() {
    let house = house().await;
    let secrets = Secrets::from([("key".to_owned(), Secret::new("hush"))]);
    put_with(&house, "p", &guests::refuses("still here"), untried(), secrets).await.unwrap();
    let folder = house.app.data_dir().join("plugins");
    let kept = files(&folder);
    assert_eq!(kept.len(), 1, "{kept:?}");
    let event = || Call { function: "p".into(), request_id: "test".into(), event: samples::sample(SOURCE).unwrap() };

    let app = house.app;
    let copy = std::env::temp_dir().join(format!("poolhouse-test-{}", poolhouse::rng::uuid().unwrap()));
    app.services.store.flush().await.unwrap();
    let mut config = app.services.config.clone();
    let root = app.root.clone();
    copy_all(app.data_dir(), &copy);
    config.server.data_dir.clone_from(&copy);
    drop(app);

    let given = || AppOptions { root: Some(root.clone()), ..AppOptions::default() };
    let second = App::build(config.clone(), given()).await.unwrap();
    assert_eq!(second.services.triggers.functions().call(event()).await, Err(Failure::Refused("still here".into())));
    drop(second);

    std::fs::remove_dir_all(copy.join("plugins")).unwrap();
    let third = reopened(&config, given).await;
    let mut changes = third.services.triggers.plugins().changes();
    let first = third.services.triggers.functions().call(event()).await;
    if first == Err(Failure::Pending) {
        changes.changed().await.unwrap();
    }
    assert_eq!(third.services.triggers.functions().call(event()).await, Err(Failure::Refused("still here".into())));
    assert_eq!(files(&copy.join("plugins")), kept);
    drop(third);
    let _ = std::fs::remove_dir_all(copy);
}

/// Starts the server again after the previous one has released its data.
async fn reopened(config: &poolhouse::config::Config, given: impl Fn() -> AppOptions) -> App {
    loop {
        match App::build(config.clone(), given()).await {
            Ok(app) => return app,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy_all(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_plugin_leaves_nothing_and_its_pools_fail_closed() {
    let house = house().await;
    put(&house, "p", &guests::echo()).await;
    assert!(sign_up(&house, "p").await.is_ok());
    let mut changes = house.app.services.triggers.plugins().changes();
    house.app.services.triggers.plugins().remove("p").await.unwrap();
    changes.changed().await.unwrap();
    assert_eq!(
        sign_up(&house, "p").await.unwrap_err(),
        "UnexpectedLambdaException: PreSignUp invocation failed due to configuration."
    );
    assert_eq!(files(&house.app.data_dir().join("plugins")), Vec::<String>::new());
    assert!(house.app.services.triggers.plugins().remove("p").await.is_err());
    // A new plugin of the same name starts without values.
    put(&house, "p", &guests::echo()).await;
    while poolhouse::store::sweep::purge_some(&house.app.services.store, 100).await.unwrap() > 0 {}
    assert!(call(&house, "p", SOURCE).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_was_removed_while_it_was_built_does_not_come_back() {
    let house = house().await;
    let plugins = house.app.services.triggers.plugins();
    // Whatever is put next must wait for this trial.
    let slow = Manifest { trial: vec![SOURCE.to_owned()], timeout_ms: 500, ..Manifest::default() };
    let endless = guests::endless();
    let put = plugins.announce("slow", upload(&endless, slow, Secrets::new())).await.unwrap();
    plugins.piece("slow", put.version, 0, endless).await.unwrap();
    let mut changes = plugins.changes();
    let begun = *changes.borrow();
    plugins.complete("slow", put.version).await.unwrap();

    let (old, new) = (guests::refuses("old"), guests::refuses("new"));
    let first = plugins.announce("p", upload(&old, untried(), Secrets::new())).await.unwrap();
    plugins.piece("p", first.version, 0, old).await.unwrap();
    plugins.complete("p", first.version).await.unwrap();
    plugins.remove("p").await.unwrap();
    let second = plugins.announce("p", upload(&new, untried(), Secrets::new())).await.unwrap();
    assert_eq!(second.version, first.version, "the same number, of another plugin");
    // `slow`, the first `p` and the clean-up after its removal are done.
    changes.wait_for(|count| *count >= begun + 3).await.unwrap();
    assert_eq!(call(&house, "p", SOURCE).await, Err(Failure::Unavailable));
    plugins.piece("p", second.version, 0, new).await.unwrap();
    plugins.complete("p", second.version).await.unwrap();
    changes.wait_for(|count| *count >= begun + 4).await.unwrap();
    assert_eq!(call(&house, "p", SOURCE).await, Err(Failure::Refused("new".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_keeps_is_its_own_and_goes_with_it() {
    let house = house().await;
    let granted = || Manifest { grants: vec![Grant::Kv], ..untried() };
    for name in ["a", "b"] {
        put_with(&house, name, &guests::counts(), granted(), Secrets::new()).await.unwrap();
    }
    let told = |letter: &str| Err(Failure::Refused(letter.to_owned()));
    assert_eq!(call(&house, "a", SOURCE).await, told("b"));
    assert_eq!(call(&house, "a", SOURCE).await, told("c"));
    assert_eq!(call(&house, "b", SOURCE).await, told("b"), "another's space");
    put_with(&house, "a", &guests::counts(), granted(), Secrets::new()).await.unwrap();
    assert_eq!(call(&house, "a", SOURCE).await, told("d"), "a new version goes on with it");
    let many = futures::future::join_all((0..8).map(|_| call(&house, "a", SOURCE))).await;
    let mut letters: Vec<_> = many.into_iter().map(|answer| format!("{answer:?}")).collect();
    letters.sort();
    letters.dedup();
    assert_eq!(letters.len(), 8, "no two get the same number");
    house.app.services.triggers.plugins().remove("a").await.unwrap();
    put_with(&house, "a", &guests::counts(), granted(), Secrets::new()).await.unwrap();
    assert_eq!(call(&house, "a", SOURCE).await, told("b"), "it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_has_a_bound_and_trials_keep_nothing() {
    let house = super::house_with(|config| config.plugins.space_kb = 1).await;
    let tried = Manifest { grants: vec![Grant::Kv], trial: vec![SOURCE.to_owned()], ..Manifest::default() };
    put_with(&house, "a", &guests::counts(), tried, Secrets::new()).await.unwrap();
    assert_eq!(call(&house, "a", SOURCE).await, Err(Failure::Refused("b".into())), "the trial counted for nothing");
    assert_eq!(
        call(&house, "a", SOURCE).await,
        Err(Failure::Refused("c".into())),
        "a number that grows by nothing fits"
    );
    let hoards = Manifest { grants: vec![Grant::Kv], ..untried() };
    put_with(&house, "b", &guests::hoards(), hoards, Secrets::new()).await.unwrap();
    assert_eq!(call(&house, "b", SOURCE).await.unwrap_err().cause(), "trap", "more than a kilobyte does not fit");
}

#[tokio::test]
async fn who_has_no_plugins_has_no_engine() {
    let house = house().await;
    assert_eq!(files(&house.app.data_dir().join("plugins")), Vec::<String>::new());
    assert_eq!(call(&house, "nobody", SOURCE).await, Err(Failure::Unavailable));
}
