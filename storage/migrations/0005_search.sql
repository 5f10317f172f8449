-- Search: what is indexed and where it came from. All of it is made from other rows and can be made again, hence
-- no foreign keys. The index itself is the engine's own: search_fts (SQLite) or search_vec (PostgreSQL).

-- Pieces of what was read out of a content, short enough for the index; cut once, never changed. page 0: the names in
-- an archive.
CREATE TABLE passage(
  id {id},
  blob_id {int} NOT NULL,
  page {int} NOT NULL,
  text {text} NOT NULL
) {strict};
CREATE INDEX passage_blob ON passage(blob_id, id);

-- One row for each published resource. slot grows with every publication, so the order of slots is newest first.
-- akey is the resource's, changed in the same transaction, and decides who finds it; 0: withdrawn, its last rows are
-- being taken out, resource_id is then -slot. terms: what the resource is filtered by, as it stands in the index for
-- its heads; part_terms: for its parts.
CREATE TABLE search_doc(
  slot {id},
  resource_id {int} NOT NULL UNIQUE,
  akey {int} NOT NULL,
  terms {text} NOT NULL,
  part_terms {text} NOT NULL
) {strict};
CREATE INDEX search_doc_key ON search_doc(akey, slot);

-- Rows of the index: id = slot * 4096 + number. Numbers below 64 are heads (title, people, places, summary, file
-- names), the others are parts (passages of its files).
CREATE TABLE search_head(
  id {int} NOT NULL PRIMARY KEY,
  title {text} NOT NULL,
  body {text} NOT NULL
) {strict};
CREATE TABLE search_part(
  id {int} NOT NULL PRIMARY KEY,
  passage_id {int} NOT NULL
) {strict};

-- For suggestions while typing.
CREATE INDEX person_initials ON person(initials, id);
CREATE INDEX taxon_by_name ON taxon(name, id);
