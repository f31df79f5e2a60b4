//! XML as SAML messages may use it: elements, attributes and text, and nothing else. Document types, entities,
//! processing instructions, comments and CDATA sections are refused before the parser sees the text, since parsers
//! disagree on them and no message needs them. Must not know what the elements mean.

use super::refusal::Refusal;
use roxmltree::{Attribute, Document, Node, ParsingOptions};
use std::collections::HashSet;

/// Most characters of a message, and of an assertion that was encrypted in it.
pub const LARGEST: usize = 100_000;
/// Most nodes: elements and pieces of text.
const MAX_NODES: u32 = 10_000;
/// Deepest nesting of elements.
const DEEPEST: usize = 40;
/// Most attributes of one element.
const MAX_ATTRIBUTES: usize = 40;
/// Most namespaces that are declared around one element.
const MAX_NAMESPACES: usize = 40;

/// Parses a whole document and holds it to the rules.
pub fn parse(text: &str) -> Result<Document<'_>, Refusal> {
    let body = without_declaration(text)?;
    if body.chars().nth(LARGEST).is_some() {
        return Err(Refusal::TooLarge);
    }
    // `<!` begins document types, comments and CDATA sections, `<?` processing instructions, and neither can stand
    // anywhere else in a document.
    if body.contains("<!") || body.contains("<?") {
        return Err(Refusal::Malformed("it has a document type, comment, CDATA section or processing instruction"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document =
        Document::parse_with_options(body, options).map_err(|_| Refusal::Malformed("it is not well-formed"))?;
    check(&document)?;
    Ok(document)
}

/// The text after the XML declaration. A declaration may say XML 1.0 and UTF-8, nothing else.
fn without_declaration(text: &str) -> Result<&str, Refusal> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(rest) = text.strip_prefix("<?xml").filter(|rest| rest.starts_with(is_space)) else {
        return Ok(text.trim_start_matches(is_space));
    };
    let wrong = || Refusal::Malformed("its XML declaration is not one of XML 1.0 in UTF-8");
    let (declaration, body) = rest.split_once("?>").ok_or_else(wrong)?;
    let mut names = Vec::new();
    for part in declaration.split(is_space).filter(|part| !part.is_empty()) {
        let (name, quoted) = part.split_once('=').ok_or_else(wrong)?;
        let quote = if quoted.starts_with('"') { '"' } else { '\'' };
        let value = quoted.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).ok_or_else(wrong)?;
        let good = match name {
            "version" => value == "1.0",
            "encoding" => value.eq_ignore_ascii_case("utf-8"),
            "standalone" => value == "yes" || value == "no",
            _ => false,
        };
        if !good || names.contains(&name) {
            return Err(wrong());
        }
        names.push(name);
    }
    if names.first() == Some(&"version") { Ok(body.trim_start_matches(is_space)) } else { Err(wrong()) }
}

fn check(document: &Document<'_>) -> Result<(), Refusal> {
    let mut ids = HashSet::new();
    let mut pending = vec![(document.root_element(), 1)];
    while let Some((node, depth)) = pending.pop() {
        if depth > DEEPEST {
            return Err(Refusal::Malformed("its elements lie too deep in each other"));
        }
        if node.attributes().nth(MAX_ATTRIBUTES).is_some() || node.namespaces().nth(MAX_NAMESPACES).is_some() {
            return Err(Refusal::Malformed("an element has too many attributes or namespaces"));
        }
        if !has_each_attribute_once(node) {
            return Err(Refusal::Malformed("an attribute or namespace is declared twice"));
        }
        // Canonicalisation is not defined for relative namespaces, and some signers then sign an empty text.
        if node.namespaces().any(|declared| !is_absolute(declared.uri(), declared.name())) {
            return Err(Refusal::Malformed("a namespace is not an absolute URI"));
        }
        for attribute in node.attributes().filter(is_id) {
            if !ids.insert(attribute.value()) {
                return Err(Refusal::Malformed("an ID is used more than once"));
            }
        }
        pending.extend(node.children().filter(Node::is_element).map(|child| (child, depth + 1)));
    }
    Ok(())
}

