-- Who begins an upload is asked what of his is still on its way: an answer from the index alone. And few uploads have
-- become a file at any time.
DROP INDEX upload_person;
CREATE INDEX upload_person ON upload(person, state, changed_at, expires_at, length, id);
DROP INDEX upload_blob;
CREATE INDEX upload_blob ON upload(blob_id, state) WHERE blob_id IS NOT NULL;
