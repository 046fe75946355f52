-- The refresh tokens of a session that were exchanged, where they are rotated; see
-- restjwt/auth/rotation.hpp. Of a token only its fingerprint.
CREATE TABLE restjwt_refresh (
  session_id text NOT NULL PRIMARY KEY,
  head text NOT NULL,
  parent text NOT NULL,
  child_id text NOT NULL,
  child_issued integer NOT NULL,
  exchanged integer NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER restjwt_session_gone AFTER DELETE ON restjwt_session BEGIN
  DELETE FROM restjwt_refresh WHERE session_id = OLD.id;
END;

-- What ended everyone stays in the log while there is a session from before it.
CREATE INDEX restjwt_session_created ON restjwt_session (created);
