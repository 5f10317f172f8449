-- A document that others may begin theirs with.
ALTER TABLE doc ADD COLUMN template {int} NOT NULL DEFAULT 0 CHECK(template IN (0, 1));
