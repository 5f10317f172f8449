-- Who has which lesson when in a term: imported school by school. weeks: 0 every week, 1 odd ones, 2 even ones.
CREATE TABLE timetable_lesson(
  term_id {int} NOT NULL REFERENCES term(id),
  school_id {int} NOT NULL REFERENCES school(id),
  person_id {int} NOT NULL REFERENCES person(id),
  weekday {int} NOT NULL CHECK(weekday BETWEEN 1 AND 7),
  period {int} NOT NULL CHECK(period BETWEEN 1 AND 20),
  weeks {int} NOT NULL CHECK(weeks BETWEEN 0 AND 2),
  class {text} NOT NULL DEFAULT '',
  subject {text} NOT NULL DEFAULT '',
  PRIMARY KEY(term_id, school_id, person_id, weekday, period, weeks)
) {clustered};
CREATE INDEX timetable_lesson_person ON timetable_lesson(person_id, term_id);
