DROP TABLE wants;
DROP TABLE want_lists;
UPDATE schedules SET description = 'Prices of the cards in somebody''s inventory, from markets that are asked card by card'
WHERE name = 'dispatch_price_collection';
