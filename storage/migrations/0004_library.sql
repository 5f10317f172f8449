-- The library: the spine of textbooks (stage, subject, edition, volume, unit, lesson), the resources that hang
-- on it, their files with all versions, what happened to them and who took them.

CREATE TABLE taxon(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  kind {int} NOT NULL CHECK(kind BETWEEN 1 AND 6),
  parent {int} REFERENCES taxon(id),
  ord {int} NOT NULL,
  code {text} NOT NULL DEFAULT '',
  name {text} NOT NULL CHECK(name <> ''),
  stage {text} NOT NULL,
  subject {text} NOT NULL,
  grade {text} NOT NULL,
  path {text} NOT NULL,
  disabled_at {int} NOT NULL DEFAULT 0,
  CHECK((parent IS NULL) = (kind = 1))
) {strict};
CREATE UNIQUE INDEX taxon_name ON taxon(parent, name);
CREATE UNIQUE INDEX taxon_stage ON taxon(name) WHERE parent IS NULL;
CREATE INDEX taxon_order ON taxon(parent, ord, id);
CREATE INDEX taxon_kind ON taxon(kind, stage, subject, grade);

-- Every taxon with each of those above it and itself (depth 0), so that a path and a subtree are one range.
CREATE TABLE taxon_up(
  taxon_id {int} NOT NULL REFERENCES taxon(id),
  depth {int} NOT NULL,
  ancestor {int} NOT NULL REFERENCES taxon(id),
  PRIMARY KEY(taxon_id, depth)
) {clustered};
CREATE INDEX taxon_down ON taxon_up(ancestor, depth, taxon_id);

-- state: see resource_state in server/app/resource_state.h. akey: who may see it once it is published.
-- Content leaves a school (akey of a group or the county) only after somebody approved it.
CREATE TABLE resource(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  state {int} NOT NULL CHECK(state BETWEEN 1 AND 7),
  kind {int} NOT NULL,
  lesson_type {int} NOT NULL DEFAULT 0,
  akey {int} NOT NULL,
  owner {int} NOT NULL REFERENCES person(id),
  school {int} REFERENCES school(id),
  dept {int} REFERENCES dept(id),
  taxon {int} REFERENCES taxon(id),
  licence {int} NOT NULL DEFAULT 0,
  origin {int} NOT NULL DEFAULT 0,
  files_n {int} NOT NULL DEFAULT 0,
  bytes {int} NOT NULL DEFAULT 0,
  taken_n {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL,
  published_at {int} NOT NULL DEFAULT 0,
  approved_by {int} REFERENCES person(id),
  reviewer {int} REFERENCES person(id),
  title {text} NOT NULL CHECK(title <> ''),
  origin_note {text} NOT NULL DEFAULT '',
  summary {text} NOT NULL DEFAULT '',
  CHECK(state <> 5 OR published_at > 0),
  CHECK(state IN (1, 4, 6, 7) OR (licence > 0 AND origin > 0)),
  CHECK(state <> 5 OR akey % 8 <= 3 OR approved_by IS NOT NULL)
) {strict};
CREATE INDEX resource_new ON resource(state, published_at, id, akey, kind, school);
CREATE INDEX resource_used ON resource(state, taken_n, id, akey, kind, school);
CREATE INDEX resource_owner ON resource(owner, changed_at, id, state);
CREATE INDEX resource_waiting ON resource(school, state, changed_at, id);
CREATE INDEX resource_dept ON resource(dept, state, changed_at, id) WHERE dept IS NOT NULL;

-- The published ones once under every taxon on their paths: a list of any subtree is one range, newest first.
-- It is made from the rows above and rebuilt from them, hence no foreign keys.
CREATE TABLE resource_at(
  taxon {int} NOT NULL,
  at {int} NOT NULL,
  resource_id {int} NOT NULL,
  akey {int} NOT NULL,
  kind {int} NOT NULL,
  school {int} NOT NULL,
  PRIMARY KEY(taxon, at, resource_id)
) {clustered};

CREATE TABLE resource_place(
  resource_id {int} NOT NULL REFERENCES resource(id),
  ord {int} NOT NULL,
  taxon {int} NOT NULL REFERENCES taxon(id),
  PRIMARY KEY(resource_id, ord)
) {clustered};
CREATE UNIQUE INDEX resource_place_once ON resource_place(taxon, resource_id);

CREATE TABLE resource_tag(
  resource_id {int} NOT NULL REFERENCES resource(id),
  ord {int} NOT NULL,
  name {text} NOT NULL,
  PRIMARY KEY(resource_id, ord)
) {clustered};

CREATE TABLE resource_author(
  resource_id {int} NOT NULL REFERENCES resource(id),
  ord {int} NOT NULL,
  name {text} NOT NULL,
  PRIMARY KEY(resource_id, ord)
) {clustered};

-- Everything that moved a resource from state to state; undone: the row was taken back by an undo.
CREATE TABLE resource_log(
  id {id},
  resource_id {int} NOT NULL REFERENCES resource(id),
  at {int} NOT NULL,
  person {int} NOT NULL REFERENCES person(id),
  act {int} NOT NULL,
  was {int} NOT NULL,
  became {int} NOT NULL,
  undone {int} NOT NULL DEFAULT 0,
  note {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX resource_log_of ON resource_log(resource_id, id);

-- One row for each person who took it; the resource's taken_n counts these rows.
CREATE TABLE resource_use(
  resource_id {int} NOT NULL REFERENCES resource(id),
  person {int} NOT NULL REFERENCES person(id),
  first_at {int} NOT NULL,
  last_at {int} NOT NULL,
  times {int} NOT NULL DEFAULT 1,
  PRIMARY KEY(resource_id, person)
) {clustered};
CREATE INDEX resource_use_last ON resource_use(resource_id, last_at);
CREATE INDEX resource_use_person ON resource_use(person, last_at);

-- A file of a resource; removed_at > 0: taken out, kept in the history.
CREATE TABLE file(
  id {id},
  resource_id {int} NOT NULL REFERENCES resource(id),
  ord {int} NOT NULL,
  version {int} NOT NULL DEFAULT 1,
  removed_at {int} NOT NULL DEFAULT 0,
  name {text} NOT NULL CHECK(name <> ''),
  path {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX file_of ON file(resource_id, removed_at, ord, id);

CREATE TABLE file_version(
  file_id {int} NOT NULL REFERENCES file(id),
  version {int} NOT NULL CHECK(version > 0),
  blob_id {int} NOT NULL REFERENCES blob(id),
  size {int} NOT NULL CHECK(size >= 0),
  at {int} NOT NULL,
  person {int} NOT NULL REFERENCES person(id),
  name {text} NOT NULL,
  PRIMARY KEY(file_id, version)
) {clustered};
CREATE INDEX file_version_blob ON file_version(blob_id);
