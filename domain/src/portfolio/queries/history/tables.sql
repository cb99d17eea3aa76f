-- Steps of one computation, of which the planner must know how large they are.
CREATE TEMP TABLE IF NOT EXISTS told (user_id int4, item_id int4, printing_id int4, finish int2, condition int2,
    copies int4, kind int2, sold_on date, day date, each numeric, proceeds numeric);
CREATE TEMP TABLE IF NOT EXISTS picked (printing_id int4, finish int2, condition int2, series_id int4, currency int2);
CREATE TEMP TABLE IF NOT EXISTS held (user_id int4, known bool, series_id int4, currency int2, day date, until date,
    copies int8, before int8, cost numeric);
CREATE TEMP TABLE IF NOT EXISTS prices (series_id int4, day date, until date, amount int8, before int8);
TRUNCATE told, picked, held, prices;
