"""What is remembered of staff beside their accounts."""

from django.conf import settings
from django.db import models


class TemporaryPassword(models.Model):
    """A password somebody else knows; while it is the user's, it must be changed first."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    # The hash, to see whether the password is still the same one.
    password = models.CharField(max_length=128)

    def __str__(self) -> str:
        return str(self.user)
