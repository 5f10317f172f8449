-- A migration of a later release: a new table, a new column, old rows filled in.
CREATE TABLE shelf(
    id {id},
    school_id {int} NOT NULL REFERENCES school(id),
    name {text} NOT NULL UNIQUE
) {strict};
ALTER TABLE town ADD COLUMN motto {text} NOT NULL DEFAULT '';
UPDATE town SET motto = 'later';
INSERT INTO shelf(school_id, name) SELECT id, name FROM school;
