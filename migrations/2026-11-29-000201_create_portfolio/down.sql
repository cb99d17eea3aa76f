DROP INDEX inventory_movements_sold_idx;
DROP TABLE portfolio_market_days, portfolio_snapshots, portfolio_charts;
DROP FUNCTION fx_factor;
