//! Which pools may use a function, and who may name it there.

use super::{arn, guests, house, outcomes, put_with, sign_up};
use crate::house::By;
use poolhouse::model::{Chain, Manifest, Step};
use poolhouse::triggers::plugins::Secrets;
use serde_json::json;

fn reserved(patterns: &[&str]) -> Manifest {
    let pools = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    Manifest { pools, trial: Vec::new(), ..Manifest::default() }
}

const NOT_ITS_OWN: &str = "UnexpectedLambdaException: PreSignUp invocation failed due to configuration.";

#[tokio::test(flavor = "multi_thread")]
async fn a_function_answers_only_the_pools_that_it_lists() {
    let house = house().await;
    let answer = guests::answers("{\"response\":{\"autoConfirmUser\":true}}");
    put_with(&house, "theirs", &answer, reserved(&["eu-west-1_Other1234", "us-*"]), Secrets::new()).await.unwrap();
    put_with(&house, "ours", &answer, reserved(&["eu-west-1_*"]), Secrets::new()).await.unwrap();
    assert_eq!(sign_up(&house, "theirs").await.unwrap_err(), NOT_ITS_OWN);
    assert!(sign_up(&house, "ours").await.is_ok());
    let step = |function: &str| Step { function: function.into(), ..Step::default() };
    let plugins = house.app.services.triggers.plugins();
    let chain = Chain { steps: vec![step("ours"), step("theirs")], ..Chain::default() };
    plugins.put_chain("chain", chain).await.unwrap();
    assert_eq!(sign_up(&house, "chain").await.unwrap_err(), NOT_ITS_OWN, "a chain opens no function to other pools");
    let chain = Chain { steps: vec![step("ours")], pools: vec!["us-*".into()], ..Chain::default() };
    plugins.put_chain("their-chain", chain).await.unwrap();
    assert_eq!(sign_up(&house, "their-chain").await.unwrap_err(), NOT_ITS_OWN);
    let shadowed = Manifest { shadow: Some("theirs".into()), ..reserved(&[]) };
    put_with(&house, "shadowed", &answer, shadowed, Secrets::new()).await.unwrap();
    assert!(sign_up(&house, "shadowed").await.is_ok());
    assert!(outcomes(&house, "theirs").is_empty(), "it was never called");
}

#[tokio::test(flavor = "multi_thread")]
async fn naming_a_function_needs_the_permission_to_invoke_it() {
    let house = house().await;
    let statement =
        |effect: &str, action: &str, resource: &str| json!({"Effect": effect, "Action": action, "Resource": resource});
    let policy =
        |statements: Vec<serde_json::Value>| json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let manage = || statement("Allow", "cognito-idp:*", "*");
    let update = async |policy: String, function: &str| {
        let key = house.key(&policy).await;
        let body = json!({"UserPoolId": house.pool, "LambdaConfig": {"PreSignUp": function}});
        house.call_by(By { key: Some(&key), ..By::default() }, "UpdateUserPool", body).await
    };
    let refused = update(policy(vec![manage()]), &arn("p")).await.unwrap_err();
    assert!(refused.starts_with("AccessDeniedException") && refused.contains("lambda:InvokeFunction"), "{refused}");
    let one = || statement("Allow", "lambda:InvokeFunction", &arn("p"));
    assert!(update(policy(vec![manage(), one()]), &arn("other")).await.is_err());
    assert!(update(policy(vec![manage(), one(), statement("Deny", "lambda:*", "*")]), &arn("p")).await.is_err());
    update(policy(vec![manage(), one()]), &arn("p")).await.unwrap();
    // What the pool names already may be sent again, as Terraform does.
    update(policy(vec![manage()]), &arn("p")).await.unwrap();
    let key = house.key(&policy(vec![manage()])).await;
    let body = json!({"PoolName": "new", "LambdaConfig": {"UserMigration": arn("p")}});
    let refused = house.call_by(By { key: Some(&key), ..By::default() }, "CreateUserPool", body).await.unwrap_err();
    assert!(refused.starts_with("AccessDeniedException"), "{refused}");
}
