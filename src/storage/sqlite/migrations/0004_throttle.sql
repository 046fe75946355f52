-- Failed logins: of an account, of an account from an address that is usual for it, or ('' for the
-- account) of an address. Instants are seconds since 1970.
CREATE TABLE restjwt_throttle (
  account text NOT NULL,
  address text NOT NULL,
  failures integer NOT NULL,
  since integer NOT NULL,
  bans integer NOT NULL,
  until integer NULL,
  forget integer NOT NULL,
  PRIMARY KEY (account, address)
) WITHOUT ROWID;
CREATE INDEX restjwt_throttle_until ON restjwt_throttle (until) WHERE until IS NOT NULL;
CREATE INDEX restjwt_throttle_forget ON restjwt_throttle (forget);

-- Where users have logged in from.
CREATE TABLE restjwt_usual_address (
  account text NOT NULL,
  address text NOT NULL,
  seen integer NOT NULL,
  PRIMARY KEY (account, address)
) WITHOUT ROWID;
CREATE INDEX restjwt_usual_address_seen ON restjwt_usual_address (seen);

-- Of names that nobody has: what was typed may be a password.
CREATE TABLE restjwt_throttle_salt (salt text NOT NULL);
INSERT INTO restjwt_throttle_salt VALUES (lower(hex(randomblob(16))));
