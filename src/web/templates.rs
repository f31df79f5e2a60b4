//! Templates and style sheets: those that are built in, and an operator's own in their place.

use crate::fault::Fault;
use crate::language::{Argument, Words};
use minijinja::value::{Kwargs, Object, Serde, from_args};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value, context, escape_formatter,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: std::io::Error },
    #[error("the template {name} is faulty: {detail}")]
    Template { name: String, detail: String },
}

/// A file that pages refer to.
pub struct Asset {
    /// Its name among the built-in files: `managed/style.css`.
    pub name: &'static str,
    /// The last segment of its address, which changes with its content: `managed-style-0123456789abcdef.css`.
    pub file: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// All templates of the pages, with the files that they refer to.
pub struct Templates {
    built_in: Environment<'static>,
    /// With the operator's own templates in place of the built-in ones.
    own: Option<Environment<'static>>,
    assets: Vec<Asset>,
}

impl Templates {
    /// Reads the built-in files (name, content), and those in the folder, which take their place.
    pub fn new(built_in: &[(&'static str, &'static str)], folder: Option<&Path>) -> Result<Self, TemplateError> {
        let mut replaced = BTreeMap::new();
        for (name, _) in built_in {
            if let Some(text) = folder.map(|folder| read(&folder.join(name))).transpose()?.flatten() {
                replaced.insert(*name, text);
            }
        }
        if folder.is_some() {
            tracing::info!(files = ?replaced.keys().collect::<Vec<_>>(), "pages have templates of their own");
        }
        let mut assets = Vec::new();
        for (name, text) in built_in {
            let text = replaced.get(name).map_or(*text, String::as_str);
            let content_type = match name.rsplit('.').next() {
                Some("css") => "text/css; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("svg") => "image/svg+xml",
                _ => continue,
            };
            assets.push(Asset { name, file: file_name(name, text), content_type, bytes: text.as_bytes().to_vec() });
        }
        let is_template = |name: &str| name.ends_with(".html");
        let templates = built_in.iter().filter(|(name, _)| is_template(name));
        let first = environment(templates.clone().map(|(name, text)| (*name, (*text).to_owned())))?;
        let own = replaced.keys().any(|name| is_template(name)).then(|| {
            let text = |name: &&str, text: &&str| replaced.get(*name).cloned().unwrap_or_else(|| (*text).to_owned());
            environment(templates.map(|(name, built_in)| (*name, text(name, built_in))))
        });
        Ok(Self { built_in: first, own: own.transpose()?, assets })
    }

    /// Renders a template. Where the operator's own does not render, the built-in one does, and the log says so.
    pub fn render(&self, name: &str, context: &impl Serialize, words: &Words) -> Result<String, Fault> {
        let context = context! { t => Value::from_object(Texts(words.clone())), ..Value::from(Serde(context)) };
        if let Some(own) = &self.own {
            match own.get_template(name).and_then(|template| template.render(&context)) {
                Ok(page) => return Ok(page),
                Err(error) => tracing::error!(template = name, %error, "a template in pages.templates does not render"),
            }
        }
        self.built_in.get_template(name).and_then(|template| template.render(&context)).map_err(Fault::internal)
    }

    /// The last segment of a file's address.
    pub fn file_of(&self, name: &str) -> &str {
        self.assets.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.file)
    }

    /// The file with this last segment of its address.
    pub fn asset(&self, file: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.file == file)
    }
}

/// The messages as templates have them: `t.sign_in`, and with what is filled in `t.go_on_as(name=..)`.
struct Texts(Words);

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[messages in {}]", self.0.tag())
    }
}

