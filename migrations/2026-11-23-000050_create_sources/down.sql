DROP TABLE unmatched_products, source_states;
