"""From a user to a token and back."""

from calendar import timegm
from datetime import datetime
from uuid import UUID, uuid4

import jwt
from django.contrib.auth import get_user_model

from rest_framework_jwt.release import IS_FORK, IS_OLD
from rest_framework_jwt.settings import api_settings


def now():
    return timegm(datetime.utcnow().utctimetuple())


def _claim_of_id(user):
    return str(user.pk) if isinstance(user.pk, UUID) and not IS_OLD else user.pk


def _add_common(payload):
    if api_settings.JWT_ALLOW_REFRESH:
        payload["orig_iat"] = now()
    if api_settings.JWT_AUDIENCE is not None:
        payload["aud"] = api_settings.JWT_AUDIENCE
    if api_settings.JWT_ISSUER is not None:
        payload["iss"] = api_settings.JWT_ISSUER
    return payload


def jwt_payload_handler(user):
    payload = {
        "user_id": _claim_of_id(user),
        "username": user.get_username(),
        "exp": datetime.utcnow() + api_settings.JWT_EXPIRATION_DELTA,
    }
    if hasattr(user, "email"):
        payload["email"] = user.email
    if IS_OLD:
        return payload  # the view adds orig_iat
    payload[get_user_model().USERNAME_FIELD] = user.get_username()
    return _add_common(payload)


def jwt_create_payload(user):
    issued_at = datetime.utcnow()
    payload = {
        "username": user.get_username(),
        "iat": issued_at,
        "exp": issued_at + api_settings.JWT_EXPIRATION_DELTA,
    }
    if api_settings.JWT_TOKEN_ID != "off":
        payload["jti"] = str(uuid4())
    if api_settings.JWT_PAYLOAD_INCLUDE_USER_ID:
        payload["user_id"] = _claim_of_id(user)
    if hasattr(user, "profile"):
        payload["user_profile_id"] = [user.profile.pk]
    return _add_common(payload)


def jwt_get_user_id_from_payload_handler(payload):
    return payload.get("user_id")


def jwt_get_username_from_payload_handler(payload):
    return payload.get("username")


def jwt_response_payload_handler(token, user=None, request=None):
    return {"token": token}


def jwt_create_response_payload(token, user=None, request=None, issued_at=None):
    return {"pk": issued_at, "token": token}


def _is_hmac(algorithm):
    return algorithm.startswith("HS")


def _own_key(payload):
    """The key of the user whom an unverified payload names."""
    users = get_user_model().objects
    if IS_FORK:
        user = users.get_by_natural_key(payload.get("username"))
    else:
        user = users.get(pk=payload.get("user_id"))
    return str(api_settings.JWT_GET_USER_SECRET_KEY(user))


def _has_own_keys():
    return not IS_OLD and api_settings.JWT_GET_USER_SECRET_KEY is not None


# 1.x


def jwt_encode_handler(payload):
    key = None if IS_OLD else api_settings.JWT_PRIVATE_KEY
    key = key or (_own_key(payload) if _has_own_keys() else api_settings.JWT_SECRET_KEY)
    return jwt.encode(payload, key, api_settings.JWT_ALGORITHM)


def jwt_decode_handler(token):
    options = {"verify_signature": api_settings.JWT_VERIFY}
    if not api_settings.JWT_VERIFY_EXPIRATION:
        options["verify_exp"] = False
    if IS_OLD:  # the PyJWT of its day looked at exp only, and at no list of algorithms
        options |= {"verify_aud": False, "verify_iss": False, "verify_nbf": False, "verify_iat": False}
        family = ["HS256", "HS384", "HS512"]
        if not _is_hmac(api_settings.JWT_ALGORITHM):
            family = ["RS256", "RS384", "RS512"]
        return jwt.decode(token, api_settings.JWT_SECRET_KEY, algorithms=family, options=options,
                          leeway=api_settings.JWT_LEEWAY)
    key = api_settings.JWT_PUBLIC_KEY or api_settings.JWT_SECRET_KEY
    if _has_own_keys():
        key = _own_key(jwt.decode(token, options={"verify_signature": False}))
    return jwt.decode(token, key, algorithms=[api_settings.JWT_ALGORITHM], options=options,
                      audience=api_settings.JWT_AUDIENCE, issuer=api_settings.JWT_ISSUER,
                      leeway=api_settings.JWT_LEEWAY)


# drf-jwt


def _algorithms():
    given = api_settings.JWT_ALGORITHM
    return given if isinstance(given, list) else [given]


def _kids_and_keys(given):
    """(kid, key) pairs of one key, a list or a table."""
    if isinstance(given, dict):
        return list(given.items())
    return [(None, key) for key in (given if isinstance(given, list) else [given])]


def jwt_encode_payload(payload):
    algorithm = _algorithms()[0]
    given = api_settings.JWT_SECRET_KEY if _is_hmac(algorithm) else api_settings.JWT_PRIVATE_KEY
    if _is_hmac(algorithm) and _has_own_keys():
        given = _own_key(payload)
    kid, key = _kids_and_keys(given)[0]
    return jwt.encode(payload, key, algorithm, headers={"kid": kid} if kid else None)


def _candidates(token, header):
    hmac = _is_hmac(header["alg"])
    if hmac and _has_own_keys():
        return [_own_key(jwt.decode(token, options={"verify_signature": False}))]
    given = api_settings.JWT_SECRET_KEY if hmac else api_settings.JWT_PUBLIC_KEY
    kid = header.get("kid")
    if isinstance(given, dict) and (kid or api_settings.JWT_INSIST_ON_KID):
        if kid not in given:
            raise jwt.InvalidTokenError("JWT_SECRET_KEY or JWT_PUBLIC_KEY has no such kid")
        return [given[kid]]
    return [key for _, key in _kids_and_keys(given)]


def jwt_decode_token(token):
    header = jwt.get_unverified_header(token)
    if header["alg"] not in _algorithms():
        raise jwt.InvalidAlgorithmError("not in JWT_ALGORITHM")
    options = {"verify_signature": api_settings.JWT_VERIFY,
               "verify_exp": api_settings.JWT_VERIFY and api_settings.JWT_VERIFY_EXPIRATION}
    for key in _candidates(token, header):
        try:
            return jwt.decode(token, key, algorithms=[header["alg"]], options=options,
                              audience=api_settings.JWT_AUDIENCE, issuer=api_settings.JWT_ISSUER,
                              leeway=api_settings.JWT_LEEWAY)
        except jwt.InvalidSignatureError as failure:
            last_failure = failure
    raise last_failure
