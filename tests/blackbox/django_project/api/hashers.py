from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FewIterations(PBKDF2PasswordHasher):
    """For tests in which the time a hash takes is not the point."""

    iterations = 2000
