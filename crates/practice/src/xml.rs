//! Answers as the Query protocol writes them: XML with a result, metadata, or an error.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use crate::refusal::Refusal;

/// A piece of XML that grows.
pub struct Xml(Writer<Vec<u8>>);

/// What an operation gives back; most that change something give nothing.
pub struct Reply(Option<Vec<u8>>);

impl Xml {
    fn new() -> Self {
        Self(Writer::new(Vec::new()))
    }

    /// An element that holds a text.
    pub fn text(&mut self, name: &str, text: &str) {
        let text: String = text
            .chars()
            .map(|c| if is_xml_character(c) { c } else { '\u{fffd}' })
            .collect();
        self.element(name, |inside| inside.write(Event::Text(BytesText::new(&text))));
    }

    /// An element that holds what `inside` writes.
    pub fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.write(Event::Start(BytesStart::new(name)));
        inside(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// A list: one `member` element for each item.
    pub fn list<T>(&mut self, name: &str, items: impl IntoIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.element(name, |list| {
            for item in items {
                list.element("member", |member| write(member, item));
            }
        });
    }

    /// The tags of an entity.
    pub fn tags<'t>(&mut self, tags: impl IntoIterator<Item = (&'t String, &'t String)>) {
        self.list("Tags", tags, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    }

    fn write(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes every byte");
    }

    fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }
}

impl Reply {
    /// Nothing but that it was done.
    pub fn done() -> Self {
        Self(None)
    }

    /// The result that `write` writes.
    pub fn result(write: impl FnOnce(&mut Xml)) -> Self {
        let mut xml = Xml::new();
        write(&mut xml);
        Self(Some(xml.into_bytes()))
    }

    /// The whole document.
    pub fn document(&self, action: &str, namespace: &str, request_id: &str) -> Vec<u8> {
        let mut xml = Xml::new();
        let name = format!("{action}Response");
        let start = BytesStart::new(name.as_str()).with_attributes([("xmlns", namespace)]);
        xml.write(Event::Start(start));
        if let Some(result) = &self.0 {
            let name = format!("{action}Result");
            xml.element(&name, |xml| xml.0.get_mut().extend_from_slice(result));
        }
        xml.element("ResponseMetadata", |xml| xml.text("RequestId", request_id));
        xml.write(Event::End(BytesEnd::new(name.as_str())));
        xml.into_bytes()
    }
}

/// The document of an error.
pub fn error_document(refusal: &Refusal, namespace: &str, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    let start = BytesStart::new("ErrorResponse").with_attributes([("xmlns", namespace)]);
    xml.write(Event::Start(start));
    xml.element("Error", |xml| {
        xml.text("Type", refusal.fault());
        xml.text("Code", &refusal.code);
        xml.text("Message", &refusal.message);
    });
    xml.text("RequestId", request_id);
    xml.write(Event::End(BytesEnd::new("ErrorResponse")));
    xml.into_bytes()
}

/// XML 1.0 §2.2, Char: error messages quote what was sent, and that may be anything.
fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_quoted_without_breaking_the_document() {
        let refusal = Refusal::validation("Value '<\u{0}&>'");
        let document = error_document(&refusal, "urn:x", "1");
        assert_eq!(
            String::from_utf8(document).unwrap(),
            "<ErrorResponse xmlns=\"urn:x\"><Error><Type>Sender</Type><Code>ValidationError</Code>\
             <Message>Value &apos;&lt;\u{fffd}&amp;&gt;&apos;</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        );
    }

    #[test]
    fn a_result_stands_between_the_response_and_its_metadata() {
        let reply = Reply::result(|xml| xml.list("Names", ["a"], |xml, name| xml.text("Name", name)));
        assert_eq!(
            String::from_utf8(reply.document("List", "urn:x", "1")).unwrap(),
            "<ListResponse xmlns=\"urn:x\"><ListResult><Names><member><Name>a</Name></member></Names></ListResult>\
             <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></ListResponse>"
        );
    }
}
