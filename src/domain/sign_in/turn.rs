//! What steps and deciders tell the driver. A step never calls another step.

use super::Name;
use super::state::SignInState;
use crate::model::{Contact, Mfa, User};
use crate::secret::Secret;
use crate::store::custom_sign_ins::{CustomAuthState, Round};
use std::collections::BTreeMap;

/// What an answer, or the beginning of a sign-in, comes to; a refusal is an error.
pub enum Turn {
    /// Something is proven: the decider says what comes next.
    Proved(Box<Proved>),
    /// A wrong answer in a sign-in that the pool's functions decide: they are told, and say what comes next.
    Disproved { state: SignInState, challenge: Name },
    /// The pool's functions are asked what comes next after these rounds.
    Rounds { state: SignInState, custom: CustomAuth },
    /// The next challenge is known, for instance because the user chose it.
    Ask {
        state: SignInState,
        question: Question,
        /// Whether the session that was answered is used up once the challenge stands, and not before.
        spend_after: bool,
    },
}

impl Turn {
    /// The next challenge, where the session that was answered is used up already, or there was none.
    pub fn ask(state: SignInState, question: Question) -> Self {
        Self::Ask { state, question, spend_after: false }
    }
}

/// What the pool's functions decide by.
pub struct CustomAuth {
    /// The rounds so far.
    pub rounds: Vec<Round>,
    /// SRP's `A` (hex), where the sign-in began with it.
    pub srp_a: Option<String>,
}

/// A challenge that was answered rightly.
pub struct Proved {
    /// The state, with what is proven now.
    pub state: SignInState,
    /// The challenge that was answered.
    pub challenge: Name,
    /// The user as the step has just written them; `None` if it wrote nothing.
    pub user: Option<User>,
}

impl Proved {
    pub fn turn(state: SignInState, challenge: Name) -> Turn {
        Turn::Proved(Box::new(Self { state, challenge, user: None }))
    }

    /// With the user as the step wrote them.
    pub fn turn_of(user: User, state: SignInState, challenge: Name) -> Turn {
        Turn::Proved(Box::new(Self { state, challenge, user: Some(user) }))
    }
}

/// A challenge to make.
pub enum Question {
    /// NEW_PASSWORD_REQUIRED.
    NewPassword,
    /// DEVICE_SRP_AUTH.
    Device,
    /// DEVICE_PASSWORD_VERIFIER, with SRP's `A`.
    DeviceVerifier(String),
    /// A second factor.
    Mfa(Mfa),
    /// SELECT_MFA_TYPE.
    SelectMfa(Vec<Mfa>),
    /// MFA_SETUP.
    SetUpMfa,
    /// SELECT_CHALLENGE.
    SelectChallenge(Vec<Name>),
    /// PASSWORD.
    Password,
    /// PASSWORD_SRP.
    PasswordSrp,
    /// PASSWORD_VERIFIER, with SRP's `A`.
    PasswordVerifier(String),
    /// WEB_AUTHN.
    Passkey,
    /// A code by SMS or mail.
    Code(CodeQuestion),
    /// CUSTOM_CHALLENGE, after these rounds.
    Custom(Vec<Round>),
}

/// A code to send.
pub struct CodeQuestion {
    /// The challenge that asks for it.
    pub name: Name,
    pub contact: Contact,
    /// The address or number; `None` for the subject's own.
    pub to: Option<String>,
    /// Whether it sets up codes by mail as a second factor.
    pub set_up: bool,
}

/// What the decider says comes next.
pub enum Next {
    Ask(Question),
    /// Enough is proven.
    Finish,
}

/// A challenge that was made; the driver seals its state.
pub struct Ask {
    pub name: Name,
    /// The state that waits for the answer.
    pub state: SignInState,
    /// What the client needs for its answer.
    pub parameters: BTreeMap<String, String>,
    /// `AvailableChallenges` of SELECT_CHALLENGE.
    pub available: Option<Vec<Name>>,
    /// What CreateAuthChallenge wants remembered of a CUSTOM_CHALLENGE.
    pub custom: Option<CustomAuthState>,
}

impl Ask {
    pub fn new(name: Name, state: SignInState, parameters: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let parameters = parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Self { name, state, parameters, available: None, custom: None }
    }
}

/// What a user chose in USER_AUTH, and what goes with it.
#[derive(Default)]
pub struct UserAuthChoice {
    /// The name of the challenge.
    pub name: Option<String>,
    /// `PASSWORD`.
    pub password: Option<Secret>,
    /// `SRP_A` (hex).
    pub srp_a: Option<String>,
    /// `Session` of a sign-up that was just confirmed.
    pub session: Option<String>,
}
