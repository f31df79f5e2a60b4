//! Hostile guests: each ends with its typed cause and disturbs nobody else.

use super::{call, guests, house, house_with, lines, outcomes, put, put_with, sign_up};
use poolhouse::model::{Grant, Manifest};
use poolhouse::triggers::plugins::Secrets;
use poolhouse::triggers::{Call, Failure, FunctionHost as _, samples};
use std::time::Instant;

const SOURCE: &str = "PreSignUp_SignUp";

/// For guests that never end: their time is up soon.
fn quick() -> Manifest {
    Manifest { timeout_ms: 200, ..patient() }
}

/// For guests that end by themselves: a busy machine does not make them late.
fn patient() -> Manifest {
    Manifest { trial: Vec::new(), timeout_ms: 30_000, memory_mb: 16, ..Manifest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_harm_ends_with_its_cause() {
    let house = house().await;
    let cases = [
        ("endless", guests::endless(), "timeout"),
        ("dripping", guests::dripping_command(), "timeout"),
        ("trap", guests::trap(), "trap"),
        ("deep", guests::deep(), "trap"),
        ("greedy", guests::greedy(), "out_of_memory"),
        ("flood", guests::flood(), "out_of_memory"),
        ("flooding", guests::flooding_command(), "bad_output"),
        ("no-json", guests::answers("hello"), "bad_output"),
        ("list", guests::answers("[]"), "bad_output"),
        ("no-response", guests::answers("{\"request\":{}}"), "bad_output"),
        ("wrong-response", guests::answers("{\"response\":1}"), "bad_output"),
        ("refuses", guests::refuses("not today"), "refused"),
        ("refusing", guests::refusing_command(), "refused"),
    ];
    for (name, bytes, cause) in cases {
        let manifest = if cause == "timeout" { quick() } else { patient() };
        put_with(&house, name, &bytes, manifest, Secrets::new()).await.unwrap();
        let failure = call(&house, name, SOURCE).await.unwrap_err();
        assert_eq!(failure.cause(), cause, "{name}: {failure:?}");
        assert_eq!(outcomes(&house, name).get(cause), Some(&1), "{name}");
        assert!(lines(&house, name).iter().any(|line| line.starts_with(cause)), "{name}: {:?}", lines(&house, name));
    }
    assert!(lines(&house, "deep").iter().any(|line| line.contains("call stack exhausted")));
    assert_eq!(call(&house, "refusing", SOURCE).await, Err(Failure::Refused("not on my watch".into())));
    assert!(lines(&house, "refusing").contains(&"looking at it".to_owned()));
}

#[tokio::test]
async fn who_was_quick_and_is_not_any_more_holds_nobody_up() {
    let house = house().await;
    put_with(&house, "moody", &guests::moody(), Manifest { timeout_ms: 2000, ..quick() }, Secrets::new())
        .await
        .unwrap();
    for _ in 0..20 {
        assert!(call(&house, "moody", SOURCE).await.is_ok());
    }
    let mut event = samples::sample(SOURCE).unwrap();
    event["request"]["noise"] = "x".repeat(3000).into();
    let function = || Call { function: "moody".into(), request_id: "test".into(), event: event.clone() };
    let functions = house.app.services.triggers.functions();
    let (mut endless, mut others) = (Box::pin(functions.call(function())), 0);
    // Everything runs on one thread: if the guest kept it, nothing else would run.
    let ended = loop {
        tokio::select! {
            biased;
            ended = &mut endless => break ended,
            answer = call(&house, "moody", SOURCE) => others += i32::from(answer.is_ok()),
        }
    };
    assert_eq!(ended, Err(Failure::TimedOut));
    assert!(others > 0);
}

#[tokio::test]
async fn who_fills_much_memory_does_not_do_it_on_its_callers_thread() {
    let house = house().await;
    let manifest = Manifest { memory_mb: 600, ..patient() };
    put_with(&house, "fills", &guests::fills_memory(), manifest, Secrets::new()).await.unwrap();
    for _ in 0..20 {
        assert!(call(&house, "fills", SOURCE).await.is_ok());
    }
    let mut event = samples::sample(SOURCE).unwrap();
    event["request"]["noise"] = "x".repeat(3000).into();
    let functions = house.app.services.triggers.functions();
    let begun = Instant::now();
    let mut filling = Box::pin(functions.call(Call { function: "fills".into(), request_id: "test".into(), event }));
    assert!(futures::poll!(&mut filling).is_pending());
    let held = begun.elapsed();
    assert!(filling.await.is_ok());
    assert!(held < begun.elapsed() / 4, "the caller's thread was held for {held:?} of {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_bounded_where_memory_is_not() {
    let house = house().await;
    put_with(&house, "flood", &guests::flood(), Manifest { memory_mb: 128, ..patient() }, Secrets::new())
        .await
        .unwrap();
    assert_eq!(call(&house, "flood", SOURCE).await, Err(Failure::NotJson));
    let parts = format!("{{\"response\":{{\"a\":[{}0]}}}}", "0,".repeat(60_000));
    put(&house, "parts", &guests::answers(&parts)).await;
    assert_eq!(call(&house, "parts", SOURCE).await, Err(Failure::NotJson), "few bytes can be many values");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_fills_its_space_is_told_that_it_is_full() {
    let house = house().await;
    let manifest = Manifest { grants: vec![Grant::Kv], trial: vec![SOURCE.to_owned()], ..patient() };
    let why = put_with(&house, "hoards", &guests::hoards(), manifest, Secrets::new()).await.unwrap_err();
    assert!(why.contains("it broke"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_read_what_cognito_says() {
    let house = house().await;
    for (name, bytes, told) in [
        ("trap", guests::trap(), "UserLambdaValidationException: PreSignUp failed with error the function crashed."),
        (
            "refuses",
            guests::refuses("not today"),
            "UserLambdaValidationException: PreSignUp failed with error not today.",
        ),
        (
            "no-json",
            guests::answers("x"),
            "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON",
        ),
        (
            "wrong",
            guests::answers("{\"response\":{\"autoConfirmUser\":\"yes\"}}"),
            "InvalidLambdaResponseException: Unrecognizable lambda output",
        ),
        (
            "endless",
            guests::endless(),
            "UserLambdaValidationException: PreSignUp failed with error Socket timeout while invoking Lambda function.",
        ),
    ] {
        let manifest = if name == "endless" { quick() } else { patient() };
        put_with(&house, name, &bytes, manifest, Secrets::new()).await.unwrap();
        assert_eq!(sign_up(&house, name).await.unwrap_err(), told, "{name}");
    }
    put(&house, "echo", &guests::echo()).await;
    assert_eq!(sign_up(&house, "echo").await.unwrap()["UserConfirmed"], false);
    put(&house, "confirms", &guests::answers("{\"response\":{\"autoConfirmUser\":true}}")).await;
    assert_eq!(sign_up(&house, "confirms").await.unwrap()["UserConfirmed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_refused_before_it_runs() {
    let house = house().await;
    let refused = async |name: &str, bytes: Vec<u8>, manifest: Manifest| {
        put_with(&house, name, &bytes, manifest, Secrets::new()).await.unwrap_err()
    };
    let why = refused("stranger", guests::stranger(), patient()).await;
    assert!(why.contains("poolhouse:bad/secret"), "{why}");
    let why = refused("strange", guests::strange_command(), patient()).await;
    assert!(why.contains("env::launch"), "{why}");
    let why = refused("counts", guests::counts(), patient()).await;
    assert!(why.contains("add \"kv\" to grants"), "{why}");
    let why = refused("text", b"export default () => {}".to_vec(), patient()).await;
    assert!(why.contains("no WebAssembly"), "{why}");
    let mut cut = guests::echo();
    cut.truncate(cut.len() - 10);
    assert!(refused("cut", cut, patient()).await.contains("does not compile"));
    let trial = || Manifest { trial: vec![SOURCE.to_owned()], ..patient() };
    let short_trial = || Manifest { timeout_ms: 200, ..trial() };
    for (name, bytes, manifest, reason) in [
        ("trap", guests::trap(), trial(), "it broke"),
        ("endless", guests::endless(), short_trial(), "too long"),
        ("greedy", guests::greedy(), trial(), "memory_mb"),
        ("no-json", guests::answers("hello"), trial(), "no JSON"),
        ("list", guests::answers("[]"), trial(), "not the event"),
    ] {
        let why = refused(name, bytes, manifest).await;
        assert!(why.contains(SOURCE) && why.contains(reason), "{why}");
    }
    assert!(
        put_with(&house, "no", &guests::refuses("no"), trial(), Secrets::new()).await.is_ok(),
        "a refusal is an answer"
    );
    let granted = Manifest { grants: vec![Grant::Kv], ..patient() };
    assert!(put_with(&house, "counts", &guests::counts(), granted, Secrets::new()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_harms_at_once_take_their_time_and_no_more() {
    let house = house_with(|config| config.plugins.concurrency = 16).await;
    put_with(&house, "endless", &guests::endless(), quick(), Secrets::new()).await.unwrap();
    put_with(&house, "greedy", &guests::greedy(), quick(), Secrets::new()).await.unwrap();
    let endless = futures::future::join_all((0..100).map(|_| call(&house, "endless", SOURCE)));
    let greedy = futures::future::join_all((0..100).map(|_| call(&house, "greedy", SOURCE)));
    let (endless, greedy) = futures::future::join(endless, greedy).await;
    // Some waited for a free slot until their time was up.
    assert!(endless.iter().all(|answer| matches!(answer, Err(Failure::TimedOut | Failure::Busy))), "{endless:?}");
    let fine =
        |answer: &Result<_, Failure>| matches!(answer, Err(Failure::OutOfMemory | Failure::TimedOut | Failure::Busy));
    assert!(greedy.iter().all(fine), "{greedy:?}");
    // Slots become free as soon as the guests notice that nobody waits for them.
    put(&house, "echo", &guests::echo()).await;
    assert!(call(&house, "echo", SOURCE).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_calls_together_have_a_bound_of_memory() {
    let house = house_with(|config| config.plugins.memory_mb = 32).await;
    let more = Manifest { memory_mb: 33, ..patient() };
    let why = put_with(&house, "more", &guests::greedy(), more, Secrets::new()).await.unwrap_err();
    assert!(why.contains("plugins.memory_mb"), "{why}");
    let all = Manifest { memory_mb: 32, ..patient() };
    put_with(&house, "greedy", &guests::greedy(), all, Secrets::new()).await.unwrap();
    let many = futures::future::join_all((0..8).map(|_| call(&house, "greedy", SOURCE))).await;
    assert!(many.iter().all(|answer| *answer == Err(Failure::OutOfMemory)), "{many:?}");
    put_with(&house, "echo", &guests::echo(), patient(), Secrets::new()).await.unwrap();
    assert!(call(&house, "echo", SOURCE).await.is_ok(), "what it had is given back");
}
