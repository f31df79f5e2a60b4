//! Users in a plain form that other systems can read: what is known of them, and those hashes of passwords that mean
//! something elsewhere.

use super::groups;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::password::Owner;
use crate::model::{Credential, Pool, User};
use crate::secret::Secret;
use crate::store::users::{self, Lookup};

/// Users of one page.
const PAGE: usize = 200;

/// A user as others may read it.
pub struct ExportedUser {
    pub user: User,
    /// Names of groups, by precedence.
    pub groups: Vec<String>,
    pub password: ExportedPassword,
}

/// What is told of a password.
pub enum ExportedPassword {
    /// There is none, or nothing was to be told of it.
    None,
    /// An SRP verifier: no hash that other systems know can be made from it.
    SrpOnly,
    /// A hash in its usual encoded form.
    Hash(Secret),
}

/// A page of a pool's users by username, and where the next one starts.
pub async fn page(
    cx: &Context,
    pool: &Pool,
    with_hashes: bool,
    after: Option<&[u8]>,
) -> Result<(Vec<ExportedUser>, Option<Vec<u8>>), Fault> {
    let store = &cx.services.store;
    let found = users::find(store, pool, &Lookup::All, after, PAGE).await?;
    let mut exported = Vec::with_capacity(found.users.len());
    for user in found.users {
        let groups = groups::of_user(store, pool, &user).await?.into_iter().map(|group| group.name).collect();
        let password = if with_hashes { password(cx, pool, &user)? } else { ExportedPassword::None };
        exported.push(ExportedUser { user, groups, password });
    }
    Ok((exported, found.last))
}

fn password(cx: &Context, pool: &Pool, user: &User) -> Result<ExportedPassword, Fault> {
    let Some(credential) = &user.credential else { return Ok(ExportedPassword::None) };
    if matches!(credential, Credential::Srp { .. }) {
        return Ok(ExportedPassword::SrpOnly);
    }
    let owner = Owner { pool_id: &pool.id, user: &user.username };
    let hash = cx.services.keys.passwords.encoded(credential, &owner)?;
    Ok(hash.map_or(ExportedPassword::None, ExportedPassword::Hash))
}
