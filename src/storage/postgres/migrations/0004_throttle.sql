-- Failed logins: of an account, of an account from an address that is usual for it, or ('' for the
-- account) of an address. Instants are seconds since 1970.
CREATE TABLE restjwt_throttle (
  account text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  failures bigint NOT NULL,
  since bigint NOT NULL,
  bans bigint NOT NULL,
  until bigint NULL,
  forget bigint NOT NULL,
  PRIMARY KEY (account, address)
);
CREATE INDEX restjwt_throttle_until ON restjwt_throttle (until) WHERE until IS NOT NULL;
CREATE INDEX restjwt_throttle_forget ON restjwt_throttle (forget);

-- Where users have logged in from.
CREATE TABLE restjwt_usual_address (
  account text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  seen bigint NOT NULL,
  PRIMARY KEY (account, address)
);
CREATE INDEX restjwt_usual_address_seen ON restjwt_usual_address (seen);

-- Of names that nobody has: what was typed may be a password.
CREATE TABLE restjwt_throttle_salt (salt text NOT NULL);
INSERT INTO restjwt_throttle_salt VALUES (gen_random_uuid());
