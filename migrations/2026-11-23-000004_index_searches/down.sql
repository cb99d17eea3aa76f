DROP INDEX printings_withdrawn_idx;
DROP INDEX printings_own_names_idx;
