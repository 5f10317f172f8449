-- Images of live documents. A document's text names them by their number; they stay, because its history does too.
CREATE TABLE doc_image(
  id {id},
  doc_id {int} NOT NULL REFERENCES doc(id),
  blob_id {int} NOT NULL REFERENCES blob(id),
  name {text} NOT NULL,
  person {int} NOT NULL REFERENCES person(id),
  at {int} NOT NULL
) {strict};
CREATE INDEX doc_image_doc ON doc_image(doc_id, id);
CREATE INDEX doc_image_blob ON doc_image(blob_id);
