-- An alert may be about what its owner's whole collection is worth.
ALTER TABLE alerts ADD COLUMN portfolio boolean NOT NULL DEFAULT false;
ALTER TABLE alerts DROP CONSTRAINT alerts_subject_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_subject_check CHECK (CASE
    WHEN portfolio THEN printing_id IS NULL AND card_id IS NULL AND set_id IS NULL AND finish IS NULL
        AND condition IS NULL AND want_id IS NULL AND book = 1 AND rule <= 3 AND currency <= 2
    WHEN printing_id IS NOT NULL THEN card_id IS NULL AND set_id IS NULL
    ELSE card_id IS NOT NULL OR set_id IS NOT NULL
END);
CREATE INDEX alerts_portfolio_idx ON alerts (user_id) WHERE portfolio AND NOT paused;
