"""What is asked of a new password beyond Django's own rules."""

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError


class AnotherPasswordValidator:
    """Refuses the password one has: whoever else knows it would go on knowing it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for the user's own password; a new user has none yet."""
        if user is not None and check_password(password, user.password):
            raise ValidationError("This is the password already. Choose another.", "same")

    def get_help_text(self) -> str:
        return "Your password must not be the one you have now."
