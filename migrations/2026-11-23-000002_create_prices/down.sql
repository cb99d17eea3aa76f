DROP TABLE price_slices;
DROP TABLE reference_prices;
DROP TABLE price_history;
DROP TABLE price_series;
DROP TABLE product_links;
