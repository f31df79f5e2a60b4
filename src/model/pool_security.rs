//! Choices that are safer than Cognito's own and that a pool makes by tags: an extension that every SDK and Terraform
//! can set.

use super::Pool;

/// The tag that makes every safer choice at once, with the value `strict`.
pub const SECURITY_TAG: &str = "poolhouse:security";

/// A choice that is safer than what Cognito does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaferChoice {
    /// A password that was reset (ConfirmForgotPassword, AdminSetUserPassword) ends the sign-ins from before it.
    ResetEndsSignIns,
    /// A refresh token that comes back after it was replaced ends its sign-in: one of two who have it stole it.
    ReuseEndsSignIn,
    /// An alias that another user has verified never moves: neither by PreSignUp nor by ForceAliasCreation.
    AliasesStay,
}

impl SaferChoice {
    pub const ALL: [Self; 3] = [Self::ResetEndsSignIns, Self::ReuseEndsSignIn, Self::AliasesStay];

    /// The tag that makes this choice alone, with the value `true`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ResetEndsSignIns => "poolhouse:password-reset-ends-sign-ins",
            Self::ReuseEndsSignIn => "poolhouse:token-reuse-ends-sign-in",
            Self::AliasesStay => "poolhouse:aliases-stay",
        }
    }
}

impl Pool {
    /// Whether the pool made a safer choice, alone or with all others.
    pub fn chose(&self, choice: SaferChoice) -> bool {
        let tag = |name: &str| self.settings.user_pool_tags.as_ref()?.get(name).map(String::as_str);
        tag(SECURITY_TAG) == Some("strict") || tag(choice.tag()) == Some("true")
    }
}
