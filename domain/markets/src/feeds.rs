//! RSS and Atom.

use std::io::Read;

use crate::http::{Ask, Fetched, Session};
use crate::news::{Article, Draft};
use crate::raw::Run;
use crate::{Fault, Part, Progress, Records, SourceError, Taken};

const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5";
/// Of one feed; the newest come first.
const MOST: usize = 200;

/// The feed of one publisher.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The publisher's name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// The name of the file that it is kept in.
    pub file: String,
}

impl Records for Feed {
    type Record = Article;

    async fn fetch(
        &self,
        session: &Session,
        run: &Run,
        progress: &dyn Progress,
    ) -> Result<Fetched, SourceError> {
        let fetched = session.save(run, &self.file, &Ask::get(&self.url).accept(ACCEPT).if_changed()).await?;
        progress.tell(Part::Fetch, 1, Some(1));
        Ok(fetched)
    }

    fn read(&self, run: &Run) -> Result<Taken<Article>, SourceError> {
        let mut bytes = Vec::new();
        let read = run.open(&self.file)?.read_to_end(&mut bytes);
        read.map_err(|cause| SourceError::Read { what: self.name.clone(), cause })?;
        articles(&self.name, &bytes)
    }
}

/// The articles of a feed.
pub fn articles(publisher: &str, feed: &[u8]) -> Result<Taken<Article>, SourceError> {
    // Some begin with a blank line, which XML does not allow.
    let feed = feed_rs::parser::parse(feed.trim_ascii_start()).map_err(|error| SourceError::Broken {
        what: publisher.to_owned(),
        place: "feed".to_owned(),
        reason: error.to_string(),
        fault: Fault::Garbage,
    })?;
    let article = |entry: &feed_rs::model::Entry| {
        let content = entry.content.as_ref().and_then(|content| content.body.as_deref());
        let summary = entry.summary.as_ref().map(|text| text.content.as_str()).or(content);
        let media = || entry.media.iter();
        let thumbnail =
            media().flat_map(|media| &media.thumbnails).map(|found| found.image.uri.as_str()).next();
        let pictures = media().flat_map(|media| &media.content).filter(|content| {
            content.content_type.as_ref().is_some_and(|kind| kind.to_string().starts_with("image/"))
        });
        let picture = pictures.filter_map(|content| content.url.as_ref()).map(reqwest::Url::as_str).next();
        let language = entry.language.as_deref().or(feed.language.as_deref());
        Draft {
            id: Some(&entry.id),
            url: entry.links.first().map_or("", |link| link.href.as_str()),
            title: entry.title.as_ref().map_or("", |text| text.content.as_str()),
            summary: summary.unwrap_or_default(),
            publisher,
            authors: entry.authors.iter().filter_map(|author| author.name.clone()).collect(),
            image: thumbnail.or(picture),
            language,
            published_at: entry.published.or(entry.updated),
        }
        .article()
    };
    let mut taken = Taken::default();
    for entry in feed.entries.iter().take(MOST) {
        taken.add(article(entry));
    }
    taken.whole(publisher)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_and_atom_are_read_also_after_a_blank_line() {
        let rss = b"\n<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title><link>https://e.org</link><description>d</description>
            <language>en-us</language><item><title>Rhystic &lt;b&gt;Study&lt;/b&gt;</title><link>https://e.org/1?utm_medium=rss</link><guid>g1</guid>
            <pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Pay the one&lt;/p&gt;</description></item>
            <item><title>No address</title></item></channel></rss>";
        let atom = b"<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>f</id><title>T</title><updated>2026-11-01T10:00:00Z</updated>
            <entry><id>a1</id><title>Smothering Tithe</title><link href=\"https://e.org/2\"/><updated>2026-11-01T10:00:00Z</updated></entry></feed>";
        let read = |feed| articles("E", feed).unwrap();
        let taken = read(rss);
        assert_eq!(taken.unread, 1, "one has no address");
        let [first] = &taken.rows[..] else { panic!("one article has an address") };
        assert_eq!((first.title.as_str(), first.summary.as_str()), ("Rhystic Study", "Pay the one"));
        assert_eq!((first.id.as_str(), first.url.as_str()), ("g1", "https://e.org/1"));
        assert!(first.published_at.is_some());
        assert_eq!(first.language.as_deref(), Some("en"));
        assert_eq!(read(atom).rows[0].title, "Smothering Tithe");
        assert_eq!(articles("E", b"<html>").unwrap_err().fault(), Fault::Garbage);
    }
}
