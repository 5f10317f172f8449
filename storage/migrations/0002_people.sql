-- People and rights: who there is, who belongs where and since when, who may what, who is in, who did what.
-- Times are ms UTC; an interval is [from_at, until_at), 253402300799000 (end of 9999) standing for "no end".
-- Nothing here is deleted: disabled_at > 0 says since when something is out of use.

CREATE TABLE town(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  code {text} NOT NULL UNIQUE,
  name {text} NOT NULL UNIQUE CHECK(name <> ''),
  ord {int} NOT NULL DEFAULT 0,
  disabled_at {int} NOT NULL DEFAULT 0
) {strict};

-- type: the statistics code of the kind of school (211 primary … 345), ord: the county's own order number.
CREATE TABLE school(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  uuid {text} NOT NULL UNIQUE,
  code {text} NOT NULL UNIQUE CHECK(code <> ''),
  name {text} NOT NULL UNIQUE CHECK(name <> ''),
  pinyin {text} NOT NULL DEFAULT '',
  initials {text} NOT NULL DEFAULT '',
  type {text} NOT NULL DEFAULT '',
  town_id {int} REFERENCES town(id),
  ord {int} NOT NULL DEFAULT 0,
  pupils {int} NOT NULL DEFAULT 0,
  created_at {int} NOT NULL,
  disabled_at {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX school_order ON school(ord, id);
CREATE INDEX school_town ON school(town_id);

CREATE TABLE edu_group(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  uuid {text} NOT NULL UNIQUE,
  name {text} NOT NULL UNIQUE CHECK(name <> ''),
  mode {text} NOT NULL CHECK(mode IN ('tight', 'entrusted', 'alliance')),
  lead_school {int} NOT NULL REFERENCES school(id),
  ord {int} NOT NULL DEFAULT 0,
  founded_at {int} NOT NULL,
  disabled_at {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX edu_group_lead ON edu_group(lead_school);

CREATE TABLE group_member(
  id {id},
  group_id {int} NOT NULL REFERENCES edu_group(id),
  school_id {int} NOT NULL REFERENCES school(id),
  from_at {int} NOT NULL,
  until_at {int} NOT NULL DEFAULT 253402300799000,
  CHECK(from_at <= until_at)
) {strict};
CREATE INDEX group_member_group ON group_member(group_id, from_at);
CREATE INDEX group_member_school ON group_member(school_id, from_at);
-- Nobody is twice a member without an end.
CREATE UNIQUE INDEX group_member_open ON group_member(group_id, school_id) WHERE until_at = 253402300799000;

-- keys_until: when something time-limited begins or ends and the rows of viewer_key must be made again.
CREATE TABLE person(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  uuid {text} NOT NULL UNIQUE,
  login {text} NOT NULL UNIQUE CHECK(login <> ''),
  staff_no {text} NOT NULL DEFAULT '',
  phone {text} NOT NULL DEFAULT '',
  school_id {int} REFERENCES school(id),
  name {text} NOT NULL CHECK(name <> ''),
  pinyin {text} NOT NULL DEFAULT '',
  initials {text} NOT NULL DEFAULT '',
  subject {text} NOT NULL DEFAULT '',
  grade {text} NOT NULL DEFAULT '',
  title {text} NOT NULL DEFAULT '',
  created_at {int} NOT NULL,
  disabled_at {int} NOT NULL DEFAULT 0,
  keys_until {int} NOT NULL DEFAULT 0
) {strict};
CREATE UNIQUE INDEX person_staff ON person(school_id, staff_no) WHERE staff_no <> '';
CREATE INDEX person_staff_no ON person(staff_no) WHERE staff_no <> '';
CREATE INDEX person_phone ON person(phone) WHERE phone <> '';
CREATE INDEX person_school ON person(school_id, pinyin, id);
CREATE INDEX person_order ON person(pinyin, id);
CREATE INDEX person_keys ON person(keys_until);

-- Further schools of a person (走教, 支教, 交流): they give rights while they last.
CREATE TABLE posting(
  id {id},
  person_id {int} NOT NULL REFERENCES person(id),
  school_id {int} NOT NULL REFERENCES school(id),
  form {text} NOT NULL DEFAULT '',
  from_at {int} NOT NULL,
  until_at {int} NOT NULL DEFAULT 253402300799000,
  CHECK(from_at <= until_at)
) {strict};
CREATE INDEX posting_person ON posting(person_id, from_at);
CREATE INDEX posting_school ON posting(school_id, from_at);

-- 教研组 (subject) of a school, 备课组 (prep) of a school or across the schools of a group.
CREATE TABLE dept(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  uuid {text} NOT NULL UNIQUE,
  kind {text} NOT NULL CHECK(kind IN ('subject', 'prep')),
  name {text} NOT NULL CHECK(name <> ''),
  school_id {int} REFERENCES school(id),
  group_id {int} REFERENCES edu_group(id),
  subject {text} NOT NULL DEFAULT '',
  grade {text} NOT NULL DEFAULT '',
  created_at {int} NOT NULL,
  disabled_at {int} NOT NULL DEFAULT 0,
  CHECK((school_id IS NULL) <> (group_id IS NULL))
) {strict};
CREATE UNIQUE INDEX dept_of_school ON dept(school_id, name) WHERE school_id IS NOT NULL;
CREATE UNIQUE INDEX dept_of_group ON dept(group_id, name) WHERE group_id IS NOT NULL;

CREATE TABLE dept_member(
  id {id},
  dept_id {int} NOT NULL REFERENCES dept(id),
  person_id {int} NOT NULL REFERENCES person(id),
  leader {int} NOT NULL DEFAULT 0 CHECK(leader IN (0, 1)),
  from_at {int} NOT NULL,
  until_at {int} NOT NULL DEFAULT 253402300799000,
  CHECK(from_at <= until_at)
) {strict};
CREATE INDEX dept_member_dept ON dept_member(dept_id, from_at);
CREATE INDEX dept_member_person ON dept_member(person_id, from_at);
CREATE UNIQUE INDEX dept_member_open ON dept_member(dept_id, person_id) WHERE until_at = 253402300799000;

-- A role held at a place. scope_kind as in audience keys: 3 school, 4 group, 5 county (scope_id 1), and 6 town.
-- 备课组长 and teacher are not here: they follow from dept_member and from where one works.
CREATE TABLE role_grant(
  id {id},
  person_id {int} NOT NULL REFERENCES person(id),
  role {text} NOT NULL,
  scope_kind {int} NOT NULL CHECK(scope_kind BETWEEN 3 AND 6),
  scope_id {int} NOT NULL,
  from_at {int} NOT NULL,
  until_at {int} NOT NULL DEFAULT 253402300799000,
  granted_by {int} REFERENCES person(id),
  CHECK(from_at <= until_at)
) {strict};
CREATE INDEX role_grant_person ON role_grant(person_id, from_at);
CREATE INDEX role_grant_scope ON role_grant(scope_kind, scope_id);
CREATE UNIQUE INDEX role_grant_open ON role_grant(person_id, role, scope_kind, scope_id)
  WHERE until_at = 253402300799000;

-- What follows from all of the above at this moment, made again in the transaction that changes any of it.
CREATE TABLE viewer_key(
  person_id {int} NOT NULL REFERENCES person(id),
  akey {int} NOT NULL,
  PRIMARY KEY(person_id, akey)
) {clustered};
CREATE INDEX viewer_key_who ON viewer_key(akey, person_id);
CREATE TABLE viewer_role(
  person_id {int} NOT NULL REFERENCES person(id),
  role {text} NOT NULL,
  scope_kind {int} NOT NULL,
  scope_id {int} NOT NULL,
  PRIMARY KEY(person_id, role, scope_kind, scope_id)
) {clustered};
CREATE INDEX viewer_role_place ON viewer_role(scope_kind, scope_id, role, person_id);
-- Those whose rows are to be made again before the transaction ends; empty outside of one.
CREATE TABLE viewer_stale(person_id {int} NOT NULL PRIMARY KEY) {strict};

-- Where a person works, and when.
CREATE VIEW works_at AS
  SELECT id AS person_id, school_id, 0 AS from_at, 253402300799000 AS until_at
    FROM person WHERE school_id IS NOT NULL
  UNION ALL
  SELECT person_id, school_id, from_at, until_at FROM posting;

-- ---- the school's year

CREATE TABLE term(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  key {text} NOT NULL UNIQUE,
  name {text} NOT NULL,
  first_day {int} NOT NULL,
  last_day {int} NOT NULL,
  CHECK(first_day < last_day)
) {strict};
CREATE TABLE day_change(
  id {id},
  term_id {int} NOT NULL REFERENCES term(id),
  day {int} NOT NULL UNIQUE,
  kind {text} NOT NULL CHECK(kind IN ('holiday', 'work')),
  weekday {int} NOT NULL DEFAULT 0 CHECK(weekday BETWEEN 0 AND 7),
  name {text} NOT NULL DEFAULT '',
  CHECK((kind = 'work') = (weekday > 0))
) {strict};
CREATE INDEX day_change_term ON day_change(term_id, day);

CREATE TABLE bell(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  school_id {int} NOT NULL REFERENCES school(id),
  name {text} NOT NULL,
  from_day {int} NOT NULL,
  UNIQUE(school_id, from_day)
) {strict};
CREATE TABLE bell_period(
  bell_id {int} NOT NULL REFERENCES bell(id),
  ord {int} NOT NULL,
  name {text} NOT NULL,
  lesson {int} NOT NULL CHECK(lesson IN (0, 1)),
  start_min {int} NOT NULL CHECK(start_min BETWEEN 0 AND 1439),
  end_min {int} NOT NULL CHECK(end_min BETWEEN 1 AND 1440),
  PRIMARY KEY(bell_id, ord),
  CHECK(start_min < end_min)
) {clustered};

-- Who teaches which class which subject by which book (a volume of the library's taxonomy) in which term.
CREATE TABLE teaching(
  id {id},
  term_id {int} NOT NULL REFERENCES term(id),
  person_id {int} NOT NULL REFERENCES person(id),
  school_id {int} NOT NULL REFERENCES school(id),
  grade {text} NOT NULL,
  class_no {int} NOT NULL,
  subject {text} NOT NULL,
  taxon_id {int} NOT NULL DEFAULT 0,
  ended_at {int} NOT NULL DEFAULT 0
) {strict};
CREATE UNIQUE INDEX teaching_once ON teaching(term_id, person_id, school_id, grade, class_no, subject)
  WHERE ended_at = 0;
CREATE INDEX teaching_person ON teaching(person_id, term_id);
CREATE INDEX teaching_school ON teaching(school_id, term_id, grade, class_no);

-- Which edition a school uses for a grade and subject, by school year (2025 stands for 2025—2026).
CREATE TABLE adoption(
  id {id},
  rev {int} NOT NULL DEFAULT 1,
  school_id {int} NOT NULL REFERENCES school(id),
  year {int} NOT NULL,
  grade {text} NOT NULL,
  subject {text} NOT NULL,
  edition {text} NOT NULL,
  UNIQUE(school_id, year, grade, subject)
) {strict};

-- ---- being in

CREATE TABLE password(
  person_id {int} NOT NULL PRIMARY KEY REFERENCES person(id),
  hash {text} NOT NULL,
  must_change {int} NOT NULL DEFAULT 0,
  changed_at {int} NOT NULL
) {strict};

-- A browser that logged in before: its failures are counted apart, so that nobody else's lock it out.
CREATE TABLE device(
  id {id},
  person_id {int} NOT NULL REFERENCES person(id),
  token_hash {blob} NOT NULL UNIQUE,
  first_at {int} NOT NULL,
  last_at {int} NOT NULL
) {strict};
CREATE INDEX device_person ON device(person_id, last_at);

-- Wrong passwords in a row. who: SHA-256 of the person, the device, or of a name nobody has, so that a lock does
-- not tell which accounts there are.
CREATE TABLE login_fail(
  who {blob} NOT NULL PRIMARY KEY,
  fails {int} NOT NULL,
  failed_at {int} NOT NULL
) {strict};
CREATE INDEX login_fail_at ON login_fail(failed_at);

CREATE TABLE session(
  id {id},
  person_id {int} NOT NULL REFERENCES person(id),
  token_hash {blob} NOT NULL UNIQUE,
  created_at {int} NOT NULL,
  seen_at {int} NOT NULL,
  ended_at {int} NOT NULL DEFAULT 0,
  ip {text} NOT NULL DEFAULT '',
  agent {text} NOT NULL DEFAULT ''
) {strict};
CREATE INDEX session_person ON session(person_id, ended_at, seen_at);

-- scopes: a sum of 1 read, 2 write, 4 admin.
CREATE TABLE api_token(
  id {id},
  person_id {int} NOT NULL REFERENCES person(id),
  name {text} NOT NULL,
  token_hash {blob} NOT NULL UNIQUE,
  scopes {int} NOT NULL CHECK(scopes BETWEEN 1 AND 7),
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  used_at {int} NOT NULL DEFAULT 0,
  revoked_at {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX api_token_person ON api_token(person_id, id);

-- ---- what was done

-- Append-only (the triggers of 0002_people_z_audit) and chained: hash covers the row and the hash before it.
CREATE TABLE audit_log(
  seq {int} NOT NULL PRIMARY KEY,
  at {int} NOT NULL,
  person_id {int} NOT NULL,
  session_id {int} NOT NULL,
  ip {text} NOT NULL,
  action {text} NOT NULL,
  noun {text} NOT NULL,
  noun_id {int} NOT NULL,
  detail {text} NOT NULL,
  hash {blob} NOT NULL
) {strict};
CREATE INDEX audit_log_person ON audit_log(person_id, seq);
CREATE INDEX audit_log_action ON audit_log(action, seq);
CREATE INDEX audit_log_noun ON audit_log(noun, noun_id, seq);
-- The end of the chain, so that a cut tail shows.
CREATE TABLE audit_head(
  id {int} NOT NULL PRIMARY KEY CHECK(id = 1),
  seq {int} NOT NULL,
  hash {blob} NOT NULL
) {strict};
