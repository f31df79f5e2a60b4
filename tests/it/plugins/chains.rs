//! Chains of functions, their failure policies, and shadows.

use super::{call, guests, house, lines, outcomes, put, put_with};
use poolhouse::model::{Chain, Manifest, OnFailure, Step};
use poolhouse::triggers::plugins::Secrets;
use poolhouse::triggers::{Failure, samples};
use serde_json::json;
use std::time::Duration;

const SOURCE: &str = "PreSignUp_SignUp";
const CONFIRMS: &str = "{\"response\":{\"autoConfirmUser\":true}}";

fn step(function: &str) -> Step {
    Step { function: function.into(), ..Step::default() }
}

async fn chain(house: &super::House, steps: Vec<Step>) {
    house.app.services.triggers.plugins().put_chain("chain", Chain { steps, ..Chain::default() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_function_sees_what_the_one_before_answered() {
    let house = house().await;
    put(&house, "confirms", &guests::answers(CONFIRMS)).await;
    put(&house, "echo", &guests::echo()).await;
    chain(&house, vec![step("confirms"), step("echo")]).await;
    let mut event = samples::sample(SOURCE).unwrap();
    event["response"] = json!({"autoConfirmUser": true});
    assert_eq!(
        call(&house, "chain", SOURCE).await,
        Ok(event),
        "the answer of the first, in the event as the host made it"
    );
    assert_eq!(super::sign_up(&house, "chain").await.unwrap()["UserConfirmed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_failure_is_the_chains_to_say() {
    let house = house().await;
    put(&house, "confirms", &guests::answers(CONFIRMS)).await;
    put(&house, "trap", &guests::trap()).await;
    put(&house, "refuses", &guests::refuses("no")).await;
    put(&house, "slow", &guests::endless()).await;
    let confirmed =
        |answer: Result<serde_json::Value, Failure>| answer.map(|event| event["response"]["autoConfirmUser"].clone());
    let on_error = |function: &str, then| Step { on_error: Some(then), timeout_ms: Some(100), ..step(function) };

    chain(&house, vec![on_error("trap", OnFailure::Deny), step("confirms")]).await;
    assert_eq!(call(&house, "chain", SOURCE).await.unwrap_err().cause(), "trap");
    for (first, then, expected) in [
        ("trap", OnFailure::Skip, true),
        ("trap", OnFailure::Allow, false),
        ("slow", OnFailure::Skip, true),
        ("nowhere", OnFailure::Skip, true),
    ] {
        chain(&house, vec![on_error(first, then), step("confirms")]).await;
        assert_eq!(confirmed(call(&house, "chain", SOURCE).await), Ok(json!(expected)), "{first} {then:?}");
    }
    // A refusal does not count as an error unless the chain says so.
    chain(&house, vec![on_error("refuses", OnFailure::Skip), step("confirms")]).await;
    assert_eq!(call(&house, "chain", SOURCE).await, Err(Failure::Refused("no".into())));
    chain(&house, vec![Step { on_refusal: Some(OnFailure::Skip), ..step("refuses") }, step("confirms")]).await;
    assert_eq!(confirmed(call(&house, "chain", SOURCE).await), Ok(json!(true)));
    // Functions after the end of the chain are not called.
    chain(&house, vec![step("confirms"), on_error("trap", OnFailure::Allow), step("refuses")]).await;
    assert_eq!(confirmed(call(&house, "chain", SOURCE).await), Ok(json!(true)));
    // The steps of a chain must not be chains.
    house
        .app
        .services
        .triggers
        .plugins()
        .put_chain("outer", Chain { steps: vec![step("chain")], ..Chain::default() })
        .await
        .unwrap();
    assert_eq!(call(&house, "outer", SOURCE).await, Err(Failure::Unavailable));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_says_what_follows_for_a_plugin_alone() {
    let house = house().await;
    let manifest = Manifest { trial: vec![], on_error: OnFailure::Skip, ..Manifest::default() };
    put_with(&house, "trap", &guests::trap(), manifest, Secrets::new()).await.unwrap();
    assert_eq!(call(&house, "trap", SOURCE).await, Ok(samples::sample(SOURCE).unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_took_too_long_is_tried_again_and_nothing_else_is() {
    let house = house().await;
    let manifest = || Manifest { trial: vec![], timeout_ms: 50, retries: 2, ..Manifest::default() };
    put_with(&house, "slow", &guests::endless(), manifest(), Secrets::new()).await.unwrap();
    put_with(&house, "trap", &guests::trap(), manifest(), Secrets::new()).await.unwrap();
    assert_eq!(call(&house, "slow", SOURCE).await, Err(Failure::TimedOut));
    assert_eq!(outcomes(&house, "slow").get("timeout"), Some(&3));
    assert_eq!(call(&house, "trap", SOURCE).await.unwrap_err().cause(), "trap");
    assert_eq!(outcomes(&house, "trap").get("trap"), Some(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_changes_nothing_and_tells_where_it_differs() {
    let house = house().await;
    put(&house, "new", &guests::answers(CONFIRMS)).await;
    let manifest = Manifest { trial: vec![], shadow: Some("new".into()), ..Manifest::default() };
    put_with(&house, "old", &guests::echo(), manifest, Secrets::new()).await.unwrap();
    let answer = call(&house, "old", SOURCE).await.unwrap();
    assert_eq!(answer["response"]["autoConfirmUser"], false, "the shadow does not count");
    let told = async {
        loop {
            let lines = lines(&house, "new");
            if let Some(line) = lines.iter().find(|line| line.contains("differs from old")) {
                return line.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let line = tokio::time::timeout(Duration::from_secs(20), told).await.unwrap();
    assert!(line.contains("response.autoConfirmUser") && !line.contains("true"), "{line}");
    assert!(
        house
            .app
            .services
            .triggers
            .functions()
            .stats()
            .render()
            .contains("poolhouse_shadow_answers_total{function=\"new\",answer=\"different\"} 1")
    );
}
