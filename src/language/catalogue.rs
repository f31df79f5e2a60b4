//! Message catalogues (Fluent): the built-in ones, and an operator's own in front of them, for the server, for a pool
//! or for a client.

use super::ENGLISH;
use super::built_in::BUILT_IN;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unic_langid::{CharacterDirection, LanguageIdentifier};

type Bundle = FluentBundle<FluentResource>;

/// What the message of a catalogue's own name is called: the language as its speakers write it.
const NAME: &str = "language_name";

/// Why catalogues cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: std::io::Error },
    #[error("{0} is faulty: {1}")]
    Faulty(String, String),
    #[error("{} is not named after a language, such as de.ftl or pt-BR.ftl", .0.display())]
    NoLanguage(PathBuf),
}

/// Whose messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Server,
    /// Of the pool with this id.
    Pool(String),
    /// Of the app client with this id.
    Client(String),
}

/// A value in a message.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    Text(&'a str),
    /// Chooses the plural form.
    Number(u64),
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

/// All messages of all languages.
pub struct Catalogue {
    /// Tags, English first.
    tags: Vec<String>,
    bundles: BTreeMap<(Scope, String), Bundle>,
}

impl Catalogue {
    /// The built-in messages, and those of a folder in front of them: `languages/<tag>.ftl` in it for the server,
    /// `pools/<id>/languages/<tag>.ftl` and `clients/<id>/languages/<tag>.ftl` for one pool or client.
    pub fn new(folder: Option<&Path>) -> Result<Self, CatalogueError> {
        let mut all = Self { tags: Vec::new(), bundles: BTreeMap::new() };
        for (tag, text) in BUILT_IN {
            all.add(Scope::Server, tag, tag, (*text).to_owned())?;
        }
        let Some(folder) = folder else { return Ok(all) };
        all.add_folder(&Scope::Server, &folder.join("languages"))?;
        for (kind, scope) in [("pools", Scope::Pool as fn(String) -> Scope), ("clients", Scope::Client)] {
            for (id, inner) in entries(&folder.join(kind))? {
                all.add_folder(&scope(id), &inner.join("languages"))?;
            }
        }
        Ok(all)
    }

    fn add_folder(&mut self, scope: &Scope, folder: &Path) -> Result<(), CatalogueError> {
        for (name, file) in entries(folder)? {
            let Some(tag) = name.strip_suffix(".ftl") else { continue };
            let tag = tag.parse::<LanguageIdentifier>().map_err(|_| CatalogueError::NoLanguage(file.clone()))?;
            let text = std::fs::read_to_string(&file)
                .map_err(|source| CatalogueError::Unreadable { file: file.clone(), source })?;
            tracing::info!(file = %file.display(), "messages of the pages and mails are an operator's own");
            self.add(scope.clone(), &tag.to_string(), &file.display().to_string(), text)?;
        }
        Ok(())
    }

