//! The AWS Query protocol: a form whose names spell lists and structures (`Tags.member.1.Key`).

use std::collections::{BTreeMap, BTreeSet};

/// The parameters of one request.
#[derive(Clone, Debug, Default)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// The parameters in the query string of a URL and in a form. Bytes that are no UTF-8 become U+FFFD, which no
    /// constraint of the model lets pass.
    pub fn parse(url_query: &[u8], form: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(url_query).chain(form_urlencoded::parse(form));
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of a parameter, if it was sent.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The operation that is asked for.
    pub fn action(&self) -> &str {
        self.value("Action").unwrap_or_default()
    }

    /// The numbers under which members of a list were sent, in order.
    pub fn members(&self, list: &str) -> BTreeSet<u32> {
        let prefix = format!("{list}.member.");
        self.0
            .keys()
            .filter_map(|name| name.strip_prefix(&prefix))
            .filter_map(|rest| rest.split('.').next()?.parse().ok())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_the_order_of_its_numbers() {
        let form = b"Action=TagUser&Tags.member.10.Key=b&Tags.member.2.Key=a+b&Tags.member.x.Key=c";
        let query = Query::parse(b"", form);
        assert_eq!(query.action(), "TagUser");
        assert_eq!(query.members("Tags").into_iter().collect::<Vec<_>>(), [2, 10]);
        assert_eq!(query.value("Tags.member.2.Key"), Some("a b"));
    }
}
