-- Rows of the index hold blocks of three sizes now: what was indexed before is indexed anew, by the job that sees
-- that nothing is left of the index.
TRUNCATE search_vec;
