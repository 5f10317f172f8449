-- What is being talked about in a 集体备课 at the moment, and how long it may last.
CREATE TABLE prep_timer(
  session_id {int} NOT NULL PRIMARY KEY REFERENCES prep_session(id),
  words {text} NOT NULL CHECK(words <> ''),
  began_at {int} NOT NULL,
  ms {int} NOT NULL CHECK(ms > 0)
) {clustered};
