//! What one address does must not keep another from signing in: no attack makes a neighbour's sign-in fail. How much
//! longer it takes is measured by `cargo bench --bench hostility`.

use crate::attacks::{Attack, PASSWORD, Target, usernames};
use crate::server_process::{ROOT_KEY, ServerProcess, serve};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cognitoidentityprovider::types::{ExplicitAuthFlowsType, MessageActionType};
use std::time::{Duration, Instant};

const USERS: usize = 4;
/// Connections of each attack.
const CONNECTIONS: usize = 40;
/// Sign-ins of the neighbour under each.
const SIGN_INS: usize = 8;

async fn prepare(server: &ServerProcess) -> Target {
    let config = aws_sdk_cognitoidentityprovider::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&server.url)
        .credentials_provider(Credentials::new(ROOT_KEY.0, ROOT_KEY.1, None, None, "tests"))
        .build();
    let idp = Client::from_conf(config);
    let pool = idp.create_user_pool().pool_name("neighbours").send().await.unwrap().user_pool.unwrap().id.unwrap();
    let client = idp
        .create_user_pool_client()
        .user_pool_id(&pool)
        .client_name("neighbours")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserSrpAuth)
        .send()
        .await
        .unwrap();
    for username in usernames(USERS) {
        let created = idp.admin_create_user().user_pool_id(&pool).username(&username);
        created.message_action(MessageActionType::Suppress).send().await.unwrap();
        let password = idp.admin_set_user_password().user_pool_id(&pool).username(&username);
        password.password(PASSWORD).permanent(true).send().await.unwrap();
    }
    let client = client.user_pool_client.unwrap().client_id.unwrap();
    Target { address: server.address(), client, users: USERS }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_attack_makes_a_neighbours_sign_in_fail() {
    let data = tempfile::tempdir().unwrap();
    let server = ServerProcess::start(&mut serve(env!("CARGO_BIN_EXE_poolhouse"), data.path()));
    let target = prepare(&server).await;
    for attack in Attack::ALL {
        let until = Instant::now() + Duration::from_secs(60);
        let attacker = target.clone();
        let running = tokio::spawn(async move { attacker.attack(attack, CONNECTIONS, until).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        for sign_in in 0..SIGN_INS {
            let result = target.sign_in(sign_in).await;
            assert!(result.is_ok(), "{attack:?}, sign-in {sign_in}: {result:?}");
        }
        running.abort();
    }
}
