UPDATE schedules SET description = 'Prices of the cards in somebody''s inventory or want list, from every market'
WHERE name = 'dispatch_price_collection';
DROP TABLE price_turns;
