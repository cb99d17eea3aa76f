//! What is written about the game: an article's title, a few words and where it is. The text stays with
//! who wrote it.

use chrono::{DateTime, Utc};
use reqwest::Url;

/// Of a summary.
const LONGEST_SUMMARY: usize = 500;
const LONGEST_TITLE: usize = 300;
const LONGEST_NAME: usize = 100;
/// Parts of an address that say how a reader came, not what is read.
const TRACKING: [&str; 4] = ["fbclid", "gclid", "mc_cid", "mc_eid"];

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The publisher's own id of it, else its address.
    pub id: String,
    /// Where it is, without what only counts readers.
    pub url: String,
    /// Its title, plain text.
    pub title: String,
    /// A few words of it, plain text.
    pub summary: String,
    /// Who published it.
    pub publisher: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Where its picture is.
    pub image: Option<String>,
    /// Its language, as a tag such as `en`.
    pub language: Option<String>,
    /// When it was published, if that is said.
    pub published_at: Option<DateTime<Utc>>,
}

/// Plain text of what may be HTML. It is shown as text, so a tag that escapes this is ugly, not harmful.
pub(crate) fn plain(html: &str, longest: usize) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // Tags end lines and words alike.
        text.push(' ');
        // What is in these is no text.
        let hidden = ["script", "style"]
            .into_iter()
            .find(|name| tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        let end = hidden.map_or(Some(0), |name| tag.to_ascii_lowercase().find(&format!("</{name}")));
        rest = end.and_then(|end| tag[end..].split_once('>')).map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = html_escape::decode_html_entities(&text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

/// An address that can be compared; nothing if it leads nowhere on the web.
pub(crate) fn canonical(address: &str) -> Option<String> {
    let mut url = Url::parse(address.trim()).ok()?;
    if !["http", "https"].contains(&url.scheme()) || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_fragment(None);
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !TRACKING.contains(&name.as_ref()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Some(url.into())
}

/// An article, if it has an address and a title.
pub(crate) struct Draft<'a> {
    pub id: Option<&'a str>,
    pub url: &'a str,
    pub title: &'a str,
    pub summary: &'a str,
    pub publisher: &'a str,
    pub authors: Vec<String>,
    pub image: Option<&'a str>,
    pub language: Option<&'a str>,
    pub published_at: Option<DateTime<Utc>>,
}

/// A tag of a language, without its region.
fn language(tag: &str) -> Option<String> {
    let word = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    // Some say it in three letters.
    let word = if word == "eng" { "en".to_owned() } else { word };
    ((2..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())).then_some(word)
}

impl Draft<'_> {
    pub fn article(self) -> Result<Article, &'static str> {
        let url = canonical(self.url).ok_or("an article has no address on the web")?;
        let title = plain(self.title, LONGEST_TITLE);
        let id = self.id.filter(|id| !id.is_empty()).unwrap_or(&url).to_owned();
        if title.is_empty() {
            return Err("an article has no title");
        }
        Ok(Article {
            id,
            title,
            summary: plain(self.summary, LONGEST_SUMMARY),
            publisher: plain(self.publisher, LONGEST_NAME),
            authors: self.authors.iter().map(|name| plain(name, LONGEST_NAME)).collect(),
            image: self.image.and_then(canonical).filter(|url| url.starts_with("https:")),
            language: self.language.and_then(language),
            published_at: self.published_at,
            url,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tag_and_no_script_survives() {
        let html = "<p>Fetch &amp; <b onclick='x()'>shock</b> lands<script>alert(1)</script></p><img src=x onerror=y>";
        assert_eq!(plain(html, 100), "Fetch & shock lands");
        assert_eq!(plain("one  two three", 7), "one two…");
        assert_eq!(plain("1 &lt; 2 and <b", 100), "1 < 2 and");
    }

    #[test]
    fn addresses_lose_what_counts_readers() {
        let with = "https://example.org/a?utm_source=rss&page=2&fbclid=z#top";
        assert_eq!(canonical(with).as_deref(), Some("https://example.org/a?page=2"));
        for bad in ["javascript:alert(1)", "ftp://example.org", "https://me:pw@example.org/", "nonsense"] {
            assert_eq!(canonical(bad), None, "{bad}");
        }
    }
}
