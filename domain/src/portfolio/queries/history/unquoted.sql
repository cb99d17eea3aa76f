-- As long as somebody holds it, a key has no price yet.
INSERT INTO quoted (key, day, until) SELECT key, min(day), 'infinity' FROM held GROUP BY key
