//! The catalogues that are built in.

macro_rules! catalogues {
    ($($tag:literal),* $(,)?) => {
        /// The language's tag (BCP 47), and its messages in Fluent's syntax.
        pub const BUILT_IN: &[(&str, &str)] =
            &[$(($tag, include_str!(concat!("../../static/languages/", $tag, ".ftl")))),*];
    };
}

catalogues!(
    "en", "ar", "de", "es", "fr", "he", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt-BR", "ru", "th", "tr", "uk",
    "vi", "zh-CN", "zh-TW",
);