    fn add(&mut self, scope: Scope, tag: &str, name: &str, text: String) -> Result<(), CatalogueError> {
        let faulty = |detail: String| CatalogueError::Faulty(name.to_owned(), detail);
        let resource = FluentResource::try_new(text)
            .map_err(|(_, errors)| faulty(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
        let language: LanguageIdentifier = tag.parse().map_err(|_| faulty(format!("{tag} is no language")))?;
        let bundle = self.bundles.entry((scope, tag.to_owned())).or_insert_with(|| {
            let mut bundle = Bundle::new_concurrent(vec![language]);
            // Arguments are isolated here, where they need it: a marker in every text would break what is copied.
            bundle.set_use_isolating(false);
            bundle
        });
        bundle.add_resource_overriding(resource);
        if !self.tags.iter().any(|known| known == tag) {
            self.tags.push(tag.to_owned());
        }
        Ok(())
    }

    /// The tags of all languages, English first.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(String::as_str)
    }

    /// The words of a language, as a pool and a client have them.
    pub fn words(self: &Arc<Self>, tag: Option<&str>, scopes: Vec<Scope>) -> Words {
        let tag = tag.filter(|tag| self.tags.iter().any(|known| known == tag)).unwrap_or(ENGLISH).to_owned();
        Words { catalogue: self.clone(), tag, scopes }
    }

    /// What a language calls itself.
    pub fn name_of<'a>(&'a self, tag: &'a str) -> Cow<'a, str> {
        self.find(&Scope::Server, tag, NAME, &[]).map_or(Cow::Borrowed(tag), Cow::Owned)
    }

    fn find(&self, scope: &Scope, tag: &str, key: &str, arguments: &[(&str, Argument<'_>)]) -> Option<String> {
        let bundle = self.bundles.get(&(scope.clone(), tag.to_owned()))?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut given = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            match argument {
                Argument::Text(text) => given.set((*name).to_owned(), isolated(text, is_rtl(tag))),
                Argument::Number(number) => given.set((*name).to_owned(), FluentValue::from(*number)),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(language = tag, message = key, ?errors, "a message does not format");
        }
        Some(text)
    }
}

/// The words of one language, with those of a pool and a client in front.
#[derive(Clone)]
pub struct Words {
    catalogue: Arc<Catalogue>,
    tag: String,
    scopes: Vec<Scope>,
}

impl Words {
    /// The language's tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub fn is_english(&self) -> bool {
        self.tag == ENGLISH
    }

    /// `rtl` where lines run from right to left.
    pub fn direction(&self) -> &'static str {
        if is_rtl(&self.tag) { "rtl" } else { "ltr" }
    }

    /// All languages that there are.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// A message without arguments; the key itself where there is none.
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A message with arguments.
    pub fn with(&self, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
        self.find(key, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// A message, in English where the language does not have it.
    pub fn find(&self, key: &str, arguments: &[(&str, Argument<'_>)]) -> Option<String> {
        let scopes = || self.scopes.iter().rev().chain([&Scope::Server]);
        let find = |tag: &str| scopes().find_map(|scope| self.catalogue.find(scope, tag, key, arguments));
        find(&self.tag).or_else(|| if self.is_english() { None } else { find(ENGLISH) })
    }
}

fn is_rtl(tag: &str) -> bool {
    let language = tag.parse::<LanguageIdentifier>();
    language.is_ok_and(|language| language.character_direction() == CharacterDirection::RTL)
}

/// A value that cannot turn the words around it: its own marks of direction go, and where letters of the other
/// direction may meet, it stands in an isolate (Unicode bidirectional algorithm, rule X5c).
fn isolated(text: &str, rtl: bool) -> String {
    let is_mark = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let plain: String = text.chars().filter(|c| !is_mark(*c)).collect();
    let other = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if rtl || plain.chars().any(other) { format!("\u{2068}{plain}\u{2069}") } else { plain }
}

/// The names and paths in a folder; none where it is not there.
fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, CatalogueError> {
    let unreadable = |source| CatalogueError::Unreadable { file: folder.to_owned(), source };
    let read = match std::fs::read_dir(folder) {
        Ok(read) => read,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut found = Vec::new();
    for entry in read {
        let path = entry.map_err(unreadable)?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            found.push((name.to_owned(), path.clone()));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_operators_words_come_first_and_the_nearest_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("languages/en.ftl", "sign_in = Enter\nnext = On");
        write("languages/cy.ftl", "language_name = Cymraeg\nsign_in = Mewngofnodi");
        write("pools/p1/languages/en.ftl", "sign_in = Enter P1");
        write("clients/c1/languages/en.ftl", "sign_in = Enter C1");
        let all = Arc::new(Catalogue::new(Some(folder.path())).unwrap());
        let pool = || Scope::Pool("p1".into());
        let words = |tag, scopes| all.words(Some(tag), scopes);
        assert_eq!(words("en", vec![]).text("sign_in"), "Enter");
        assert_eq!(words("en", vec![pool()]).text("sign_in"), "Enter P1");
        assert_eq!(words("en", vec![pool(), Scope::Client("c1".into())]).text("sign_in"), "Enter C1");
        assert_eq!(words("en", vec![pool()]).text("next"), "On");
        // A language of the operator's own has the rest in English.
        assert_eq!(
            (words("cy", vec![]).text("sign_in"), words("cy", vec![]).text("next")),
            ("Mewngofnodi".into(), "On".into())
        );
        assert_eq!(all.name_of("cy"), "Cymraeg");
        write("languages/de.ftl", "sign_in = { $");
        assert!(matches!(Catalogue::new(Some(folder.path())), Err(CatalogueError::Faulty(..))));
    }

    #[test]
    fn arguments_are_words_and_no_marks() {
        assert_eq!(isolated("ann@example.com", false), "ann@example.com");
        assert_eq!(isolated("a\u{202e}b\u{2069}", false), "ab");
        assert_eq!(isolated("ann", true), "\u{2068}ann\u{2069}");
        assert_eq!(isolated("\u{5d3}\u{5df}", false), "\u{2068}\u{5d3}\u{5df}\u{2069}");
    }

    #[test]
    fn plurals_follow_the_number() {
        let words = Arc::new(Catalogue::new(None).unwrap()).words(None, vec![]);
        let rule = |n| words.with("rule_length", &[("length", Argument::Number(n))]);
        assert_eq!((rule(1).as_str(), rule(8).as_str()), ("at least 1 character", "at least 8 characters"));
    }
}
