"""Staff who may do little."""

from django.contrib.auth.models import Permission, User


def allowed(*codenames: str) -> User:
    """Write somebody with these permissions only, as in allowed("view_movie")."""
    user = User.objects.create_user(" ".join(codenames), is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user
