-- How files get in and out: stored contents, uploads on their way, what was read out of contents, links.

-- One row for each distinct content that is stored; the bytes lie in the blob store under the hash (storage/blob.h).
-- mime and kind are what the probe found; verdict 1: accepted, 2: quarantined, then reason says why. seen_at: when
-- somebody last brought or needed it. read_state 0: the probe has not yet read text, thumbnail and listing, 1: it has,
-- 2: it could not.
CREATE TABLE blob(
  id {id},
  sha256 {text} NOT NULL UNIQUE CHECK(length(sha256) = 64),
  size {int} NOT NULL CHECK(size >= 0),
  crc32 {int} NOT NULL CHECK(crc32 BETWEEN 0 AND 4294967295),
  mime {text} NOT NULL,
  kind {text} NOT NULL,
  verdict {int} NOT NULL CHECK(verdict IN (1, 2)),
  reason {text} NOT NULL DEFAULT '',
  read_state {int} NOT NULL DEFAULT 0 CHECK(read_state BETWEEN 0 AND 2),
  created_at {int} NOT NULL,
  seen_at {int} NOT NULL
) {strict};
CREATE INDEX blob_seen ON blob(seen_at, id);

-- What the probe read out of a content: a small picture; headings (a JSON array of {level, page, text}); the names in
-- an archive (a JSON array of strings) and as many pairs of size and flags (1 folder, 2 encrypted, 4 dangerous).
CREATE TABLE blob_view(
  blob_id {int} NOT NULL PRIMARY KEY REFERENCES blob(id),
  outline {text} NOT NULL,
  list {text} NOT NULL,
  list_more {text} NOT NULL,
  pages {int} NOT NULL,
  thumb_mime {text} NOT NULL,
  thumb {blob} NOT NULL
) {strict};

-- Its text, in pages (slides, sheets, or stretches of a long text), as a preview shows it.
CREATE TABLE blob_text(
  blob_id {int} NOT NULL REFERENCES blob(id),
  page {int} NOT NULL,
  text {text} NOT NULL,
  PRIMARY KEY(blob_id, page)
) {clustered};

-- An upload. state 1: receiving, 2: complete and checked, 3: taken by a resource, 4: refused, 5: given up. length -1:
-- not yet told. How far it is stands not here but with the spool file (storage/spool.h).
CREATE TABLE upload(
  id {text} NOT NULL PRIMARY KEY,
  person {int} NOT NULL,
  school {int} NOT NULL,
  process {text} NOT NULL,
  state {int} NOT NULL CHECK(state BETWEEN 1 AND 5),
  length {int} NOT NULL CHECK(length >= -1),
  resource_id {int} NOT NULL DEFAULT 0,
  file_id {int} NOT NULL DEFAULT 0,
  modified {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  blob_id {int} REFERENCES blob(id),
  verdict {int} NOT NULL DEFAULT 0,
  reason {text} NOT NULL DEFAULT '',
  name {text} NOT NULL,
  path {text} NOT NULL DEFAULT '',
  metadata {text} NOT NULL DEFAULT '',
  CHECK((blob_id IS NULL) = (state NOT IN (2, 3)))
) {strict};
CREATE INDEX upload_person ON upload(person, state, changed_at);
CREATE INDEX upload_expiry ON upload(state, expires_at);
CREATE INDEX upload_blob ON upload(blob_id, state);

-- Bytes in use by audience key (a person, a school): every file counts for whoever brought it, shared content or not.
CREATE TABLE space(
  akey {int} NOT NULL PRIMARY KEY,
  used {int} NOT NULL CHECK(used >= 0)
) {strict};

-- One-time links: what names the thing (file:ID:VERSION or a pack), agent the browser that opened it first.
CREATE TABLE link(
  id {id},
  person {int} NOT NULL,
  what {text} NOT NULL,
  made_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  used_at {int} NOT NULL DEFAULT 0,
  agent {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX link_expiry ON link(expires_at);
