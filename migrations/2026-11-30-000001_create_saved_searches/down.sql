DELETE FROM schedules WHERE name = 'saved_search_check';
DROP TABLE saved_search_matches;
DROP TABLE saved_searches;
