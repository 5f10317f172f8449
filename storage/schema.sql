CREATE TABLE counter(
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
CREATE TABLE idem(
    person_id INTEGER NOT NULL,
    route TEXT NOT NULL,
    name TEXT NOT NULL,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    reply BLOB NOT NULL,
    process TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(person_id, route, name)
) STRICT;
CREATE INDEX idem_by_age ON idem(at);
CREATE TABLE job(
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    arg_id INTEGER NOT NULL,
    arg TEXT NOT NULL,
    state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 3),
    run_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    process TEXT NOT NULL,
    error TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL
) STRICT;
CREATE INDEX job_by_state ON job(state, run_at, id);
CREATE UNIQUE INDEX job_waiting ON job(kind, arg_id, arg) WHERE state = 0;
CREATE TABLE notice(
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    noun TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    params TEXT NOT NULL,
    at INTEGER NOT NULL,
    read_at INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_by_person ON notice(person_id, id);
CREATE INDEX notice_unread ON notice(person_id) WHERE read_at = 0;
CREATE TABLE outbox(
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    at INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_fresh ON outbox(id) WHERE seq = 0;
CREATE UNIQUE INDEX outbox_seq ON outbox(seq) WHERE seq > 0;
CREATE TABLE schema_step(name TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TABLE setting(
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    person_id INTEGER NOT NULL
) STRICT;
