//! Owns the seam to triggers: one place where every event passes.
//! Hands off nothing yet: this version has no plugin host. Must not know HTTP or engines.
//!
//! A pool whose LambdaConfig names a function for an event was set up by someone who relies on it (to refuse sign-ups, say), so the
//! event fails in Cognito's words for a function that cannot be invoked, rather than going on without it.

use crate::fault::Fault;
use crate::model::Pool;

/// The events of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Before a sign-up is accepted.
    PreSignUp,
    /// After an account is confirmed.
    PostConfirmation,
    /// Before a password is checked.
    PreAuthentication,
    /// After a sign-in.
    PostAuthentication,
    /// What a custom sign-in asks next.
    DefineAuthChallenge,
    /// Before tokens are made.
    PreTokenGeneration,
    /// When an unknown user signs in with a password.
    UserMigration,
    /// When a message is written.
    CustomMessage,
    /// When a mail is sent.
    CustomEmailSender,
    /// When an SMS is sent.
    CustomSmsSender,
}

impl Trigger {
    /// The name in Cognito's error messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreSignUp => "PreSignUp",
            Self::PostConfirmation => "PostConfirmation",
            Self::PreAuthentication => "PreAuthentication",
            Self::PostAuthentication => "PostAuthentication",
            Self::DefineAuthChallenge => "DefineAuthChallenge",
            Self::PreTokenGeneration => "PreTokenGeneration",
            Self::UserMigration => "UserMigration",
            Self::CustomMessage => "CustomMessage",
            Self::CustomEmailSender => "CustomEmailSender",
            Self::CustomSmsSender => "CustomSMSSender",
        }
    }

    /// Whether the pool has a function for the event.
    pub fn is_configured(self, pool: &Pool) -> bool {
        let Some(lambda) = &pool.settings.lambda_config else { return false };
        match self {
            Self::PreSignUp => lambda.pre_sign_up.is_some(),
            Self::PostConfirmation => lambda.post_confirmation.is_some(),
            Self::PreAuthentication => lambda.pre_authentication.is_some(),
            Self::PostAuthentication => lambda.post_authentication.is_some(),
            Self::DefineAuthChallenge => lambda.define_auth_challenge.is_some(),
            Self::PreTokenGeneration => lambda.pre_token_generation.is_some() || lambda.pre_token_generation_config.is_some(),
            Self::UserMigration => lambda.user_migration.is_some(),
            Self::CustomMessage => lambda.custom_message.is_some(),
            Self::CustomEmailSender => lambda.custom_email_sender.is_some(),
            Self::CustomSmsSender => lambda.custom_sms_sender.is_some(),
        }
    }
}

/// Runs the event's function: nothing where none is configured, `UnexpectedLambdaException` where one is.
pub fn run(pool: &Pool, trigger: Trigger) -> Result<(), Fault> {
    if !trigger.is_configured(pool) {
        return Ok(());
    }
    tracing::warn!(pool = %pool.id, trigger = trigger.name(), "a trigger is configured, but this version of Poolhouse has no plugin host");
    Err(Fault::modelled("UnexpectedLambdaException", format!("{} invocation failed due to configuration.", trigger.name())))
}
