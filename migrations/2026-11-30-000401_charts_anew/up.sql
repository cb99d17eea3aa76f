-- Days were valued by the market that values the cards now, and by nothing before it had prices.
UPDATE portfolio_charts SET version = NULL;