/// Whether the start tag has no name twice, as it is written. The parser leaves that out for default namespaces.
fn has_each_attribute_once(node: Node<'_, '_>) -> bool {
    let written = node.document().input_text().get(node.range()).unwrap_or_default();
    let mut rest = written.trim_start_matches(|c: char| !is_space(c) && c != '/' && c != '>');
    let mut names = HashSet::new();
    loop {
        rest = rest.trim_start_matches(is_space);
        if rest.is_empty() || rest.starts_with(['/', '>']) {
            return true;
        }
        let Some((name, value)) = rest.split_once('=') else { return false };
        let value = value.trim_start_matches(is_space);
        let quote = if value.starts_with('"') { '"' } else { '\'' };
        let after = value.strip_prefix(quote).and_then(|value| value.split_once(quote));
        let Some((_, after)) = after else { return false };
        if !names.insert(name.trim_end_matches(is_space)) {
            return false;
        }
        rest = after;
    }
}

/// Whether some reader might take the attribute for an ID: `ID`, `Id`, `id`, `xml:id`.
fn is_id(attribute: &Attribute<'_, '_>) -> bool {
    attribute.name().eq_ignore_ascii_case("id")
}

/// Whether a declaration is sound. `xmlns=""` undeclares the default namespace; prefixes cannot be undeclared.
fn is_absolute(uri: &str, prefix: Option<&str>) -> bool {
    if uri.is_empty() {
        return prefix.is_none();
    }
    if prefix == Some("xmlns") {
        return false;
    }
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && !uri.contains(is_space)
}

/// XML's white space.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// The name as it is written, with its prefix.
pub fn qualified_name<'a>(node: Node<'a, '_>) -> &'a str {
    let written = node.document().input_text().get(node.range()).unwrap_or_default();
    let name = written.strip_prefix('<').unwrap_or_default();
    name.split(|c: char| is_space(c) || c == '/' || c == '>').next().unwrap_or_default()
}

/// The name of an attribute as it is written.
pub fn qualified_attribute<'a>(node: Node<'a, '_>, attribute: &Attribute<'_, '_>) -> &'a str {
    node.document().input_text().get(attribute.range_qname()).unwrap_or_default()
}

/// The prefix of a written name; empty for none.
pub fn prefix(qualified: &str) -> &str {
    qualified.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// Whether the node is the element of this namespace and name.
pub fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.is_element() && node.tag_name().namespace() == Some(namespace) && node.tag_name().name() == name
}

/// The elements directly inside. Text other than white space between them is refused.
pub fn elements<'a, 'i>(node: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, Refusal> {
    let mut found = Vec::new();
    for child in node.children() {
        if child.is_element() {
            found.push(child);
        } else if !child.text().unwrap_or_default().chars().all(is_space) {
            return Err(Refusal::Malformed("there is text between elements"));
        }
    }
    Ok(found)
}

/// The one element of a name directly inside, if there; an error if there are several.
pub fn at_most_one<'a, 'i>(node: Node<'a, 'i>, namespace: &str, name: &str) -> Result<Option<Node<'a, 'i>>, Refusal> {
    let mut found = node.children().filter(|child| is(*child, namespace, name));
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        _ => Err(Refusal::Malformed("an element that may occur once occurs more often")),
    }
}

/// The text of an element that has no elements inside.
pub fn text(node: Node<'_, '_>) -> Result<String, Refusal> {
    if node.children().any(|child| !child.is_text()) {
        return Err(Refusal::Malformed("there is an element where text is expected"));
    }
    Ok(node.children().filter_map(|child| child.text()).collect())
}

/// The same, without white space around it.
pub fn trimmed(node: Node<'_, '_>) -> Result<String, Refusal> {
    Ok(text(node)?.trim_matches(is_space).to_owned())
}

/// Bytes in base64, which may be broken into lines.
pub fn base64(node: Node<'_, '_>) -> Result<Vec<u8>, Refusal> {
    decode_base64(&text(node)?)
}

