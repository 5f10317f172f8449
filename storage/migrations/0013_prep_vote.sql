-- A quick vote in a 集体备课: the host asks, each who takes part chooses one of the options and may choose again until it
-- is closed. Who chose what is told to nobody.
CREATE TABLE prep_vote(
  id {id},
  session_id {int} NOT NULL REFERENCES prep_session(id),
  person_id {int} NOT NULL REFERENCES person(id),
  question {text} NOT NULL CHECK(question <> ''),
  at {int} NOT NULL,
  closed_at {int} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX prep_vote_of ON prep_vote(session_id, id);

CREATE TABLE prep_option(
  vote_id {int} NOT NULL REFERENCES prep_vote(id),
  ord {int} NOT NULL CHECK(ord BETWEEN 1 AND 8),
  words {text} NOT NULL CHECK(words <> ''),
  PRIMARY KEY(vote_id, ord)
) {clustered};

CREATE TABLE prep_ballot(
  vote_id {int} NOT NULL REFERENCES prep_vote(id),
  person_id {int} NOT NULL REFERENCES person(id),
  ord {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY(vote_id, person_id),
  FOREIGN KEY(vote_id, ord) REFERENCES prep_option(vote_id, ord)
) {clustered};
