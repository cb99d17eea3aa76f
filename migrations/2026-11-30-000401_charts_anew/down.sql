-- What the days say is right before this, too.
SELECT 1;
