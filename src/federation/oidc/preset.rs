//! Providers that are known by name: the four of Cognito as types of their own, others as `preset` of type OIDC.

use crate::shapes::idp::IdentityProviderTypeType as Kind;

/// What is fixed for a provider. Addresses are as the providers document them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// The provider type, or the value of `preset`.
    pub name: &'static str,
    /// Found by discovery where there is no `authorize_url`.
    pub issuer: Option<&'static str>,
    pub authorize_url: Option<&'static str>,
    pub token_url: Option<&'static str>,
    pub attributes_url: Option<&'static str>,
    pub jwks_uri: Option<&'static str>,
    /// The scopes where none are given.
    pub scopes: &'static str,
    /// The claim that names the subject.
    pub subject: &'static str,
    pub pkce: bool,
}

const NONE: Preset = Preset {
    name: "",
    issuer: None,
    authorize_url: None,
    token_url: None,
    attributes_url: None,
    jwks_uri: None,
    scopes: "openid profile email",
    subject: "sub",
    pkce: true,
};

const PRESETS: [Preset; 10] = [
    Preset {
        name: "Google",
        issuer: Some("https://accounts.google.com"),
        authorize_url: Some("https://accounts.google.com/o/oauth2/v2/auth"),
        token_url: Some("https://oauth2.googleapis.com/token"),
        attributes_url: Some("https://openidconnect.googleapis.com/v1/userinfo"),
        jwks_uri: Some("https://www.googleapis.com/oauth2/v3/certs"),
        ..NONE
    },
    Preset { name: "Facebook", subject: "id", scopes: "public_profile, email", pkce: false, ..NONE },
    Preset { name: "LoginWithAmazon", subject: "user_id", scopes: "profile", pkce: false, ..NONE },
    Preset {
        name: "SignInWithApple",
        issuer: Some("https://appleid.apple.com"),
        jwks_uri: Some("https://appleid.apple.com/auth/keys"),
        scopes: "email name",
        pkce: false,
        ..NONE
    },
    // The tenant stands in the path.
    Preset { name: "Microsoft", issuer: Some("https://login.microsoftonline.com/{tenant}/v2.0"), ..NONE },
    Preset {
        name: "GitHub",
        authorize_url: Some("https://github.com/login/oauth/authorize"),
        token_url: Some("https://github.com/login/oauth/access_token"),
        attributes_url: Some("https://api.github.com/user"),
        scopes: "read:user user:email",
        subject: "id",
        ..NONE
    },
    Preset { name: "LinkedIn", issuer: Some("https://www.linkedin.com/oauth"), pkce: false, ..NONE },
    Preset {
        name: "X",
        authorize_url: Some("https://x.com/i/oauth2/authorize"),
        token_url: Some("https://api.x.com/2/oauth2/token"),
        attributes_url: Some("https://api.x.com/2/users/me?user.fields=id,name,username,profile_image_url,verified"),
        scopes: "users.read tweet.read",
        subject: "id",
        ..NONE
    },
    Preset { name: "GitLab", issuer: Some("https://gitlab.com"), ..NONE },
    Preset {
        name: "Discord",
        authorize_url: Some("https://discord.com/oauth2/authorize"),
        token_url: Some("https://discord.com/api/oauth2/token"),
        attributes_url: Some("https://discord.com/api/users/@me"),
        scopes: "identify email",
        subject: "id",
        ..NONE
    },
];

impl Preset {
    /// The preset of a provider type, or of the value of `preset`.
    pub fn of(kind: Kind, named: Option<&str>) -> Option<Self> {
        let name = match kind {
            Kind::Oidc => named?,
            kind => kind.as_str(),
        };
        PRESETS.into_iter().find(|preset| preset.name == name)
    }

    /// The names that `preset` may have.
    pub fn extensions() -> impl Iterator<Item = &'static str> {
        PRESETS.into_iter().skip(4).map(|preset| preset.name)
    }
}
