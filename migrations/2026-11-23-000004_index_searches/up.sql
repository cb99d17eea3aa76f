-- Few printings have a name of their own, and few are withdrawn; searches look at these apart.
CREATE INDEX printings_own_names_idx ON printings (card_id) WHERE flavor_name IS NOT NULL OR printed_name IS NOT NULL;
CREATE INDEX printings_withdrawn_idx ON printings (id) WHERE removed_at IS NOT NULL;
