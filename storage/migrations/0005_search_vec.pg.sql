-- Our own tokens with their positions, those of the title weighted A. Rows stay inline where they fit, so that a phrase
-- is checked without unpacking; no pending list, so that a query never reads one.
CREATE TABLE search_vec(
  id bigint NOT NULL PRIMARY KEY,
  v tsvector NOT NULL
) WITH (toast_tuple_target = 8160);
ALTER TABLE search_vec ALTER COLUMN v SET STORAGE MAIN;
CREATE INDEX search_vec_v ON search_vec USING gin(v) WITH (fastupdate = off);
