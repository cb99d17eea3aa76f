DELETE FROM alerts WHERE portfolio;
DROP INDEX alerts_portfolio_idx;
ALTER TABLE alerts DROP CONSTRAINT alerts_subject_check;
ALTER TABLE alerts ADD CONSTRAINT alerts_subject_check CHECK (
    (printing_id IS NOT NULL AND card_id IS NULL AND set_id IS NULL)
    OR (printing_id IS NULL AND (card_id IS NOT NULL OR set_id IS NOT NULL)));
ALTER TABLE alerts DROP COLUMN portfolio;
