-- The secret address under which a calendar program reads somebody's calendar. Its secret follows from the house's key and
-- from when it was made, so that one made anew, or taken away and made again, opens nothing for who has the old one.
CREATE TABLE calendar_feed(
  person_id {int} NOT NULL PRIMARY KEY REFERENCES person(id),
  made_at {int} NOT NULL
) {clustered};
