-- SQLite alters little: a table that others refer to is made anew (G2 of storage/migrate.c).
CREATE TABLE town_new(
    id {id},
    rev {int} NOT NULL DEFAULT 1,
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL UNIQUE CHECK(length(name) > 1),
    ord {int} NOT NULL DEFAULT 0,
    disabled_at {int} NOT NULL DEFAULT 0,
    motto {text} NOT NULL DEFAULT ''
) {strict};
INSERT INTO town_new SELECT id, rev, code, name, ord, disabled_at, motto FROM town;
DROP TABLE town;
ALTER TABLE town_new RENAME TO town;
