UPDATE schedules SET description = 'Want lists against current prices' WHERE name = 'want_list_check';
DROP TABLE alert_events;
DROP TABLE alert_touched;
DROP TABLE alert_states;
DROP TABLE alerts;
