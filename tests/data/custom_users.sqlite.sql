-- Tables of custom user models, as `manage.py sqlmigrate` of Django 3.2.25 makes them on SQLite:
-- EmailUser (USERNAME_FIELD email, with PermissionsMixin), UuidUser (id UUIDField, USERNAME_FIELD
-- login), KeyedUser (jwt_secret UUIDField) and Profile (a OneToOneField to UuidUser).
CREATE TABLE "accounts_keyeduser" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "username" varchar(150) NOT NULL UNIQUE, "jwt_secret" char(32) NOT NULL);
CREATE TABLE "accounts_uuiduser" ("password" varchar(128) NOT NULL, "last_login" datetime NULL, "id" char(32) NOT NULL PRIMARY KEY, "login" varchar(150) NOT NULL UNIQUE, "is_active" bool NOT NULL);
CREATE TABLE "accounts_profile" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "secret" varchar(64) NOT NULL, "user_id" char(32) NOT NULL UNIQUE REFERENCES "accounts_uuiduser" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "accounts_emailuser" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "email" varchar(254) NOT NULL UNIQUE, "is_active" bool NOT NULL, "is_staff" bool NOT NULL);
