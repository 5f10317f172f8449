-- What the house itself needs: settings, jobs, the outbox of events, notices to persons, idempotency.

-- Settings that were changed at run time; what has no row has its default (server/app/settings.def).
CREATE TABLE setting(
    name {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL,
    at {int} NOT NULL,
    person_id {int} NOT NULL
) {strict};

-- Numbers that only grow: the last number the dispatcher gave to an event.
CREATE TABLE counter(
    name {text} NOT NULL PRIMARY KEY,
    value {int} NOT NULL
) {strict};

-- Work for later. state: 0 waits, 1 runs (until lease, in process), 2 done, 3 given up.
CREATE TABLE job(
    id {id},
    kind {text} NOT NULL,
    arg_id {int} NOT NULL,
    arg {text} NOT NULL,
    state {int} NOT NULL CHECK(state BETWEEN 0 AND 3),
    run_at {int} NOT NULL,
    tries {int} NOT NULL,
    lease {int} NOT NULL,
    process {text} NOT NULL,
    error {text} NOT NULL,
    made_at {int} NOT NULL,
    done_at {int} NOT NULL
) {strict};
CREATE INDEX job_by_state ON job(state, run_at, id);
-- One waiting job of a kind for a thing is enough: whoever asks again finds it.
CREATE UNIQUE INDEX job_waiting ON job(kind, arg_id, arg) WHERE state = 0;

-- Events on their way out. seq is 0 until the dispatcher takes the row and numbers it.
CREATE TABLE outbox(
    id {id},
    noun {text} NOT NULL,
    noun_id {int} NOT NULL,
    rev {int} NOT NULL,
    audience {int} NOT NULL,
    at {int} NOT NULL,
    seq {int} NOT NULL
) {strict};
CREATE INDEX outbox_fresh ON outbox(id) WHERE seq = 0;
CREATE UNIQUE INDEX outbox_seq ON outbox(seq) WHERE seq > 0;

-- The bell. read_at is 0 until the person has read it.
CREATE TABLE notice(
    id {id},
    person_id {int} NOT NULL,
    kind {text} NOT NULL,
    noun {text} NOT NULL,
    noun_id {int} NOT NULL,
    params {text} NOT NULL,
    at {int} NOT NULL,
    read_at {int} NOT NULL
) {strict};
CREATE INDEX notice_by_person ON notice(person_id, id);
CREATE INDEX notice_unread ON notice(person_id) WHERE read_at = 0;

-- Replies kept for repeated requests. status is 0 while the first one is being worked on.
CREATE TABLE idem(
    person_id {int} NOT NULL,
    route {text} NOT NULL,
    name {text} NOT NULL,
    request {blob} NOT NULL,
    status {int} NOT NULL,
    rev {int} NOT NULL,
    reply {blob} NOT NULL,
    process {text} NOT NULL,
    at {int} NOT NULL,
    PRIMARY KEY(person_id, route, name)
) {strict};
CREATE INDEX idem_by_age ON idem(at);
