//! The files that pages are made of.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Templates, style sheets and scripts, by name.
        pub const BUILT_IN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../static/pages/", $name)))),*];
    };
}

files!(
    "mail.html",
    "pages.js",
    "passkeys.js",
    "classic/base.html",
    "classic/challenge.html",
    "classic/confirm.html",
    "classic/confirmforgot.html",
    "classic/device.html",
    "classic/device_confirm.html",
    "classic/error.html",
    "classic/forgot.html",
    "classic/login.html",
    "classic/message.html",
    "classic/parts.html",
    "classic/signup.html",
    "classic/style.css",
    "managed/base.html",
    "managed/challenge.html",
    "managed/confirm.html",
    "managed/confirmforgot.html",
    "managed/device.html",
    "managed/device_confirm.html",
    "managed/error.html",
    "managed/forgot.html",
    "managed/login.html",
    "managed/message.html",
    "managed/parts.html",
    "managed/passkey_add.html",
    "managed/signup.html",
    "managed/style.css",
);
