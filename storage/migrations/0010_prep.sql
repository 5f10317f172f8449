-- 集体备课: term plans of a 备课组, its sessions, who takes part, what is said in them and what was decided.

-- stage: server/app/prep_stages.def. lead, host and recorder are in prep_person, too. at: what lists are ordered by,
-- starts_at or, without one, created_at. opened_at: since when everybody sees what the others wrote in the silent round.
-- term_id and week follow from starts_at. told_at: the starts_at people were reminded of.
CREATE TABLE prep_session(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  uuid {text} NOT NULL UNIQUE,
  dept_id {int} NOT NULL REFERENCES dept(id),
  stage {int} NOT NULL DEFAULT 1 CHECK(stage BETWEEN 1 AND 8),
  stage_at {int} NOT NULL,
  lead {int} NOT NULL REFERENCES person(id),
  host {int} NOT NULL REFERENCES person(id),
  recorder {int} NOT NULL REFERENCES person(id),
  subject {text} NOT NULL DEFAULT '',
  grade {text} NOT NULL DEFAULT '',
  title {text} NOT NULL CHECK(title <> ''),
  way {text} NOT NULL CHECK(way IN ('onsite', 'online', 'mixed', 'async')),
  place {text} NOT NULL DEFAULT '',
  agenda {text} NOT NULL DEFAULT '',
  at {int} NOT NULL,
  starts_at {int} NOT NULL DEFAULT 0,
  ends_at {int} NOT NULL DEFAULT 0,
  term_id {int} REFERENCES term(id),
  week {int} NOT NULL DEFAULT 0,
  silent {int} NOT NULL DEFAULT 1 CHECK(silent IN (0, 1)),
  opened_at {int} NOT NULL DEFAULT 0,
  resource_id {int} REFERENCES resource(id),
  told_at {int} NOT NULL DEFAULT 0,
  created_by {int} NOT NULL REFERENCES person(id),
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL,
  cancelled_at {int} NOT NULL DEFAULT 0,
  CHECK((starts_at = 0) = (ends_at = 0)),
  CHECK(starts_at <= ends_at)
) {strict};
CREATE INDEX prep_session_dept ON prep_session(dept_id, at, id);
CREATE INDEX prep_session_term ON prep_session(term_id, dept_id, week);
CREATE INDEX prep_session_start ON prep_session(starts_at) WHERE cancelled_at = 0;
CREATE INDEX prep_session_resource ON prep_session(resource_id) WHERE resource_id IS NOT NULL;

-- answer: whether one will come. attended: 'auto' is what prep_seen tells, else what the recorder wrote; reason: of an
-- absence. at: the session's, so that one's own list is one range.
CREATE TABLE prep_person(
  session_id {int} NOT NULL REFERENCES prep_session(id),
  person_id {int} NOT NULL REFERENCES person(id),
  part {text} NOT NULL CHECK(part IN ('participant', 'guest')),
  at {int} NOT NULL,
  answer {text} NOT NULL DEFAULT '' CHECK(answer IN ('', 'yes', 'no')),
  attended {text} NOT NULL DEFAULT 'auto' CHECK(attended IN ('auto', 'present', 'absent')),
  reason {text} NOT NULL DEFAULT '',
  PRIMARY KEY(session_id, person_id)
) {clustered};
CREATE INDEX prep_person_mine ON prep_person(person_id, at, session_id);

CREATE TABLE prep_place(
  session_id {int} NOT NULL REFERENCES prep_session(id),
  ord {int} NOT NULL,
  taxon_id {int} NOT NULL REFERENCES taxon(id),
  PRIMARY KEY(session_id, ord)
) {clustered};
CREATE UNIQUE INDEX prep_place_once ON prep_place(taxon_id, session_id);

CREATE TABLE prep_material(
  session_id {int} NOT NULL REFERENCES prep_session(id),
  ord {int} NOT NULL,
  resource_id {int} NOT NULL REFERENCES resource(id),
  PRIMARY KEY(session_id, ord)
) {clustered};
CREATE UNIQUE INDEX prep_material_once ON prep_material(resource_id, session_id);

-- until when a stage should be over; told_at: the moment people were reminded of.
CREATE TABLE prep_deadline(
  session_id {int} NOT NULL REFERENCES prep_session(id),
  stage {int} NOT NULL CHECK(stage BETWEEN 1 AND 8),
  at {int} NOT NULL,
  told_at {int} NOT NULL DEFAULT 0,
  PRIMARY KEY(session_id, stage)
) {clustered};
CREATE INDEX prep_deadline_at ON prep_deadline(at);

