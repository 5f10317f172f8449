-- Works until its last statement.
DROP TABLE idem;
DELETE FROM notice;
INSERT INTO shelf(school_id, name) SELECT school_id, name FROM shelf;
