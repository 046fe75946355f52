"""Keys are UUIDs, the name is a field `login`, and each user has a secret of his own."""

import uuid

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class UuidUserManager(UserManager):
    def create_user(self, login, password=None, **more):
        user = self.model(login=login, **more)
        user.set_password(password)
        user.save()
        return user


class UuidUser(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None
    login = models.CharField(max_length=150, unique=True)
    jwt_secret = models.UUIDField(default=uuid.uuid4)
    objects = UuidUserManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = []


def jwt_secret_of(user):
    return user.jwt_secret
