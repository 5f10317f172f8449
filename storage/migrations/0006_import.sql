-- What an old net disk was taken in as: source is the SHA-256 of the folder and the title of a file there. A second run
-- finds the resource by it, whatever its author has changed meanwhile.

CREATE TABLE import_source(
  person_id {int} NOT NULL REFERENCES person(id),
  source {text} NOT NULL,
  resource_id {int} NOT NULL REFERENCES resource(id),
  PRIMARY KEY(person_id, source)
) {clustered};
