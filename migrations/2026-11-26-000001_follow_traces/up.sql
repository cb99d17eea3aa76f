-- The trace in which a job was asked for, as of W3C Trace Context; its run goes on with it.
ALTER TABLE jobs ADD COLUMN traceparent text;