impl Object for Texts {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.find(key.as_str()?, &[]).map(Value::from)
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, key: &str, given: &[Value]) -> Result<Value, Error> {
        let (given,): (Kwargs,) = from_args(given)?;
        let mut texts = Vec::new();
        for name in given.args() {
            let value: Value = given.get(name)?;
            if value.is_undefined() {
                return Err(Error::new(ErrorKind::UndefinedError, format!("{key} lacks its {name}")));
            }
            texts.push((name, value));
        }
        let texts: Vec<(&str, String)> = texts.into_iter().map(|(name, value)| (name, value.to_string())).collect();
        let arguments: Vec<(&str, Argument<'_>)> =
            texts.iter().map(|(name, text)| (*name, Argument::Text(text))).collect();
        let found = self.0.find(key, &arguments);
        found
            .map(Value::from)
            .ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("there is no message {key}")))
    }
}

/// A file's text; `None` if it is not there.
fn read(file: &Path) -> Result<Option<String>, TemplateError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TemplateError::Unreadable { file: file.to_owned(), source }),
    }
}

/// `managed/style.css` -> `managed-style-0123456789abcdef.css`, by the content's hash.
fn file_name(name: &str, text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let hash: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{}-{hash}.{extension}", stem.replace('/', "-"))
}

fn environment(templates: impl Iterator<Item = (&'static str, String)>) -> Result<Environment<'static>, TemplateError> {
    let mut environment = Environment::new();
    // A misspelt name is told when it is rendered, and does not become an empty place on a page.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_formatter(|out, state, value| match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => Ok(out.write_str(&escape(text))?),
        _ => escape_formatter(out, state, value),
    });
    for (name, text) in templates {
        environment
            .add_template_owned(name, text)
            .map_err(|error| TemplateError::Template { name: name.to_owned(), detail: error.to_string() })?;
    }
    Ok(environment)
}

/// Escapes what ends text or a quoted attribute in HTML. Slashes stay, so that addresses can be read on the page.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const FILES: &[(&str, &str)] = &[
        ("base.html", "<{% block inner %}{% endblock %}|{{ self.inner() }}>"),
        ("page.html", "{% extends 'base.html' %}{% block inner %}{{ t.go_on_as(name=who) }}{% endblock %}"),
        ("look/style.css", "a {}"),
    ];

    fn english() -> Words {
        Arc::new(crate::language::Catalogue::new(None).unwrap()).words(None, Vec::new())
    }

    #[test]
    fn text_is_escaped_and_addresses_stay_readable() {
        let page = Templates::new(FILES, None).unwrap();
        let who = serde_json::json!({"who": "<a href=\"/x?y=1&z\">'"});
        let escaped = "Continue as &lt;a href=&quot;/x?y=1&amp;z&quot;&gt;&#39;";
        assert_eq!(page.render("page.html", &who, &english()).unwrap(), format!("<{escaped}|{escaped}>"));
        assert!(
            page.render("page.html", &serde_json::json!({}), &english()).is_err(),
            "a name that is not there is told"
        );
    }

    #[test]
    fn a_folder_takes_the_place_of_files_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("page.html", "{{ t.sign_in }}, {{ t.next }} {{ more }}");
        let page = Templates::new(FILES, Some(folder.path())).unwrap();
        let render = |context| page.render("page.html", &context, &english()).unwrap();
        assert_eq!(render(serde_json::json!({"more": "!"})), "Sign in, Next !");
        // The own template does not render without `more`: the built-in one stands in.
        assert_eq!(render(serde_json::json!({"who": "you"})), "<Continue as you|Continue as you>");
        write("page.html", "{% if %}");
        assert!(matches!(Templates::new(FILES, Some(folder.path())), Err(TemplateError::Template { .. })));
    }

    #[test]
    fn the_name_of_a_file_changes_with_its_content() {
        let before = Templates::new(FILES, None).unwrap();
        let file = before.file_of("look/style.css").to_owned();
        assert!(file.starts_with("look-style-") && file.ends_with(".css") && before.asset(&file).is_some(), "{file}");
        let changed: Vec<_> = FILES.iter().map(|(n, t)| (*n, if n.ends_with("css") { "b {}" } else { t })).collect();
        assert_ne!(Templates::new(&changed, None).unwrap().file_of("look/style.css"), file);
    }
}
