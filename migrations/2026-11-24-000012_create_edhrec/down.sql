DROP TABLE edhrec_plays;
DROP TABLE edhrec_commanders;
