-- The refresh tokens of a session that were exchanged, where they are rotated; see
-- restjwt/auth/rotation.hpp. Of a token only its fingerprint.
CREATE TABLE restjwt_refresh (
  session_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES restjwt_session (id)
    ON DELETE CASCADE,
  head text NOT NULL,
  parent text NOT NULL,
  child_id text NOT NULL,
  child_issued bigint NOT NULL,
  exchanged bigint NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL
) WITH (fillfactor = 50);

-- What ended everyone stays in the log while there is a session from before it.
CREATE INDEX restjwt_session_created ON restjwt_session (created);