/// Decodes base64 that may be broken into lines.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, Refusal> {
    use base64::Engine as _;
    let plain: String = text.split(is_space).collect();
    base64::engine::general_purpose::STANDARD.decode(plain).map_err(|_| Refusal::Malformed("it is not base64"))
}

/// A value as it stands in an attribute or text of what this server writes.
pub fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    super::canonical::escape_attribute(value, &mut out);
    out.replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn plain_documents_are_taken() {
        for good in [
            "<a/>",
            "\u{feff}<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\"?>\n<a xmlns='urn:x'><b xmlns=''/></a>\n",
            "<a ID='1'><b ID='2' xmlns:p='http://x/' p:c='&#60;&lt;'>&amp;&#x10FFFF;</b></a>",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn everything_that_parsers_disagree_on_is_refused() {
        for bad in [
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
            "<!-- c --><a/>",
            "<a><!-- c --></a>",
            "<a>x<![CDATA[y]]></a>",
            "<a><?php x?></a>",
            "<?xml-stylesheet href='x'?><a/>",
            "<?xml version='1.1'?><a/>",
            "<?xml version='1.0' encoding='utf-16'?><a/>",
            "<?xml version='1.0' encoding='utf-7'?><a/>",
            "<?xml encoding='utf-8'?><a/>",
            "<?xml version='1.0'?><?xml version='1.0'?><a/>",
            "<a>&e;</a>",
            "<a b='1' b='2'/>",
            "<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>",
            "<a xmlns:p='urn:x' xmlns:p='urn:y'/>",
            "<a xmlns='urn:x' xmlns='urn:y'/>",
            "<p:a/>",
            "<a p:b=''/>",
            "<a xmlns='relative'/>",
            "<a xmlns:p='1'/>",
            "<a xmlns:p=''/>",
            "<a xmlns:xml='urn:x'/>",
            "<xmlns:a/>",
            "<a xmlns:xmlns='urn:x'/>",
            "<a ID='1'><b ID='1'/></a>",
            "<a ID='1'><b Id='1'/></a>",
            "<a ID='1'><b xml:id='1'/></a>",
            "<a ID='1'><b id='1'/></a>",
            "<a></b>",
            "<a/><a/>",
            "<a>",
            "x<a/>",
            "<a/>x",
            "<a b='<'/>",
            "<a>\u{1}</a>",
            "<a>&#0;</a>",
            "<a b=c/>",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn documents_are_bounded() {
        let deep = format!("{}{}", "<a>".repeat(DEEPEST + 1), "</a>".repeat(DEEPEST + 1));
        assert!(parse(&deep).is_err());
        let wide: String = (0..=MAX_ATTRIBUTES).map(|n| format!(" a{n}=''")).collect();
        assert!(parse(&format!("<a{wide}/>")).is_err());
        let spaces: String = (0..=MAX_NAMESPACES).map(|n| format!(" xmlns:a{n}='urn:x'")).collect();
        assert!(parse(&format!("<a{spaces}/>")).is_err());
        assert!(parse(&format!("<a>{}</a>", "<b/>".repeat(MAX_NODES as usize))).is_err());
        assert_eq!(parse(&format!("<a>{}</a>", "x".repeat(LARGEST))).unwrap_err(), Refusal::TooLarge);
        assert!(parse(&format!("<a>{}</a>", "ü".repeat(LARGEST - 7))).is_ok());
        // Deep enough that a parser with recursion would end the process.
        assert!(parse(&"<a>".repeat(33_000)).is_err());
        assert!(parse(&format!("{}{}", "<a>".repeat(14_000), "</a>".repeat(14_000))).is_err());
    }

    #[test]
    fn names_are_given_as_written() {
        let document = parse("<p:a xmlns:p='urn:x' p:b='1'><c\n/></p:a>").unwrap();
        let root = document.root_element();
        assert_eq!(qualified_name(root), "p:a");
        assert_eq!(prefix(qualified_name(root)), "p");
        assert_eq!(qualified_attribute(root, &root.attributes().next().unwrap()), "p:b");
        assert_eq!(qualified_name(elements(root).unwrap().pop().unwrap()), "c");
    }
}
