-- Logins, what ends them, and who did what. Users are named as their table names them, as text.
-- Instants are seconds since 1970; NULL where something has no end.
CREATE TABLE restjwt_session (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  created bigint NOT NULL,
  last_seen bigint NOT NULL,
  idle_limit bigint NULL,
  absolute_limit bigint NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  ended boolean NOT NULL DEFAULT false
);
CREATE INDEX restjwt_session_user ON restjwt_session (user_id, created);
CREATE INDEX restjwt_session_idle_limit ON restjwt_session (idle_limit);

-- `subject`: a fingerprint, a user's id or a kid.
CREATE TABLE restjwt_revocation (
  number bigint NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  subject text COLLATE "C" NULL,
  not_before bigint NOT NULL,
  until bigint NULL
);
CREATE INDEX restjwt_revocation_subject ON restjwt_revocation (subject, kind, not_before);
CREATE INDEX restjwt_revocation_of_everyone ON restjwt_revocation (not_before)
  WHERE kind = 'everyone';
CREATE INDEX restjwt_revocation_until ON restjwt_revocation (until);

-- One row. The number of the newest revocation is the highest in restjwt_revocation, or `number`, when
-- that one was purged, and comes from no sequence: who has read up to a number can rely on it that no
-- lower one is still to be committed. `history` is another one after a backup was restored: then the
-- table is another than the one that `home` tells.
CREATE TABLE restjwt_log (
  number bigint NOT NULL,
  history text NOT NULL,
  home text NOT NULL
);
CREATE FUNCTION restjwt_home(log oid) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws('.', log, (SELECT oid FROM pg_database WHERE datname = current_database()),
                   (SELECT system_identifier FROM pg_control_system()))
$$;
CREATE UNIQUE INDEX restjwt_log_one_row ON restjwt_log ((true));
INSERT INTO restjwt_log VALUES (0, gen_random_uuid(), '');
UPDATE restjwt_log SET home = restjwt_home(tableoid);

-- How often users were changed: the sum. Who changes one counts in a row that nobody else holds, so
-- that nobody waits for somebody else's long transaction.
CREATE TABLE restjwt_user_change (
  slot bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  count bigint NOT NULL
) WITH (fillfactor = 50);

-- How long tokens live, and when a node last said so; -1: for ever.
CREATE TABLE restjwt_token_life (
  seconds bigint NOT NULL PRIMARY KEY,
  told bigint NOT NULL
);

-- Of the tokens that may still be alive, how long the longest lives; NULL: nobody has told, negative:
-- for ever.
CREATE FUNCTION restjwt_longest_life(now_seconds bigint) RETURNS bigint LANGUAGE sql AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM restjwt_token_life WHERE seconds < 0) THEN -1
              ELSE (SELECT max(seconds) FROM restjwt_token_life
                    WHERE told + seconds >= now_seconds) END
$$;

CREATE FUNCTION restjwt_now() RETURNS bigint LANGUAGE sql AS $$
  SELECT floor(extract(epoch FROM clock_timestamp()))::bigint
$$;

CREATE TABLE restjwt_audit (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  line text NOT NULL
);
CREATE FUNCTION restjwt_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER restjwt_audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON restjwt_audit
  EXECUTE FUNCTION restjwt_refuse_change();

