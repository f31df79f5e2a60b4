//! Import jobs at their limits, and what a user with an imported hash costs to guess at.

use crate::house::{House, PASSWORD};
use poolhouse::domain::imports::{run_waiting, upload};
use poolhouse::keys::cpu;
use serde_json::json;

async fn house() -> House {
    House::new(json!({"AutoVerifiedAttributes": ["email"]}), json!({})).await
}

/// Uploads a file, runs its job to the end, and gives the job.
async fn import(house: &House, algorithm: Option<&str>, file: &str) -> serde_json::Value {
    let mut asked = json!({"UserPoolId": house.pool, "JobName": "users", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs"});
    if let Some(algorithm) = algorithm {
        asked["PasswordHashingAlgorithm"] = algorithm.into();
    }
    let job = house.done("CreateUserImportJob", asked).await["UserImportJob"].clone();
    let url = job["PreSignedUrl"].as_str().unwrap();
    let query: std::collections::HashMap<_, _> =
        url.split_once('?').unwrap().1.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let cx = house.app.context().unwrap();
    let address = upload::Address {
        pool_id: &house.pool,
        job_id: job["JobId"].as_str().unwrap(),
        expires: query["expires"].parse().unwrap(),
        signature: query["signature"],
    };
    let mut sent = upload::Upload::begin(&cx, address).await.unwrap();
    sent.push(file.as_bytes()).await.unwrap();
    sent.finish(&cx).await.unwrap();
    let named = json!({"UserPoolId": house.pool, "JobId": job["JobId"]});
    house.done("StartUserImportJob", named.clone()).await;
    run_waiting(&house.app.services).await.unwrap();
    house.done("DescribeUserImportJob", named).await["UserImportJob"].clone()
}

#[tokio::test]
async fn a_pool_has_a_thousand_jobs_and_no_more() {
    let house = house().await;
    let asked = json!({"UserPoolId": house.pool, "JobName": "n", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs"});
    for _ in 0..1000 {
        house.done("CreateUserImportJob", asked.clone()).await;
    }
    let refused = house.call("CreateUserImportJob", asked).await.unwrap_err();
    assert!(refused.starts_with("LimitExceededException"), "{refused}");
}

#[tokio::test]
async fn a_job_that_is_not_started_expires_and_its_file_goes() {
    let house = house().await;
    let asked = json!({"UserPoolId": house.pool, "JobName": "n", "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/logs"});
    let job = house.done("CreateUserImportJob", asked).await["UserImportJob"]["JobId"].clone();
    house.app.advance(25 * crate::house::HOUR);
    let named = json!({"UserPoolId": house.pool, "JobId": job});
    let told = house.done("DescribeUserImportJob", named.clone()).await;
    assert_eq!(told["UserImportJob"]["Status"], "Expired");
    let refused = house.call("StartUserImportJob", named).await.unwrap_err();
    assert!(refused.starts_with("PreconditionNotMetException"), "{refused}");
}

#[tokio::test]
async fn wrong_passwords_cost_the_same_whether_the_hash_was_imported_or_not() {
    let house = house().await;
    let hash =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc".replace(',', "\\,");
    let file = format!("cognito:username,email,email_verified,password_hash\nann,a@example.com,true,{hash}\n");
    let job = import(&house, Some("ARGON2ID"), &file).await;
    assert_eq!((&job["Status"], &job["ImportedUsers"]), (&json!("Succeeded"), &json!(1)), "{job}");
    house
        .done("AdminCreateUser", json!({"UserPoolId": house.pool, "Username": "bob", "MessageAction": "SUPPRESS"}))
        .await;
    house
        .done(
            "AdminSetUserPassword",
            json!({"UserPoolId": house.pool, "Username": "bob", "Password": PASSWORD, "Permanent": true}),
        )
        .await;
    let mut costs = Vec::new();
    for name in ["ann", "bob", "nobody"] {
        let asked = json!({"ClientId": house.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": name, "PASSWORD": "wrong"}});
        let (answer, work) = cpu::counting(house.call("InitiateAuth", asked)).await;
        assert!(answer.is_err(), "{name}");
        costs.push((work.exponentiations, work.argon2id_hashes));
    }
    assert_eq!(costs, [(1, 1); 3]);
}
