//! Triggers: the events that functions receive, how answers are applied, and the errors of callers.

mod federation;
mod messages;
mod migration;
mod sign_in;
mod sign_up;
mod tokens;

use crate::house::{House, merged};
use futures::future::BoxFuture;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::triggers::{Call, Failure, FunctionHost};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What the test's function does.
#[derive(Clone)]
pub enum Act {
    /// Answers with these members in `response`.
    Answer(Value),
    /// Answers with this instead of the event.
    Raw(Value),
    /// Gives no answer.
    Fail(Failure),
}

/// A function host that records all events and answers as configured; by default with the unchanged event.
#[derive(Default)]
pub struct Recorder {
    seen: Mutex<Vec<Value>>,
    acts: Mutex<HashMap<String, Act>>,
}

impl Recorder {
    pub fn act(&self, function: &str, act: Act) {
        self.acts.lock().unwrap().insert(function.to_owned(), act);
    }

    pub fn answer(&self, function: &str, response: Value) {
        self.act(function, Act::Answer(response));
    }

    pub fn refuse(&self, function: &str) {
        self.act(function, Act::Fail(Failure::Refused("not today".into())));
    }

    pub fn calm(&self, function: &str) {
        self.acts.lock().unwrap().remove(function);
    }

    /// The events since the last call, and their sources.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    pub fn sources(&self) -> Vec<String> {
        self.take().iter().map(|event| event["triggerSource"].as_str().unwrap().to_owned()).collect()
    }

    pub fn one(&self) -> Value {
        let mut seen = self.take();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }
}

impl FunctionHost for Recorder {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>> {
        let Call { function, mut event, .. } = call;
        self.seen.lock().unwrap().push(event.clone());
        let act = self.acts.lock().unwrap().get(function.rsplit(':').next().unwrap()).cloned();
        let answer = match act {
            None => Ok(event),
            Some(Act::Answer(response)) => {
                event["response"] = response;
                Ok(event)
            }
            Some(Act::Raw(value)) => Ok(value),
            Some(Act::Fail(failure)) => Err(failure),
        };
        Box::pin(async move { answer })
    }
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}")
}

/// A LambdaConfig in which each trigger has a function with its own name.
pub fn lambdas(names: &[&str]) -> Value {
    json!({"LambdaConfig": names.iter().map(|name| ((*name).to_owned(), json!(arn(name)))).collect::<serde_json::Map<_, _>>()})
}

async fn house(pool: Value, client: Value) -> (House, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::default());
    let clock = Clock::fake(Timestamp::from_secs(1_767_225_600));
    let app = TestApp::with_function_host(clock, recorder.clone(), |_| {}).await.unwrap();
    (House::over(app, pool, client).await, recorder)
}

/// The expected event, member by member and in this order.
struct Golden<'a> {
    version: &'a str,
    source: &'a str,
    user: &'a str,
    client: &'a str,
    request: Value,
    response: Value,
}

fn check(house: &House, event: &Value, golden: Golden<'_>) {
    let whole = json!({
        "version": golden.version, "triggerSource": golden.source, "region": house.pool.split('_').next(), "userPoolId": house.pool,
        "userName": golden.user, "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": golden.client},
        "request": golden.request, "response": golden.response,
    });
    assert_eq!(event.to_string(), whole.to_string());
}

const NO_CLIENT: &str = "CLIENT_ID_NOT_APPLICABLE";

/// The user's attributes, as AdminGetUser returns them.
async fn stored(house: &House, name: &str) -> HashMap<String, String> {
    let user = house.done("AdminGetUser", house.admin(name)).await;
    let pair = |a: &Value| (a["Name"].as_str().unwrap().to_owned(), a["Value"].as_str().unwrap().to_owned());
    user["UserAttributes"].as_array().unwrap().iter().map(pair).collect()
}

async fn status(house: &House, name: &str) -> String {
    house.done("AdminGetUser", house.admin(name)).await["UserStatus"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_functions_give_that_is_no_answer_is_told_in_cognitos_words() {
    let (house, functions) = house(lambdas(&["PreAuthentication"]), json!({})).await;
    house.user("alice").await;
    let cases = [
        (
            Act::Fail(Failure::Refused("not today".into())),
            "UserLambdaValidationException: PreAuthentication failed with error not today.",
        ),
        (
            Act::Fail(Failure::TimedOut),
            "UserLambdaValidationException: PreAuthentication failed with error Socket timeout while invoking Lambda function.",
        ),
        (Act::Fail(Failure::NotJson), "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON"),
        (
            Act::Fail(Failure::OutOfMemory),
            "UserLambdaValidationException: PreAuthentication failed with error the function ran out of memory.",
        ),
        (
            Act::Fail(Failure::Trapped("secret words".into())),
            "UserLambdaValidationException: PreAuthentication failed with error the function crashed.",
        ),
        (Act::Fail(Failure::Unrecognizable), "InvalidLambdaResponseException: Unrecognizable lambda output"),
        (
            Act::Fail(Failure::Unavailable),
            "UnexpectedLambdaException: PreAuthentication invocation failed due to configuration.",
        ),
        (
            Act::Fail(Failure::Pending),
            "UnexpectedLambdaException: PreAuthentication invocation failed due to error ResourceConflictException.",
        ),
        (
            Act::Fail(Failure::Busy),
            "UnexpectedLambdaException: PreAuthentication invocation failed due to error TooManyRequestsException.",
        ),
        (Act::Raw(json!(null)), "InvalidLambdaResponseException: Unrecognizable lambda output"),
        (Act::Raw(json!([1])), "InvalidLambdaResponseException: Unrecognizable lambda output"),
        (Act::Raw(json!({"request": {}})), "InvalidLambdaResponseException: Unrecognizable lambda output"),
        (Act::Raw(json!({"response": "yes"})), "InvalidLambdaResponseException: Unrecognizable lambda output"),
        (
            Act::Answer(json!({"bomb": "x".repeat(7_000_000)})),
            "InvalidLambdaResponseException: Unrecognizable lambda output",
        ),
    ];
    for (act, told) in cases {
        functions.act("PreAuthentication", act);
        assert_eq!(house.refused("InitiateAuth", house.sign_in_body("alice", crate::house::PASSWORD)).await, told);
    }
    functions.act("PreAuthentication", Act::Fail(Failure::Refused("x".repeat(100_000))));
    let told = house.refused("InitiateAuth", house.sign_in_body("alice", crate::house::PASSWORD)).await;
    assert!(told.len() < 2500, "a function's words are bounded");
}

#[tokio::test]
async fn without_a_host_a_pool_that_names_functions_fails_closed() {
    let house = House::new(lambdas(&["PreSignUp", "PostAuthentication"]), json!({})).await;
    let body = merged(house.of("alice"), json!({"Password": crate::house::PASSWORD}));
    let refused = house.refused("SignUp", body).await;
    assert_eq!(refused, "UnexpectedLambdaException: PreSignUp invocation failed due to configuration.");
}