CREATE TABLE prep_log(
  id {id},
  session_id {int} NOT NULL REFERENCES prep_session(id),
  at {int} NOT NULL,
  person_id {int} NOT NULL REFERENCES person(id),
  act {text} NOT NULL,
  was {int} NOT NULL,
  became {int} NOT NULL,
  note {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX prep_log_of ON prep_log(session_id, id);

-- An opinion, a comment on a place in the text, a suggestion (text to stand instead) or a reply to one of these.
-- doc_id 0: about the whole session. anchor: opaque, a position in the document. decision: '' is none yet.
CREATE TABLE prep_opinion(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  session_id {int} NOT NULL REFERENCES prep_session(id),
  doc_id {int} NOT NULL DEFAULT 0,
  kind {text} NOT NULL CHECK(kind IN ('opinion', 'comment', 'suggestion', 'reply')),
  parent {int} REFERENCES prep_opinion(id),
  person_id {int} NOT NULL REFERENCES person(id),
  at {int} NOT NULL,
  edited_at {int} NOT NULL DEFAULT 0,
  withdrawn_at {int} NOT NULL DEFAULT 0,
  anchor {text} NOT NULL DEFAULT '',
  quote {text} NOT NULL DEFAULT '',
  body {text} NOT NULL DEFAULT '',
  instead {text} NOT NULL DEFAULT '',
  decision {text} NOT NULL DEFAULT '' CHECK(decision IN ('', 'adopted', 'partly', 'not')),
  reason {text} NOT NULL DEFAULT '',
  decided_by {int} REFERENCES person(id),
  decided_at {int} NOT NULL DEFAULT 0,
  resolved_by {int} REFERENCES person(id),
  resolved_at {int} NOT NULL DEFAULT 0,
  CHECK((kind = 'reply') = (parent IS NOT NULL)),
  CHECK(kind <> 'reply' OR decision = ''),
  CHECK((decision = '') = (decided_by IS NULL)),
  CHECK((resolved_at = 0) = (resolved_by IS NULL))
) {strict};
CREATE INDEX prep_opinion_of ON prep_opinion(session_id, id);
CREATE INDEX prep_opinion_replies ON prep_opinion(parent) WHERE parent IS NOT NULL;
CREATE TABLE prep_mention(
  opinion_id {int} NOT NULL REFERENCES prep_opinion(id),
  person_id {int} NOT NULL REFERENCES person(id),
  PRIMARY KEY(opinion_id, person_id)
) {clustered};

CREATE TABLE prep_chat(
  id {id},
  session_id {int} NOT NULL REFERENCES prep_session(id),
  person_id {int} NOT NULL REFERENCES person(id),
  at {int} NOT NULL,
  body {text} NOT NULL CHECK(body <> '')
) {strict};
CREATE INDEX prep_chat_of ON prep_chat(session_id, id);

-- Who was there: a row for every ten minutes in which somebody was connected or wrote.
CREATE TABLE prep_presence(
  session_id {int} NOT NULL REFERENCES prep_session(id),
  person_id {int} NOT NULL REFERENCES person(id),
  slot {int} NOT NULL,
  PRIMARY KEY(session_id, person_id, slot)
) {clustered};

-- What of the record is written by hand; the rest follows from the tables above.
CREATE TABLE prep_record(
  session_id {int} NOT NULL PRIMARY KEY REFERENCES prep_session(id),
  rev {int} NOT NULL DEFAULT 1,
  summary {text} NOT NULL DEFAULT '',
  agreed {text} NOT NULL DEFAULT '',
  next_plan {text} NOT NULL DEFAULT '',
  remark {text} NOT NULL DEFAULT '',
  changed_at {int} NOT NULL,
  signed_by {int} REFERENCES person(id),
  signed_at {int} NOT NULL DEFAULT 0,
  CHECK((signed_at = 0) = (signed_by IS NULL))
) {strict};

CREATE TABLE prep_reflection(
  session_id {int} NOT NULL REFERENCES prep_session(id),
  person_id {int} NOT NULL REFERENCES person(id),
  at {int} NOT NULL,
  changed_at {int} NOT NULL,
  body {text} NOT NULL CHECK(body <> ''),
  PRIMARY KEY(session_id, person_id)
) {clustered};

-- ---- the term plan: what is prepared in which teaching week by whom
CREATE TABLE prep_plan(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  dept_id {int} NOT NULL REFERENCES dept(id),
  term_id {int} NOT NULL REFERENCES term(id),
  created_by {int} NOT NULL REFERENCES person(id),
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL,
  UNIQUE(dept_id, term_id)
) {strict};
CREATE TABLE prep_plan_row(
  id {id},
  plan_id {int} NOT NULL REFERENCES prep_plan(id),
  ord {int} NOT NULL,
  week {int} NOT NULL CHECK(week BETWEEN 1 AND 60),
  title {text} NOT NULL CHECK(title <> ''),
  taxon_id {int} REFERENCES taxon(id),
  lead {int} REFERENCES person(id),
  session_id {int} UNIQUE REFERENCES prep_session(id)
) {strict};
CREATE INDEX prep_plan_row_of ON prep_plan_row(plan_id, week, ord);
