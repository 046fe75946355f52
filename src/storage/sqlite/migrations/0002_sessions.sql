-- Logins, what ends them, and who did what. Users are named as their table names them. Instants are
-- seconds since 1970; NULL where something has no end.
CREATE TABLE restjwt_session (
  id text NOT NULL PRIMARY KEY,
  user_id NOT NULL,
  created integer NOT NULL,
  last_seen integer NOT NULL,
  idle_limit integer NULL,
  absolute_limit integer NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  ended bool NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX restjwt_session_user ON restjwt_session (user_id, created);
CREATE INDEX restjwt_session_idle_limit ON restjwt_session (idle_limit);

-- AUTOINCREMENT: a number is never given again, so that a reader knows what it has read.
CREATE TABLE restjwt_revocation (
  number integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind text NOT NULL,
  subject NULL,
  not_before integer NOT NULL DEFAULT 0,
  until integer NULL
);
CREATE INDEX restjwt_revocation_subject ON restjwt_revocation (subject, kind, not_before);
CREATE INDEX restjwt_revocation_until ON restjwt_revocation (until);

CREATE TRIGGER restjwt_revocation_of_session AFTER INSERT ON restjwt_revocation
WHEN NEW.kind = 'session' BEGIN
  UPDATE restjwt_session SET ended = 1 WHERE id = NEW.subject;
END;
CREATE TRIGGER restjwt_revocation_of_user AFTER INSERT ON restjwt_revocation
WHEN NEW.kind = 'user' BEGIN
  UPDATE restjwt_session SET ended = 1 WHERE user_id = NEW.subject AND created <= NEW.not_before;
END;
-- Everyone's are ended by being looked up: to mark a million would keep others waiting for too long.

-- How long tokens live, and when a node last said so; -1: for ever.
CREATE TABLE restjwt_token_life (
  seconds integer NOT NULL PRIMARY KEY,
  told integer NOT NULL
);
-- One row: now, and how long the longest of the tokens lives that may still be alive; NULL: nobody
-- has told, negative: for ever.
CREATE VIEW restjwt_token_end AS
SELECT now,
       CASE WHEN EXISTS (SELECT 1 FROM restjwt_token_life WHERE seconds < 0) THEN -1
            ELSE (SELECT max(seconds) FROM restjwt_token_life WHERE told + seconds >= now)
       END AS life
FROM (SELECT CAST(strftime('%s', 'now') AS integer) AS now);

-- Another one after a restored backup; a backup has no row.
CREATE TABLE restjwt_history (id text NOT NULL);
INSERT INTO restjwt_history VALUES (lower(hex(randomblob(16))));

-- Moves when a user is changed, and not when somebody logs in.
CREATE TABLE restjwt_user_counter (value integer NOT NULL);
INSERT INTO restjwt_user_counter VALUES (0);

-- Users whose password is being hashed anew, inside that transaction only.
CREATE TABLE restjwt_rehash (user_id NOT NULL);

CREATE TABLE restjwt_audit (
  number integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  line text NOT NULL
);
CREATE TRIGGER restjwt_audit_update BEFORE UPDATE ON restjwt_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER restjwt_audit_delete BEFORE DELETE ON restjwt_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
