//! Exclusive XML Canonicalization 1.0 (xml-exc-c14n) of an element without comments, which [`super::document`] never
//! lets in. Must not know signatures.

use super::document::{prefix, qualified_attribute, qualified_name};
use roxmltree::{Node, NodeId};
use std::collections::BTreeMap;

/// How an element is canonicalised.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'a> {
    /// An element that is left out with all in it: the signature that the element contains.
    pub without: Option<NodeId>,
    /// The `PrefixList` of `InclusiveNamespaces`: prefixes that are written wherever they are in scope.
    pub inclusive: &'a [String],
}

/// Namespaces that were written around an element: prefix (empty for the default) -> URI.
type Written<'a> = BTreeMap<&'a str, &'a str>;

/// The canonical text of an element. [`super::document`] has bounded its depth.
pub fn canonicalize(node: Node<'_, '_>, form: Form<'_>) -> String {
    let mut out = String::new();
    element(node, form, &Written::new(), &mut out);
    out
}

fn element(node: Node<'_, '_>, form: Form<'_>, around: &Written<'_>, out: &mut String) {
    let name = qualified_name(node);
    out.push('<');
    out.push_str(name);
    let mut written = around.clone();
    for (prefix, uri) in declarations(node, name, form.inclusive) {
        // Around the outermost element there is no default namespace, so `xmlns=""` is written only to undo one.
        if written.get(prefix).copied().unwrap_or_default() == uri {
            continue;
        }
        written.insert(prefix, uri);
        out.push_str(" xmlns");
        if !prefix.is_empty() {
            out.push(':');
            out.push_str(prefix);
        }
        out.push_str("=\"");
        escape_attribute(uri, out);
        out.push('"');
    }
    let mut attributes: Vec<_> = node.attributes().collect();
    attributes.sort_by(|a, b| (a.namespace(), a.name()).cmp(&(b.namespace(), b.name())));
    for attribute in attributes {
        out.push(' ');
        out.push_str(qualified_attribute(node, &attribute));
        out.push_str("=\"");
        escape_attribute(attribute.value(), out);
        out.push('"');
    }
    out.push('>');
    for child in node.children() {
        if child.is_element() {
            if form.without != Some(child.id()) {
                element(child, form, &written, out);
            }
        } else if child.is_text() {
            escape_text(child.text().unwrap_or_default(), out);
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// The namespaces that the element's names use, and those of the prefix list that are in scope, in canonical order.
fn declarations<'a>(node: Node<'a, '_>, name: &'a str, inclusive: &'a [String]) -> Written<'a> {
    let attributes: Vec<_> = node.attributes().map(|attribute| prefix(qualified_attribute(node, &attribute))).collect();
    let used = attributes.into_iter().filter(|prefix| !prefix.is_empty()).chain([prefix(name)]);
    let mut found = Written::new();
    for used in used.filter(|used| *used != "xml") {
        found.insert(used, in_scope(node, used).unwrap_or_default());
    }
    for listed in inclusive {
        let listed = if listed == "#default" { "" } else { listed.as_str() };
        if listed != "xml"
            && let Some(uri) = in_scope(node, listed)
        {
            found.insert(listed, uri);
        }
    }
    found
}

fn in_scope<'a>(node: Node<'a, '_>, prefix: &str) -> Option<&'a str> {
    let prefix = if prefix.is_empty() { None } else { Some(prefix) };
    node.lookup_namespace_uri(prefix)
}

fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

pub(super) fn escape_attribute(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::super::document::parse;
    use super::*;

    fn canonical(text: &str, inclusive: &[&str]) -> String {
        let document = parse(text).unwrap();
        let inclusive: Vec<String> = inclusive.iter().map(|prefix| (*prefix).to_owned()).collect();
        let root = document.root_element();
        let target = root.descendants().find(|node| node.attribute("ID") == Some("t")).unwrap_or(root);
        canonicalize(target, Form { without: None, inclusive: &inclusive })
    }

    #[test]
    fn the_examples_of_the_recommendation() {
        // Section 2.2 of xml-exc-c14n.
        let first = r#"<n0:local xmlns:n0="http://n0/" xmlns:n3="ftp://example.org"><n1:elem2 ID="t" xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>"#;
        let expected = r#"<n1:elem2 xmlns:n1="http://example.net" ID="t" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>"#;
        assert_eq!(canonical(first, &[]), expected);
        assert_eq!(
            canonical(first, &["n0", "n9"]),
            expected.replace("<n1:elem2 ", r#"<n1:elem2 xmlns:n0="http://n0/" "#)
        );
    }

    #[test]
    fn order_escapes_and_white_space() {
        let text = "<a  b='&#9;&#10;&#13;&quot;&lt;&amp;>\t' xmlns:z='urn:a' xmlns:y='urn:b' y:a='1' z:b='2' a='3'\n>x&gt;&#13;\r\n\"</a >";
        assert_eq!(
            canonical(text, &[]),
            "<a xmlns:y=\"urn:b\" xmlns:z=\"urn:a\" a=\"3\" b=\"&#x9;&#xA;&#xD;&quot;&lt;&amp;> \" z:b=\"2\" y:a=\"1\">x&gt;&#xD;\n\"</a>"
        );
    }

    #[test]
    fn default_namespaces_are_written_and_undone() {
        assert_eq!(
            canonical("<a xmlns='urn:a'><b xmlns=''><c/><d xmlns='urn:a'/></b><e/></a>", &[]),
            r#"<a xmlns="urn:a"><b xmlns=""><c></c><d xmlns="urn:a"></d></b><e></e></a>"#
        );
        assert_eq!(canonical("<a xmlns='urn:a'><b ID='t' xmlns=''/></a>", &[]), r#"<b ID="t"></b>"#);
        assert_eq!(
            canonical("<a xmlns='urn:a' xmlns:p='urn:p'><p:b ID='t'/></a>", &["#default"]),
            r#"<p:b xmlns="urn:a" xmlns:p="urn:p" ID="t"></p:b>"#
        );
        assert_eq!(
            canonical("<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'><p:c/></p:b><p:d/></p:a>", &[]),
            r#"<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c></p:c></p:b><p:d></p:d></p:a>"#
        );
    }
}
