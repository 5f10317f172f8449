-- Leaves references to rows that are gone.
UPDATE school SET town_id = 999999;
