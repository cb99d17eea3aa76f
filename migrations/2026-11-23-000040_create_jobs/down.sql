DROP TABLE job_kinds;
DROP TABLE job_lanes;
DROP TABLE jobs;
