//! Sign-in with the password itself (USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, the hosted form).

use super::{Outcome, after_password, unknown_user};
use crate::context::Context;
use crate::domain::protection;
use crate::domain::users::{lookup, passwords};
use crate::fault::Fault;
use crate::model::{Client, Pool};
use crate::secret::Secret;
use crate::triggers::{self, Trigger};

/// Checks name and password. An unknown name costs what a known one does.
pub async fn begin(cx: &Context, pool: &Pool, client: &Client, username: &str, password: &Secret) -> Result<Outcome, Fault> {
    let found = lookup::find(&cx.services.store, pool, username).await?;
    if found.is_none() && !client.hides_users() {
        triggers::run(pool, Trigger::UserMigration)?;
    }
    let subject = lookup::subject(pool, found.as_ref(), username);
    let attempt = cx.services.risk.lockout.begin(&cx.services.store, &pool.id, &subject, cx.now).await?;
    triggers::run(pool, Trigger::PreAuthentication)?;
    let right = passwords::is_right(cx, pool, username, found.as_ref(), password.reveal()).await?;
    match found {
        Some(user) if right => {
            attempt.succeeded().await?;
            protection::check_sign_in(cx, (pool, client), &user, password).await?;
            after_password(cx, pool, client, &user).await
        }
        found => {
            attempt.failed().await?;
            cx.count_failure();
            Err(if found.is_none() { unknown_user(client) } else { Fault::wrong_credentials() })
        }
    }
}
