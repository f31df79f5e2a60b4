//! Setting a password: the one way in which ChangePassword, ConfirmForgotPassword, NEW_PASSWORD_REQUIRED and
//! AdminSetUserPassword do it.

use super::passwords;
use crate::context::Context;
use crate::domain::protection::{self, PasswordRisk};
use crate::domain::scope::Scope;
use crate::fault::{Cause, Fault};
use crate::keys::cpu;
use crate::keys::password::{OtherForms, Owner};
use crate::model::{Credential, PasswordHistory, Pool, SaferChoice, User};
use crate::risk::UserAction;
use crate::secret::Secret;
use crate::shapes::idp::EventFilterType;
use crate::store::{Tx, password_history};

/// A password that passed every check and is ready to be set.
pub struct NewPassword {
    credential: Credential,
    /// What it was compared with.
    replaces: Option<Credential>,
    earlier: PasswordHistory,
    /// What is known of it: one that is known to the world is let pass where the pool only watches.
    pub risk: PasswordRisk,
}

/// How many passwords count as used, the present one among them. Where passwords expire, the present one always counts:
/// setting it again would be no change.
fn remembered(pool: &Pool) -> usize {
    let size = usize::try_from(pool.password_policy().password_history_size.unwrap_or(0)).unwrap_or(0);
    size.max(usize::from(pool.password_max_age().is_some()))
}

/// Takes one of a user's tries at a new password, where each is compared with many; for callers without a limit of
/// their own. `TooManyRequestsException` when there were too many.
pub fn take_try(cx: &Context, pool: &Pool, user: &User) -> Result<(), Fault> {
    if remembered(pool) <= 1 {
        return Ok(());
    }
    let taken = cx.services.risk.rates.user(UserAction::ChangePassword, &pool.id, &user.sub, cx.now);
    taken.map_err(|_| Fault::too_many_requests())
}

impl NewPassword {
    /// Checks a password against the pool's policy, the passwords known to the world and the user's earlier ones, and
    /// hashes it. The costly part is one job off the event loop, of 25 checks at most. Call it only after the caller
    /// has proven who they are, since the answer tells about earlier passwords. The scope of an administrator has no
    /// client.
    pub async fn prepare(scope: Scope<'_>, user: &User, text: &str) -> Result<Self, Fault> {
        let Scope { cx, pool, .. } = scope;
        passwords::check_policy(pool, text)?;
        let risk = protection::judge_password(scope, EventFilterType::PasswordChange, text).await?;
        if risk == PasswordRisk::Blocked {
            return Err(protection::known_password());
        }
        let size = remembered(pool);
        let earlier = if size > 1 {
            password_history::get(&cx.services.store, pool, &user.username).await?
        } else {
            Default::default()
        };
        let used: Vec<Credential> = user.credential.iter().chain(&earlier.earlier).take(size).cloned().collect();
        let (keys, scheme) = (cx.services.keys.passwords.clone(), pool.password_scheme());
        let (pool_id, username, text) = (pool.id.clone(), user.username.clone(), Secret::new(text));
        let made = cpu::run(move || {
            let owner = Owner { pool_id: &pool_id, user: &username };
            for credential in &used {
                if keys.check(Some(credential), &OtherForms::default(), &owner, text.reveal())? {
                    return Ok(None);
                }
            }
            keys.make(scheme, &owner, text.reveal()).map(Some)
        });
        let credential = made.await??.ok_or_else(used_before)?;
        Ok(Self { credential, replaces: user.credential.clone(), earlier, risk })
    }

    /// [`NewPassword::set`] where the password before is no longer trusted: where the pool chose so, sign-ins from
    /// before end.
    pub async fn reset(&self, cx: &Context, tx: &Tx, pool: &Pool, user: &mut User) -> Result<(), Fault> {
        self.set(cx, tx, pool, user).await?;
        if pool.chose(SaferChoice::ResetEndsSignIns) {
            user.signed_out = Some(cx.services.clock.now());
        }
        Ok(())
    }

    /// Whether it was compared with so many that the tries must stay few.
    pub fn is_costly(&self) -> bool {
        !self.earlier.earlier.is_empty()
    }

    /// Sets it in a transaction: `user` is the record as it stands, to be written by the caller. Fails if the user's
    /// passwords are not those that it was compared with.
    pub async fn set(&self, cx: &Context, tx: &Tx, pool: &Pool, user: &mut User) -> Result<(), Fault> {
        let size = remembered(pool);
        let mut history = password_history::get(tx, pool, &user.username).await?;
        if size > 1 {
            if user.credential != self.replaces || history.earlier != self.earlier.earlier {
                return Err(Fault::too_many_requests());
            }
            history.earlier.splice(..0, user.credential.take());
            history.earlier.truncate(size - 1);
            password_history::put(tx, pool, &user.username, &history)?;
        } else if !history.earlier.is_empty() {
            password_history::delete(tx, pool, &user.username);
        }
        user.credential = Some(self.credential.clone());
        user.password_set = Some(cx.now);
        user.temporary_until = None;
        user.modified = cx.now;
        Ok(())
    }
}

fn used_before() -> Fault {
    Fault::modelled("PasswordHistoryPolicyViolationException", "Password has previously been used")
        .because(Cause::PasswordPolicy)
}