-- Who opens sessions or notes them holds this lock together with others, who ends some holds it
-- alone, until the transaction ends: a session that is being opened is either ended or refused.
CREATE FUNCTION restjwt_lock_sessions(alone boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF alone THEN PERFORM pg_advisory_xact_lock(1919578228, 1);
  ELSE PERFORM pg_advisory_xact_lock_shared(1919578228, 1);
  END IF;
END $$;

-- Numbers the revocation and ends the sessions that it is about. That of a user moves on to the
-- newest session that he has, in case the clock of the node that opened it is ahead.
CREATE FUNCTION restjwt_append(
  new_kind text, new_subject text, new_not_before bigint, new_until bigint
) RETURNS restjwt_revocation LANGUAGE plpgsql AS $$
DECLARE
  newest bigint;
  life bigint;
  purged bigint;
  appended restjwt_revocation;
BEGIN
  PERFORM restjwt_lock_sessions(true);
  IF new_kind = 'user' THEN
    SELECT max(created) INTO newest FROM restjwt_session
      WHERE user_id = new_subject AND NOT ended;
    IF newest > new_not_before THEN
      new_until := new_until + newest - new_not_before;
      new_not_before := newest;
    END IF;
    UPDATE restjwt_session SET ended = true
      WHERE user_id = new_subject AND created <= new_not_before AND NOT ended;
  ELSIF new_kind = 'session' THEN
    UPDATE restjwt_session SET ended = true WHERE id = new_subject AND NOT ended;
  END IF;
  IF new_until IS NOT NULL THEN
    life := restjwt_longest_life(restjwt_now());
    new_until := CASE WHEN life < 0 THEN NULL
                      ELSE greatest(new_until, restjwt_now() + life) END;
  END IF;
  -- Everyone's are ended by being looked up: to mark a million would take longer than a statement
  -- may.
  -- The row is locked and not written, since a transaction may change a million users; who sees an
  -- older one (REPEATABLE READ) fails.
  SELECT number INTO purged FROM restjwt_log FOR UPDATE;
  INSERT INTO restjwt_revocation
    SELECT greatest(purged, max(number)) + 1, new_kind, new_subject, new_not_before, new_until
    FROM restjwt_revocation
    RETURNING * INTO appended;
  PERFORM pg_notify('restjwt', 'revocation');
  RETURN appended;
END $$;

CREATE FUNCTION restjwt_has_ended(session_id text, session_user_id text, session_created bigint)
RETURNS boolean LANGUAGE sql AS $$
  SELECT
    EXISTS (SELECT FROM restjwt_revocation WHERE subject = session_id AND kind = 'session') OR
    EXISTS (SELECT FROM restjwt_revocation
            WHERE subject = session_user_id AND kind = 'user' AND not_before >= session_created) OR
    EXISTS (SELECT FROM restjwt_revocation
            WHERE kind = 'everyone' AND not_before >= session_created)
$$;

-- Returns NULL, or the first second that the session may begin in. Whoever calls this holds the
-- user's row.
CREATE FUNCTION restjwt_open_session(
  new_id text, new_user_id text, new_created bigint, new_last_seen bigint,
  new_idle_limit bigint, new_absolute_limit bigint, new_address text, new_user_agent text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  ended_up_to bigint;
BEGIN
  PERFORM restjwt_lock_sessions(false);
  SELECT max(not_before) INTO ended_up_to FROM (
    SELECT not_before FROM restjwt_revocation WHERE subject = new_user_id AND kind = 'user'
    UNION ALL SELECT not_before FROM restjwt_revocation WHERE kind = 'everyone') AS ends;
  IF ended_up_to >= new_created THEN RETURN ended_up_to + 1; END IF;
  IF EXISTS (SELECT FROM restjwt_session WHERE id = new_id AND ended) OR
     restjwt_has_ended(new_id, new_user_id, new_created) THEN
    RETURN new_created + 1;
  END IF;
  INSERT INTO restjwt_session
    VALUES (new_id, new_user_id, new_created, new_last_seen, new_idle_limit, new_absolute_limit,
            new_address, new_user_agent)
    ON CONFLICT (id) DO UPDATE SET
      last_seen = EXCLUDED.last_seen, idle_limit = EXCLUDED.idle_limit,
      absolute_limit = EXCLUDED.absolute_limit, address = EXCLUDED.address,
      user_agent = EXCLUDED.user_agent;
  RETURN NULL;
END $$;

-- An array of objects with the names of the columns. In the order of the ids, so that no two wait
-- for each other.
CREATE FUNCTION restjwt_note_seen(sessions jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  seen restjwt_session;
BEGIN
  PERFORM restjwt_lock_sessions(false);
  FOR seen IN
    SELECT * FROM jsonb_populate_recordset(NULL::restjwt_session, sessions) ORDER BY id
  LOOP
    -- One that is not known may have been ended, and purged, meanwhile.
    seen.ended := restjwt_has_ended(seen.id, seen.user_id, seen.created);
    INSERT INTO restjwt_session AS known VALUES (seen.*)
      ON CONFLICT (id) DO UPDATE SET
        last_seen = greatest(known.last_seen, EXCLUDED.last_seen),
        idle_limit = CASE WHEN known.idle_limit IS NULL OR EXCLUDED.idle_limit IS NULL THEN NULL
                          ELSE greatest(known.idle_limit, EXCLUDED.idle_limit) END;
  END LOOP;
END $$;

-- Writers of the audit log hold this lock together, as restjwt itself does.
CREATE FUNCTION restjwt_record(event text, name text, value text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(1919578228, 2);
  INSERT INTO restjwt_audit (line) VALUES (json_build_object(
    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'event', event, name, value));
END $$;

CREATE FUNCTION restjwt_is_active(flag text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(flag NOT IN ('false', '0'), false)
$$;

-- Once in a transaction, which may change a million users.
CREATE FUNCTION restjwt_count_user_change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  this_transaction text := pg_current_xact_id();
  free_slot bigint;
BEGIN
  IF current_setting('restjwt.counted', true) = this_transaction THEN RETURN; END IF;
  PERFORM set_config('restjwt.counted', this_transaction, true);
  PERFORM pg_notify('restjwt', 'user');
  SELECT slot INTO free_slot FROM restjwt_user_change LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF free_slot IS NULL THEN INSERT INTO restjwt_user_change (count) VALUES (1);
  ELSE UPDATE restjwt_user_change SET count = count + 1 WHERE slot = free_slot;
  END IF;
END $$;

-- Of the table of users, at the end of each transaction that changed one, so that nobody waits for
-- the rest of it. Arguments: the columns id, password and is_active ('' where there is none).
-- With the rights of its owner: Django's role needs none on our tables.
CREATE FUNCTION restjwt_user_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  was jsonb;
  is_now jsonb;
  now_seconds bigint;
  life bigint;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
  IF TG_OP = 'UPDATE' THEN
    is_now := to_jsonb(NEW);
    -- A login at Django: nobody has to be read anew for that.
    IF was - 'last_login' = is_now - 'last_login' THEN RETURN NULL; END IF;
  END IF;
  PERFORM restjwt_count_user_change();
  IF TG_OP = 'INSERT' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    -- Set by who writes a better hash of the same password.
    IF (was -> TG_ARGV[1] IS NOT DISTINCT FROM is_now -> TG_ARGV[1] OR
        current_setting('restjwt.rehash', true) = 'on') AND
       (TG_ARGV[2] = '' OR NOT restjwt_is_active(was ->> TG_ARGV[2]) OR
        restjwt_is_active(is_now ->> TG_ARGV[2])) THEN
      RETURN NULL;
    END IF;
  END IF;

  PERFORM restjwt_lock_sessions(true);
  now_seconds := restjwt_now();
  life := restjwt_longest_life(now_seconds);
  PERFORM restjwt_append('user', was ->> TG_ARGV[0], now_seconds,
                         CASE WHEN life >= 0 THEN now_seconds + life END);
  PERFORM restjwt_record(CASE TG_OP WHEN 'DELETE' THEN 'user_deleted' ELSE 'user_changed' END,
                         'user_id', was ->> TG_ARGV[0]);
  RETURN NULL;
END $$;

-- Nobody has a session any more whose table of users was emptied.
CREATE FUNCTION restjwt_end_everyone(reason text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  ended_up_to bigint;
  life bigint;
BEGIN
  PERFORM restjwt_lock_sessions(true);
  SELECT greatest(restjwt_now(), max(created)) INTO ended_up_to FROM restjwt_session;
  life := restjwt_longest_life(restjwt_now());
  PERFORM restjwt_append('everyone', NULL, ended_up_to,
                         CASE WHEN life >= 0 THEN ended_up_to + life END);
  PERFORM restjwt_record('everyone_ended', 'reason', reason);
END $$;

CREATE FUNCTION restjwt_users_truncated() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM restjwt_count_user_change();
  PERFORM restjwt_end_everyone('the table of users was emptied');
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION restjwt_users_truncated() FROM PUBLIC;
REVOKE ALL ON FUNCTION restjwt_user_changed() FROM PUBLIC;

-- Wherever a caller looks for tables, our functions find ours, and nobody's temporary ones.
DO $$
DECLARE
  ours text;
BEGIN
  FOR ours IN
    SELECT oid::regprocedure FROM pg_proc
    WHERE proname LIKE 'restjwt\_%' AND pronamespace = current_schema()::regnamespace
      AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'sql')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', ours, current_schema());
  END LOOP;
END $$;
