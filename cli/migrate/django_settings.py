# Prints what restjwt must know of this Django site, as one JSON object on standard output.
# It only reads, and prints no secret: a key appears as the place where it stands, and its length.
from __future__ import print_function

import datetime
import importlib
import inspect
import json
import os
import sys
from collections import OrderedDict

import django
from django.conf import settings

try:
    from django.apps import apps
    if not apps.ready:  # run as a program of its own, not inside manage.py shell
        django.setup()
except ImportError:
    pass

from django.contrib.auth import get_user_model
from django.db import router

try:
    from urllib.parse import quote
except ImportError:
    from urllib import quote

KEYS = ["JWT_SECRET_KEY", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY"]
HANDLERS = ["JWT_ENCODE_HANDLER", "JWT_DECODE_HANDLER", "JWT_PAYLOAD_HANDLER",
            "JWT_PAYLOAD_GET_USER_ID_HANDLER", "JWT_PAYLOAD_GET_USERNAME_HANDLER",
            "JWT_RESPONSE_PAYLOAD_HANDLER", "JWT_GET_USER_SECRET_KEY"]
VALUES = ["JWT_ALGORITHM", "JWT_INSIST_ON_KID", "JWT_TOKEN_ID", "JWT_VERIFY",
          "JWT_VERIFY_EXPIRATION", "JWT_LEEWAY", "JWT_EXPIRATION_DELTA", "JWT_AUDIENCE",
          "JWT_ISSUER", "JWT_ALLOW_REFRESH", "JWT_REFRESH_EXPIRATION_DELTA",
          "JWT_AUTH_HEADER_PREFIX", "JWT_AUTH_COOKIE", "JWT_AUTH_COOKIE_DOMAIN",
          "JWT_AUTH_COOKIE_PATH", "JWT_AUTH_COOKIE_SECURE", "JWT_AUTH_COOKIE_SAMESITE",
          "JWT_IMPERSONATION_COOKIE", "JWT_PAYLOAD_INCLUDE_USER_ID",
          "JWT_DELETE_STALE_BLACKLISTED_TOKENS"]
# Columns restjwt reads; of these it fills the ones a new user needs.
COLUMNS = ["password", "is_active", "email", "first_name", "last_name", "is_staff", "is_superuser",
           "date_joined", "last_login"]
text_type = type(u"")


def dotted(thing):
    if isinstance(thing, (text_type, str)):
        return thing
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", None)
    if name is None:
        thing = type(thing)
        name = getattr(thing, "__qualname__", thing.__name__)
    return "%s.%s" % (thing.__module__, name)


def plain(value):
    if value is None or isinstance(value, (bool, int, float, text_type, str)):
        return value
    if isinstance(value, datetime.timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if callable(value):
        return {"function": dotted(value)}
    return {"object": dotted(type(value))}


def one_key(value, place):
    is_bytes = isinstance(value, bytes) and bytes is not str
    if isinstance(value, text_type):
        value = value.encode("utf-8")
    if not isinstance(value, bytes):
        return {"secret": place, "kind": "object", "length": 0}
    secret_key = settings.SECRET_KEY
    if isinstance(secret_key, text_type):
        secret_key = secret_key.encode("utf-8")
    if value == secret_key:
        place = "settings.SECRET_KEY"
    reference = {"secret": place, "length": len(value), "bytes": is_bytes}
    if b"-----BEGIN" in value:
        reference["kind"] = "pem"
    return reference


def keys(value, place):
    if not value:
        return None
    if isinstance(value, dict):
        return OrderedDict((text_type(kid), one_key(key, "%s[%d]" % (place, at)))
                           for at, (kid, key) in enumerate(value.items()))  # the first one signs
    if isinstance(value, (list, tuple)):
        return [one_key(key, "%s[%d]" % (place, at)) for at, key in enumerate(value)]
    return one_key(value, place)


def jwt_setting(name, value):
    if name in KEYS:
        return keys(value, "JWT_AUTH." + name)
    if name in HANDLERS:
        return None if value is None else {"function": dotted(value)}
    if name in VALUES:
        return plain(value)
    return {"unknown": type(value).__name__}  # never its value: it may be a secret


def jwt_settings(values):
    return dict((name, jwt_setting(name, values[name])) for name in values)


def installed_version(name):
    try:
        from importlib import metadata
        return metadata.version(name)
    except ImportError:  # before Python 3.8
        import pkg_resources
        return pkg_resources.get_distribution(name).version


def package():
    try:
        module = importlib.import_module("rest_framework_jwt")
    except ImportError:
        return {"name": None, "version": None}
    try:
        return {"name": "drf-jwt", "version": installed_version("drf-jwt")}
    except Exception:
        fork = os.path.isdir(os.path.join(os.path.dirname(module.__file__), "blacklist"))
        return {"name": "drf-jwt" if fork else "djangorestframework-jwt",
                "version": getattr(module, "__version__", None)}


def defaults():
    try:
        from rest_framework_jwt.settings import DEFAULTS
    except Exception:
        return {}
    return dict((name, plain(DEFAULTS[name])) for name in VALUES if name in DEFAULTS)


def kind(field):
    target = field
    while getattr(target, "remote_field", None) or getattr(target, "rel", None):
        remote = getattr(target, "target_field", None) or getattr(target, "related_field", None)
        if remote is None:
            break
        target = remote
    name = target.get_internal_type()
    if name == "UUIDField":
        return "uuid"
    if name.endswith("AutoField") or name.endswith("IntegerField"):
        return "integer"
    return "other"


def own_method(owner, name):
    """The site's own method of that name, where it has replaced Django's."""
    method = getattr(owner, name, None)
    if method is None or dotted(method).startswith("django.contrib.auth."):
        return None
    return dotted(method)


def profile(meta):
    for related in getattr(meta, "related_objects", []):
        if related.one_to_one and related.get_accessor_name() == "profile":
            other = related.related_model._meta
            return {"table": other.db_table, "pk": other.pk.column, "user": related.field.column}
    return None


def user_model():
    User = get_user_model()
    meta = User._meta
    fields = dict((field.name, field) for field in meta.concrete_fields)
    used = set(COLUMNS) | set([User.USERNAME_FIELD, meta.pk.name])
    username = fields[User.USERNAME_FIELD]
    return {
        "model": settings.AUTH_USER_MODEL,
        "table": meta.db_table,
        "pk": {"column": meta.pk.column, "kind": kind(meta.pk)},
        "USERNAME_FIELD": User.USERNAME_FIELD,
        "username": {"column": username.column, "max_length": username.max_length,
                     "unique": bool(username.unique)},
        "columns": dict((name, fields[name].column if name in fields else None)
                        for name in COLUMNS),
        "required": [{"column": field.column, "type": field.get_internal_type()}
                     for field in meta.concrete_fields
                     if not field.null and field.name not in used],
        "other_tables": sorted(set(field.model._meta.db_table for field in meta.concrete_fields
                                   if field.name in used) - set([meta.db_table])),
        "password_max_length": fields["password"].max_length,
        "get_by_natural_key": own_method(type(User._default_manager), "get_by_natural_key"),
        "check_password": own_method(User, "check_password"),
        "profile": profile(meta),
    }


def hashers():
    from django.utils.module_loading import import_string
    found = []
    for path in settings.PASSWORD_HASHERS:
        usable, algorithm = True, None
        try:
            hasher = import_string(path)()
            algorithm = hasher.algorithm
            if getattr(hasher, "library", None):
                hasher._load_library()
            if algorithm == "scrypt":
                from hashlib import scrypt
        except Exception:
            usable = False
        found.append({"class": path, "algorithm": algorithm, "usable": usable})
    return found


def database():
    alias = router.db_for_read(get_user_model())
    chosen = settings.DATABASES[alias]
    sqlite = chosen["ENGINE"].endswith("sqlite3")
    name = os.path.abspath(str(chosen["NAME"])) if sqlite else None
    return {"alias": alias, "engine": chosen["ENGINE"], "file": name, "url": postgres_url(chosen)}


def postgres_url(chosen):
    if chosen["ENGINE"].rsplit(".", 1)[-1] not in ("postgresql", "postgresql_psycopg2", "postgis"):
        return None
    user, host, port, name = (quote(str(chosen.get(key) or ""), safe="") for key in ("USER", "HOST", "PORT", "NAME"))
    url = "postgresql://" + (user and user + "@") + host + (port and ":" + port) + "/" + name
    options = chosen.get("OPTIONS") or {}
    kept = [key for key in ("service", "sslmode", "sslrootcert", "sslcert", "sslkey") if key in options]
    more = "&".join(key + "=" + quote(str(options[key]), safe="") for key in kept)
    return url + (more and "?" + more)


def view_of(callback):
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if view is None or not inspect.isclass(view):
        return None, None
    for base in inspect.getmro(view):
        if base.__module__.startswith("rest_framework_jwt"):
            for what in ["Obtain", "Refresh", "Verify", "Impersonate", "Blacklist"]:
                if base.__name__.startswith(what):
                    return what.lower(), view
    return None, None


def mounted(patterns, before):
    found = []
    for pattern in patterns:
        text = str(pattern.pattern) if hasattr(pattern, "pattern") else pattern.regex.pattern
        path = before + text.lstrip("^")
        if hasattr(pattern, "url_patterns"):
            found += mounted(pattern.url_patterns, path)
            continue
        what, view = view_of(pattern.callback)
        if what:
            own = not view.__module__.startswith("rest_framework_jwt")
            found.append({"view": what, "path": path, "class": dotted(view) if own else None})
    return found


def views():
    try:
        module = importlib.import_module(settings.ROOT_URLCONF)
        return mounted(module.urlpatterns, "/")
    except Exception as failure:
        print("The URLs could not be read: %s" % failure, file=sys.stderr)
        return None


def rest_framework():
    given = getattr(settings, "REST_FRAMEWORK", {})
    names = ["DEFAULT_AUTHENTICATION_CLASSES", "DEFAULT_THROTTLE_CLASSES", "EXCEPTION_HANDLER",
             "NON_FIELD_ERRORS_KEY", "DEFAULT_RENDERER_CLASSES", "DEFAULT_PARSER_CLASSES"]
    return dict((name, plain([dotted(item) for item in given[name]]
                             if isinstance(given[name], (list, tuple)) else dotted(given[name])))
                for name in names if name in given)


def site():
    import rest_framework as drf
    return OrderedDict([
        ("format", 1),
        ("package", package()),
        ("python", "%d.%d.%d" % sys.version_info[:3]),
        ("django", django.get_version()),
        ("rest_framework", getattr(drf, "VERSION", None)),
        ("settings_module", getattr(settings, "SETTINGS_MODULE", None)),
        ("SECRET_KEY", one_key(settings.SECRET_KEY, "settings.SECRET_KEY")),
        ("JWT_AUTH", jwt_settings(getattr(settings, "JWT_AUTH", {}))),
        ("DEFAULTS", defaults()),
        ("user", user_model()),
        ("PASSWORD_HASHERS", hashers()),
        ("AUTHENTICATION_BACKENDS", list(settings.AUTHENTICATION_BACKENDS)),
        ("database", database()),
        ("views", views()),
        ("blacklist", "rest_framework_jwt.blacklist" in settings.INSTALLED_APPS),
        ("REST_FRAMEWORK", rest_framework()),
        ("LANGUAGE_CODE", str(settings.LANGUAGE_CODE)),
        ("MIDDLEWARE", list(getattr(settings, "MIDDLEWARE", None) or
                            getattr(settings, "MIDDLEWARE_CLASSES", None) or [])),
        ("APPEND_SLASH", bool(settings.APPEND_SLASH)),
        ("USE_TZ", bool(settings.USE_TZ)),
    ])


print(json.dumps(site(), indent=1))
