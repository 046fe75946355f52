"""What a release says when it refuses."""

from rest_framework_jwt.release import pick

LOGIN_FAILED = pick("Unable to login with provided credentials.",
                    *["Unable to log in with provided credentials."] * 2)
DISABLED = "User account is disabled."
EXPIRED = pick("Signature has expired.", "Signature has expired.", "Token has expired.")
UNDECODABLE = pick("Error decoding signature.", "Error decoding signature.", "Error decoding token.")
INVALID = pick(UNDECODABLE, "Incorrect authentication credentials.", "Invalid token.")
NO_NAME = pick("Invalid payload", "Invalid payload.", "Invalid payload.")
NO_NAME_AT_A_DOOR = pick("Invalid payload", "Invalid payload.", "Invalid token.")
NO_USER = pick("Invalid signature", "Invalid signature.", "Invalid token.")
NO_USER_AT_A_DOOR = pick("User doesn't exist", "User doesn't exist.", "User doesn't exist.")
NO_ORIG_IAT = pick("orig_iat field is required", "orig_iat field is required.",
                   "orig_iat field not found in token.")
REFRESH_OVER = pick("Refresh has expired", "Refresh has expired.", "Refresh has expired.")
HEADER = "Invalid Authorization header. "
