CREATE TABLE adoption(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  school_id INTEGER NOT NULL REFERENCES school(id),
  year INTEGER NOT NULL,
  grade TEXT NOT NULL,
  subject TEXT NOT NULL,
  edition TEXT NOT NULL,
  UNIQUE(school_id, year, grade, subject)
) STRICT;
CREATE TABLE api_token(
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person(id),
  name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  scopes INTEGER NOT NULL CHECK(scopes BETWEEN 1 AND 7),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0,
  revoked_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX api_token_person ON api_token(person_id, id);
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TABLE audit_head(
  id INTEGER NOT NULL PRIMARY KEY CHECK(id = 1),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TABLE audit_log(
  seq INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  session_id INTEGER NOT NULL,
  ip TEXT NOT NULL,
  action TEXT NOT NULL,
  noun TEXT NOT NULL,
  noun_id INTEGER NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_log_action ON audit_log(action, seq);
CREATE INDEX audit_log_noun ON audit_log(noun, noun_id, seq);
CREATE INDEX audit_log_person ON audit_log(person_id, seq);
CREATE TABLE bell(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  school_id INTEGER NOT NULL REFERENCES school(id),
  name TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  UNIQUE(school_id, from_day)
) STRICT;
CREATE TABLE bell_period(
  bell_id INTEGER NOT NULL REFERENCES bell(id),
  ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  lesson INTEGER NOT NULL CHECK(lesson IN (0, 1)),
  start_min INTEGER NOT NULL CHECK(start_min BETWEEN 0 AND 1439),
  end_min INTEGER NOT NULL CHECK(end_min BETWEEN 1 AND 1440),
  PRIMARY KEY(bell_id, ord),
  CHECK(start_min < end_min)
) STRICT, WITHOUT ROWID;
CREATE TABLE blob(
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK(length(sha256) = 64),
  size INTEGER NOT NULL CHECK(size >= 0),
  crc32 INTEGER NOT NULL CHECK(crc32 BETWEEN 0 AND 4294967295),
  mime TEXT NOT NULL,
  kind TEXT NOT NULL,
  verdict INTEGER NOT NULL CHECK(verdict IN (1, 2)),
  reason TEXT NOT NULL DEFAULT '',
  read_state INTEGER NOT NULL DEFAULT 0 CHECK(read_state BETWEEN 0 AND 2),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_seen ON blob(seen_at, id);
CREATE TABLE blob_text(
  blob_id INTEGER NOT NULL REFERENCES blob(id),
  page INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(blob_id, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE blob_view(
  blob_id INTEGER NOT NULL PRIMARY KEY REFERENCES blob(id),
  outline TEXT NOT NULL,
  list TEXT NOT NULL,
  list_more TEXT NOT NULL,
  pages INTEGER NOT NULL,
  thumb_mime TEXT NOT NULL,
  thumb BLOB NOT NULL
) STRICT;
CREATE TABLE calendar_feed(
  person_id INTEGER NOT NULL PRIMARY KEY REFERENCES person(id),
  made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE counter(
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
CREATE TABLE day_change(
  id INTEGER PRIMARY KEY,
  term_id INTEGER NOT NULL REFERENCES term(id),
  day INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('holiday', 'work')),
  weekday INTEGER NOT NULL DEFAULT 0 CHECK(weekday BETWEEN 0 AND 7),
  name TEXT NOT NULL DEFAULT '',
  CHECK((kind = 'work') = (weekday > 0))
) STRICT;
CREATE INDEX day_change_term ON day_change(term_id, day);
CREATE TABLE dept(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  uuid TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('subject', 'prep')),
  name TEXT NOT NULL CHECK(name <> ''),
  school_id INTEGER REFERENCES school(id),
  group_id INTEGER REFERENCES edu_group(id),
  subject TEXT NOT NULL DEFAULT '',
  grade TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  disabled_at INTEGER NOT NULL DEFAULT 0,
  CHECK((school_id IS NULL) <> (group_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX dept_of_group ON dept(group_id, name) WHERE group_id IS NOT NULL;
CREATE UNIQUE INDEX dept_of_school ON dept(school_id, name) WHERE school_id IS NOT NULL;
CREATE TABLE dept_member(
  id INTEGER PRIMARY KEY,
  dept_id INTEGER NOT NULL REFERENCES dept(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  leader INTEGER NOT NULL DEFAULT 0 CHECK(leader IN (0, 1)),
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL DEFAULT 253402300799000,
  CHECK(from_at <= until_at)
) STRICT;
CREATE INDEX dept_member_dept ON dept_member(dept_id, from_at);
CREATE UNIQUE INDEX dept_member_open ON dept_member(dept_id, person_id) WHERE until_at = 253402300799000;
CREATE INDEX dept_member_person ON dept_member(person_id, from_at);
CREATE TABLE device(
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person(id),
  token_hash BLOB NOT NULL UNIQUE,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_person ON device(person_id, last_at);
CREATE TABLE doc(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL,
  title TEXT NOT NULL CHECK(title <> ''),
  owner_noun TEXT NOT NULL,
  owner_id INTEGER NOT NULL DEFAULT 0,
  author INTEGER NOT NULL REFERENCES person(id),
  school INTEGER REFERENCES school(id),
  parent INTEGER REFERENCES doc(id),
  base INTEGER NOT NULL DEFAULT 0,
  read_key INTEGER NOT NULL DEFAULT 0,
  write_key INTEGER NOT NULL DEFAULT 0,
  made_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
, template INTEGER NOT NULL DEFAULT 0 CHECK(template IN (0, 1))) STRICT;
CREATE INDEX doc_author ON doc(author, changed_at, id);
CREATE INDEX doc_owner ON doc(owner_noun, owner_id, id);
CREATE INDEX doc_parent ON doc(parent, id) WHERE parent IS NOT NULL;
CREATE INDEX doc_read_key ON doc(read_key, changed_at, id) WHERE read_key > 0;
CREATE TABLE doc_client(
  doc_id INTEGER NOT NULL REFERENCES doc(id),
  client INTEGER NOT NULL,
  person INTEGER NOT NULL REFERENCES person(id),
  at INTEGER NOT NULL,
  PRIMARY KEY(doc_id, client)
) STRICT, WITHOUT ROWID;
CREATE TABLE doc_head(
  doc_id INTEGER NOT NULL PRIMARY KEY REFERENCES doc(id),
  seq INTEGER NOT NULL,
  folded INTEGER NOT NULL,
  state BLOB NOT NULL,
  CHECK(folded BETWEEN 0 AND seq)
) STRICT;
CREATE TABLE doc_image(
  id INTEGER PRIMARY KEY,
  doc_id INTEGER NOT NULL REFERENCES doc(id),
  blob_id INTEGER NOT NULL REFERENCES blob(id),
  name TEXT NOT NULL,
  person INTEGER NOT NULL REFERENCES person(id),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX doc_image_blob ON doc_image(blob_id);
CREATE INDEX doc_image_doc ON doc_image(doc_id, id);
CREATE TABLE doc_log(
  doc_id INTEGER NOT NULL REFERENCES doc(id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  updates BLOB NOT NULL,
  PRIMARY KEY(doc_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE doc_version(
  id INTEGER PRIMARY KEY,
  doc_id INTEGER NOT NULL REFERENCES doc(id),
  number INTEGER NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  person INTEGER REFERENCES person(id),
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX doc_version_number ON doc_version(doc_id, number);
CREATE TABLE edu_group(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE CHECK(name <> ''),
  mode TEXT NOT NULL CHECK(mode IN ('tight', 'entrusted', 'alliance')),
  lead_school INTEGER NOT NULL REFERENCES school(id),
  ord INTEGER NOT NULL DEFAULT 0,
  founded_at INTEGER NOT NULL,
  disabled_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX edu_group_lead ON edu_group(lead_school);
CREATE TABLE file(
  id INTEGER PRIMARY KEY,
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  ord INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  removed_at INTEGER NOT NULL DEFAULT 0,
  name TEXT NOT NULL CHECK(name <> ''),
  path TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX file_of ON file(resource_id, removed_at, ord, id);
CREATE TABLE file_version(
  file_id INTEGER NOT NULL REFERENCES file(id),
  version INTEGER NOT NULL CHECK(version > 0),
  blob_id INTEGER NOT NULL REFERENCES blob(id),
  size INTEGER NOT NULL CHECK(size >= 0),
  at INTEGER NOT NULL,
  person INTEGER NOT NULL REFERENCES person(id),
  name TEXT NOT NULL,
  PRIMARY KEY(file_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_version_blob ON file_version(blob_id);
CREATE TABLE group_member(
  id INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL REFERENCES edu_group(id),
  school_id INTEGER NOT NULL REFERENCES school(id),
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL DEFAULT 253402300799000,
  CHECK(from_at <= until_at)
) STRICT;
CREATE INDEX group_member_group ON group_member(group_id, from_at);
CREATE UNIQUE INDEX group_member_open ON group_member(group_id, school_id) WHERE until_at = 253402300799000;
CREATE INDEX group_member_school ON group_member(school_id, from_at);
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
CREATE TABLE import_source(
  person_id INTEGER NOT NULL REFERENCES person(id),
  source TEXT NOT NULL,
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  PRIMARY KEY(person_id, source)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE link(
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL,
  what TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0,
  agent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX link_expiry ON link(expires_at);
CREATE TABLE login_fail(
  who BLOB NOT NULL PRIMARY KEY,
  fails INTEGER NOT NULL,
  failed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_fail_at ON login_fail(failed_at);
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
CREATE TABLE passage(
  id INTEGER PRIMARY KEY,
  blob_id INTEGER NOT NULL,
  page INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX passage_blob ON passage(blob_id, id);
CREATE TABLE password(
  person_id INTEGER NOT NULL PRIMARY KEY REFERENCES person(id),
  hash TEXT NOT NULL,
  must_change INTEGER NOT NULL DEFAULT 0,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE person(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  uuid TEXT NOT NULL UNIQUE,
  login TEXT NOT NULL UNIQUE CHECK(login <> ''),
  staff_no TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  school_id INTEGER REFERENCES school(id),
  name TEXT NOT NULL CHECK(name <> ''),
  pinyin TEXT NOT NULL DEFAULT '',
  initials TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  grade TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  disabled_at INTEGER NOT NULL DEFAULT 0,
  keys_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX person_initials ON person(initials, id);
CREATE INDEX person_keys ON person(keys_until);
CREATE INDEX person_order ON person(pinyin, id);
CREATE INDEX person_phone ON person(phone) WHERE phone <> '';
CREATE INDEX person_school ON person(school_id, pinyin, id);
CREATE UNIQUE INDEX person_staff ON person(school_id, staff_no) WHERE staff_no <> '';
CREATE INDEX person_staff_no ON person(staff_no) WHERE staff_no <> '';
CREATE TABLE posting(
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person(id),
  school_id INTEGER NOT NULL REFERENCES school(id),
  form TEXT NOT NULL DEFAULT '',
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL DEFAULT 253402300799000,
  CHECK(from_at <= until_at)
) STRICT;
CREATE INDEX posting_person ON posting(person_id, from_at);
CREATE INDEX posting_school ON posting(school_id, from_at);
CREATE TABLE prep_ballot(
  vote_id INTEGER NOT NULL REFERENCES prep_vote(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  ord INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(vote_id, person_id),
  FOREIGN KEY(vote_id, ord) REFERENCES prep_option(vote_id, ord)
) STRICT, WITHOUT ROWID;
CREATE TABLE prep_chat(
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  at INTEGER NOT NULL,
  body TEXT NOT NULL CHECK(body <> '')
) STRICT;
CREATE INDEX prep_chat_of ON prep_chat(session_id, id);
CREATE TABLE prep_deadline(
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  stage INTEGER NOT NULL CHECK(stage BETWEEN 1 AND 8),
  at INTEGER NOT NULL,
  told_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(session_id, stage)
) STRICT, WITHOUT ROWID;
CREATE INDEX prep_deadline_at ON prep_deadline(at);
CREATE TABLE prep_log(
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  at INTEGER NOT NULL,
  person_id INTEGER NOT NULL REFERENCES person(id),
  act TEXT NOT NULL,
  was INTEGER NOT NULL,
  became INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX prep_log_of ON prep_log(session_id, id);
CREATE TABLE prep_material(
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  ord INTEGER NOT NULL,
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  PRIMARY KEY(session_id, ord)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX prep_material_once ON prep_material(resource_id, session_id);
CREATE TABLE prep_mention(
  opinion_id INTEGER NOT NULL REFERENCES prep_opinion(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  PRIMARY KEY(opinion_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE prep_opinion(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  doc_id INTEGER NOT NULL DEFAULT 0,
  kind TEXT NOT NULL CHECK(kind IN ('opinion', 'comment', 'suggestion', 'reply')),
  parent INTEGER REFERENCES prep_opinion(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  at INTEGER NOT NULL,
  edited_at INTEGER NOT NULL DEFAULT 0,
  withdrawn_at INTEGER NOT NULL DEFAULT 0,
  anchor TEXT NOT NULL DEFAULT '',
  quote TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',
  instead TEXT NOT NULL DEFAULT '',
  decision TEXT NOT NULL DEFAULT '' CHECK(decision IN ('', 'adopted', 'partly', 'not')),
  reason TEXT NOT NULL DEFAULT '',
  decided_by INTEGER REFERENCES person(id),
  decided_at INTEGER NOT NULL DEFAULT 0,
  resolved_by INTEGER REFERENCES person(id),
  resolved_at INTEGER NOT NULL DEFAULT 0,
  CHECK((kind = 'reply') = (parent IS NOT NULL)),
  CHECK(kind <> 'reply' OR decision = ''),
  CHECK((decision = '') = (decided_by IS NULL)),
  CHECK((resolved_at = 0) = (resolved_by IS NULL))
) STRICT;
CREATE INDEX prep_opinion_of ON prep_opinion(session_id, id);
CREATE INDEX prep_opinion_replies ON prep_opinion(parent) WHERE parent IS NOT NULL;
CREATE TABLE prep_option(
  vote_id INTEGER NOT NULL REFERENCES prep_vote(id),
  ord INTEGER NOT NULL CHECK(ord BETWEEN 1 AND 8),
  words TEXT NOT NULL CHECK(words <> ''),
  PRIMARY KEY(vote_id, ord)
) STRICT, WITHOUT ROWID;
CREATE TABLE prep_person(
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  part TEXT NOT NULL CHECK(part IN ('participant', 'guest')),
  at INTEGER NOT NULL,
  answer TEXT NOT NULL DEFAULT '' CHECK(answer IN ('', 'yes', 'no')),
  attended TEXT NOT NULL DEFAULT 'auto' CHECK(attended IN ('auto', 'present', 'absent')),
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(session_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prep_person_mine ON prep_person(person_id, at, session_id);
CREATE TABLE prep_place(
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  ord INTEGER NOT NULL,
  taxon_id INTEGER NOT NULL REFERENCES taxon(id),
  PRIMARY KEY(session_id, ord)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX prep_place_once ON prep_place(taxon_id, session_id);
CREATE TABLE prep_plan(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  dept_id INTEGER NOT NULL REFERENCES dept(id),
  term_id INTEGER NOT NULL REFERENCES term(id),
  created_by INTEGER NOT NULL REFERENCES person(id),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE(dept_id, term_id)
) STRICT;
CREATE TABLE prep_plan_row(
  id INTEGER PRIMARY KEY,
  plan_id INTEGER NOT NULL REFERENCES prep_plan(id),
  ord INTEGER NOT NULL,
  week INTEGER NOT NULL CHECK(week BETWEEN 1 AND 60),
  title TEXT NOT NULL CHECK(title <> ''),
  taxon_id INTEGER REFERENCES taxon(id),
  lead INTEGER REFERENCES person(id),
  session_id INTEGER UNIQUE REFERENCES prep_session(id)
) STRICT;
CREATE INDEX prep_plan_row_of ON prep_plan_row(plan_id, week, ord);
CREATE TABLE prep_presence(
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  slot INTEGER NOT NULL,
  PRIMARY KEY(session_id, person_id, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE prep_record(
  session_id INTEGER NOT NULL PRIMARY KEY REFERENCES prep_session(id),
  rev INTEGER NOT NULL DEFAULT 1,
  summary TEXT NOT NULL DEFAULT '',
  agreed TEXT NOT NULL DEFAULT '',
  next_plan TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  changed_at INTEGER NOT NULL,
  signed_by INTEGER REFERENCES person(id),
  signed_at INTEGER NOT NULL DEFAULT 0,
  CHECK((signed_at = 0) = (signed_by IS NULL))
) STRICT;
CREATE TABLE prep_reflection(
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  body TEXT NOT NULL CHECK(body <> ''),
  PRIMARY KEY(session_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE prep_session(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  uuid TEXT NOT NULL UNIQUE,
  dept_id INTEGER NOT NULL REFERENCES dept(id),
  stage INTEGER NOT NULL DEFAULT 1 CHECK(stage BETWEEN 1 AND 8),
  stage_at INTEGER NOT NULL,
  lead INTEGER NOT NULL REFERENCES person(id),
  host INTEGER NOT NULL REFERENCES person(id),
  recorder INTEGER NOT NULL REFERENCES person(id),
  subject TEXT NOT NULL DEFAULT '',
  grade TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL CHECK(title <> ''),
  way TEXT NOT NULL CHECK(way IN ('onsite', 'online', 'mixed', 'async')),
  place TEXT NOT NULL DEFAULT '',
  agenda TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  starts_at INTEGER NOT NULL DEFAULT 0,
  ends_at INTEGER NOT NULL DEFAULT 0,
  term_id INTEGER REFERENCES term(id),
  week INTEGER NOT NULL DEFAULT 0,
  silent INTEGER NOT NULL DEFAULT 1 CHECK(silent IN (0, 1)),
  opened_at INTEGER NOT NULL DEFAULT 0,
  resource_id INTEGER REFERENCES resource(id),
  told_at INTEGER NOT NULL DEFAULT 0,
  created_by INTEGER NOT NULL REFERENCES person(id),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  cancelled_at INTEGER NOT NULL DEFAULT 0,
  CHECK((starts_at = 0) = (ends_at = 0)),
  CHECK(starts_at <= ends_at)
) STRICT;
CREATE INDEX prep_session_dept ON prep_session(dept_id, at, id);
CREATE INDEX prep_session_resource ON prep_session(resource_id) WHERE resource_id IS NOT NULL;
CREATE INDEX prep_session_start ON prep_session(starts_at) WHERE cancelled_at = 0;
CREATE INDEX prep_session_term ON prep_session(term_id, dept_id, week);
CREATE TABLE prep_timer(
  session_id INTEGER NOT NULL PRIMARY KEY REFERENCES prep_session(id),
  words TEXT NOT NULL CHECK(words <> ''),
  began_at INTEGER NOT NULL,
  ms INTEGER NOT NULL CHECK(ms > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE prep_vote(
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES prep_session(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  question TEXT NOT NULL CHECK(question <> ''),
  at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX prep_vote_of ON prep_vote(session_id, id);
CREATE TABLE resource(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  state INTEGER NOT NULL CHECK(state BETWEEN 1 AND 7),
  kind INTEGER NOT NULL,
  lesson_type INTEGER NOT NULL DEFAULT 0,
  akey INTEGER NOT NULL,
  owner INTEGER NOT NULL REFERENCES person(id),
  school INTEGER REFERENCES school(id),
  dept INTEGER REFERENCES dept(id),
  taxon INTEGER REFERENCES taxon(id),
  licence INTEGER NOT NULL DEFAULT 0,
  origin INTEGER NOT NULL DEFAULT 0,
  files_n INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  taken_n INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  published_at INTEGER NOT NULL DEFAULT 0,
  approved_by INTEGER REFERENCES person(id),
  reviewer INTEGER REFERENCES person(id),
  title TEXT NOT NULL CHECK(title <> ''),
  origin_note TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '',
  CHECK(state <> 5 OR published_at > 0),
  CHECK(state IN (1, 4, 6, 7) OR (licence > 0 AND origin > 0)),
  CHECK(state <> 5 OR akey % 8 <= 3 OR approved_by IS NOT NULL)
) STRICT;
CREATE INDEX resource_dept ON resource(dept, state, changed_at, id) WHERE dept IS NOT NULL;
CREATE INDEX resource_new ON resource(state, published_at, id, akey, kind, school);
CREATE INDEX resource_owner ON resource(owner, changed_at, id, state);
CREATE INDEX resource_used ON resource(state, taken_n, id, akey, kind, school);
CREATE INDEX resource_waiting ON resource(school, state, changed_at, id);
CREATE TABLE resource_at(
  taxon INTEGER NOT NULL,
  at INTEGER NOT NULL,
  resource_id INTEGER NOT NULL,
  akey INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  school INTEGER NOT NULL,
  PRIMARY KEY(taxon, at, resource_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE resource_author(
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY(resource_id, ord)
) STRICT, WITHOUT ROWID;
CREATE TABLE resource_log(
  id INTEGER PRIMARY KEY,
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  at INTEGER NOT NULL,
  person INTEGER NOT NULL REFERENCES person(id),
  act INTEGER NOT NULL,
  was INTEGER NOT NULL,
  became INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX resource_log_of ON resource_log(resource_id, id);
CREATE TABLE resource_place(
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  ord INTEGER NOT NULL,
  taxon INTEGER NOT NULL REFERENCES taxon(id),
  PRIMARY KEY(resource_id, ord)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX resource_place_once ON resource_place(taxon, resource_id);
CREATE TABLE resource_tag(
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY(resource_id, ord)
) STRICT, WITHOUT ROWID;
CREATE TABLE resource_use(
  resource_id INTEGER NOT NULL REFERENCES resource(id),
  person INTEGER NOT NULL REFERENCES person(id),
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  times INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY(resource_id, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_use_last ON resource_use(resource_id, last_at);
CREATE INDEX resource_use_person ON resource_use(person, last_at);
CREATE TABLE role_grant(
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person(id),
  role TEXT NOT NULL,
  scope_kind INTEGER NOT NULL CHECK(scope_kind BETWEEN 3 AND 6),
  scope_id INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL DEFAULT 253402300799000,
  granted_by INTEGER REFERENCES person(id),
  CHECK(from_at <= until_at)
) STRICT;
CREATE UNIQUE INDEX role_grant_open ON role_grant(person_id, role, scope_kind, scope_id)
  WHERE until_at = 253402300799000;
CREATE INDEX role_grant_person ON role_grant(person_id, from_at);
CREATE INDEX role_grant_scope ON role_grant(scope_kind, scope_id);
CREATE TABLE schema_step(name TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TABLE school(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  uuid TEXT NOT NULL UNIQUE,
  code TEXT NOT NULL UNIQUE CHECK(code <> ''),
  name TEXT NOT NULL UNIQUE CHECK(name <> ''),
  pinyin TEXT NOT NULL DEFAULT '',
  initials TEXT NOT NULL DEFAULT '',
  type TEXT NOT NULL DEFAULT '',
  town_id INTEGER REFERENCES town(id),
  ord INTEGER NOT NULL DEFAULT 0,
  pupils INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX school_order ON school(ord, id);
CREATE INDEX school_town ON school(town_id);
CREATE TABLE search_doc(
  slot INTEGER PRIMARY KEY,
  resource_id INTEGER NOT NULL UNIQUE,
  akey INTEGER NOT NULL,
  terms TEXT NOT NULL,
  part_terms TEXT NOT NULL
) STRICT;
CREATE INDEX search_doc_key ON search_doc(akey, slot);
CREATE VIRTUAL TABLE search_fts USING fts5(x, t, content='', columnsize=0, tokenize='grams');
CREATE TABLE 'search_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'search_fts_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'search_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE search_head(
  id INTEGER NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE search_part(
  id INTEGER NOT NULL PRIMARY KEY,
  passage_id INTEGER NOT NULL
) STRICT;
CREATE TABLE session(
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person(id),
  token_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL DEFAULT 0,
  ip TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX session_person ON session(person_id, ended_at, seen_at);
CREATE TABLE setting(
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    person_id INTEGER NOT NULL
) STRICT;
CREATE TABLE space(
  akey INTEGER NOT NULL PRIMARY KEY,
  used INTEGER NOT NULL CHECK(used >= 0)
) STRICT;
CREATE TABLE taxon(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  kind INTEGER NOT NULL CHECK(kind BETWEEN 1 AND 6),
  parent INTEGER REFERENCES taxon(id),
  ord INTEGER NOT NULL,
  code TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL CHECK(name <> ''),
  stage TEXT NOT NULL,
  subject TEXT NOT NULL,
  grade TEXT NOT NULL,
  path TEXT NOT NULL,
  disabled_at INTEGER NOT NULL DEFAULT 0,
  CHECK((parent IS NULL) = (kind = 1))
) STRICT;
CREATE INDEX taxon_by_name ON taxon(name, id);
CREATE INDEX taxon_kind ON taxon(kind, stage, subject, grade);
CREATE UNIQUE INDEX taxon_name ON taxon(parent, name);
CREATE INDEX taxon_order ON taxon(parent, ord, id);
CREATE UNIQUE INDEX taxon_stage ON taxon(name) WHERE parent IS NULL;
CREATE TABLE taxon_up(
  taxon_id INTEGER NOT NULL REFERENCES taxon(id),
  depth INTEGER NOT NULL,
  ancestor INTEGER NOT NULL REFERENCES taxon(id),
  PRIMARY KEY(taxon_id, depth)
) STRICT, WITHOUT ROWID;
CREATE INDEX taxon_down ON taxon_up(ancestor, depth, taxon_id);
CREATE TABLE teaching(
  id INTEGER PRIMARY KEY,
  term_id INTEGER NOT NULL REFERENCES term(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  school_id INTEGER NOT NULL REFERENCES school(id),
  grade TEXT NOT NULL,
  class_no INTEGER NOT NULL,
  subject TEXT NOT NULL,
  taxon_id INTEGER NOT NULL DEFAULT 0,
  ended_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX teaching_once ON teaching(term_id, person_id, school_id, grade, class_no, subject)
  WHERE ended_at = 0;
CREATE INDEX teaching_person ON teaching(person_id, term_id);
CREATE INDEX teaching_school ON teaching(school_id, term_id, grade, class_no);
CREATE TABLE term(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  CHECK(first_day < last_day)
) STRICT;
CREATE TABLE timetable_lesson(
  term_id INTEGER NOT NULL REFERENCES term(id),
  school_id INTEGER NOT NULL REFERENCES school(id),
  person_id INTEGER NOT NULL REFERENCES person(id),
  weekday INTEGER NOT NULL CHECK(weekday BETWEEN 1 AND 7),
  period INTEGER NOT NULL CHECK(period BETWEEN 1 AND 20),
  weeks INTEGER NOT NULL CHECK(weeks BETWEEN 0 AND 2),
  class TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(term_id, school_id, person_id, weekday, period, weeks)
) STRICT, WITHOUT ROWID;
CREATE INDEX timetable_lesson_person ON timetable_lesson(person_id, term_id);
CREATE TABLE town(
  id INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL DEFAULT 1,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE CHECK(name <> ''),
  ord INTEGER NOT NULL DEFAULT 0,
  disabled_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE upload(
  id TEXT NOT NULL PRIMARY KEY,
  person INTEGER NOT NULL,
  school INTEGER NOT NULL,
  process TEXT NOT NULL,
  state INTEGER NOT NULL CHECK(state BETWEEN 1 AND 5),
  length INTEGER NOT NULL CHECK(length >= -1),
  resource_id INTEGER NOT NULL DEFAULT 0,
  file_id INTEGER NOT NULL DEFAULT 0,
  modified INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  blob_id INTEGER REFERENCES blob(id),
  verdict INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  path TEXT NOT NULL DEFAULT '',
  metadata TEXT NOT NULL DEFAULT '',
  CHECK((blob_id IS NULL) = (state NOT IN (2, 3)))
) STRICT;
CREATE INDEX upload_blob ON upload(blob_id, state) WHERE blob_id IS NOT NULL;
CREATE INDEX upload_expiry ON upload(state, expires_at);
CREATE INDEX upload_person ON upload(person, state, changed_at, expires_at, length, id);
CREATE TABLE viewer_key(
  person_id INTEGER NOT NULL REFERENCES person(id),
  akey INTEGER NOT NULL,
  PRIMARY KEY(person_id, akey)
) STRICT, WITHOUT ROWID;
CREATE INDEX viewer_key_who ON viewer_key(akey, person_id);
CREATE TABLE viewer_role(
  person_id INTEGER NOT NULL REFERENCES person(id),
  role TEXT NOT NULL,
  scope_kind INTEGER NOT NULL,
  scope_id INTEGER NOT NULL,
  PRIMARY KEY(person_id, role, scope_kind, scope_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX viewer_role_place ON viewer_role(scope_kind, scope_id, role, person_id);
CREATE TABLE viewer_stale(person_id INTEGER NOT NULL PRIMARY KEY) STRICT;
CREATE VIEW works_at AS
  SELECT id AS person_id, school_id, 0 AS from_at, 253402300799000 AS until_at
    FROM person WHERE school_id IS NOT NULL
  UNION ALL
  SELECT person_id, school_id, from_at, until_at FROM posting;
