-- Steps of one computation, of which the planner must know how large they are. A key stands for all that is
-- valued by the same series in the same order.
CREATE TEMP TABLE IF NOT EXISTS told (user_id int4, item_id int4, printing_id int4, finish int2, condition int2,
    copies int4, kind int2, sold_on date, day date, each numeric, proceeds numeric);
CREATE TEMP TABLE IF NOT EXISTS keys (key int8, printing_id int4, finish int2, condition int2,
    series int4[]);
CREATE TEMP TABLE IF NOT EXISTS picked (key int8, place int8, series_id int4, currency int2);
CREATE TEMP TABLE IF NOT EXISTS held (user_id int4, known bool, key int8, day date, until date,
    copies int8, before int8, cost numeric);
CREATE TEMP TABLE IF NOT EXISTS quoted (key int8, series_id int4, currency int2, day date, until date, amount int8);
CREATE TEMP TABLE IF NOT EXISTS prices (key int8, currency int2, day date, until date, amount int8,
    passes bool, passed_currency int2, passed int8);
TRUNCATE told, keys, picked, held, quoted, prices;
