DROP TABLE scheduler_terms;
DROP TABLE schedule_ticks;
DROP TABLE schedules;
