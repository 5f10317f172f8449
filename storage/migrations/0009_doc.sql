-- Live documents: what a document is and whose, its updates in the order they became durable, what
-- they were folded into, who wrote with which client number, and the versions people keep.

-- owner_noun, owner_id: what the rights come from (server/app/doc_owners.def). read_key, write_key: audience keys, 0: nobody.
-- A branch (parent) begins with its parent's history at a version (base).
CREATE TABLE doc(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  kind {text} NOT NULL,
  title {text} NOT NULL CHECK(title <> ''),
  owner_noun {text} NOT NULL,
  owner_id {int} NOT NULL DEFAULT 0,
  author {int} NOT NULL REFERENCES person(id),
  school {int} REFERENCES school(id),
  parent {int} REFERENCES doc(id),
  base {int} NOT NULL DEFAULT 0,
  read_key {int} NOT NULL DEFAULT 0,
  write_key {int} NOT NULL DEFAULT 0,
  made_at {int} NOT NULL,
  changed_at {int} NOT NULL
) {strict};
CREATE INDEX doc_author ON doc(author, changed_at, id);
CREATE INDEX doc_read_key ON doc(read_key, changed_at, id) WHERE read_key > 0;
CREATE INDEX doc_owner ON doc(owner_noun, owner_id, id);
CREATE INDEX doc_parent ON doc(parent, id) WHERE parent IS NOT NULL;

-- seq: the number of the newest row of the log; counted in the transaction that adds it, so that two processes never
-- give one twice. folded: up to which number state holds all of them; those rows are gone from the log.
CREATE TABLE doc_head(
  doc_id {int} NOT NULL PRIMARY KEY REFERENCES doc(id),
  seq {int} NOT NULL,
  folded {int} NOT NULL,
  state {blob} NOT NULL,
  CHECK(folded BETWEEN 0 AND seq)
) {strict};

-- One row for what one transaction brought: updates, each with its length (LEB128) before it.
CREATE TABLE doc_log(
  doc_id {int} NOT NULL REFERENCES doc(id),
  seq {int} NOT NULL,
  at {int} NOT NULL,
  updates {blob} NOT NULL,
  PRIMARY KEY(doc_id, seq)
) {clustered};

-- Who first wrote with a client number of Yjs.
CREATE TABLE doc_client(
  doc_id {int} NOT NULL REFERENCES doc(id),
  client {int} NOT NULL,
  person {int} NOT NULL REFERENCES person(id),
  at {int} NOT NULL,
  PRIMARY KEY(doc_id, client)
) {clustered};

-- The whole document as it was. person NULL: made by itself.
CREATE TABLE doc_version(
  id {id},
  doc_id {int} NOT NULL REFERENCES doc(id),
  number {int} NOT NULL,
  name {text} NOT NULL DEFAULT '',
  person {int} REFERENCES person(id),
  at {int} NOT NULL,
  seq {int} NOT NULL,
  state {blob} NOT NULL
) {strict};
CREATE UNIQUE INDEX doc_version_number ON doc_version(doc_id, number);
