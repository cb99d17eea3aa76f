DROP TABLE card_news_mentions;
DROP TABLE news_articles;
DROP TABLE news_feeds;
