import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection

pytestmark = pytest.mark.django_db

groups = importlib.import_module("dashboard.migrations.0002_groups")
kinds = importlib.import_module("dashboard.migrations.0005_kinds")
by_hand = importlib.import_module("dashboard.migrations.0009_run_by_hand")
system = importlib.import_module("dashboard.migrations.0010_system")
merging = importlib.import_module("dashboard.migrations.0014_merging")
locking = importlib.import_module("dashboard.migrations.0016_lock_outs")


def permissions_of(group: str) -> set[str]:
    held = Permission.objects.filter(group__name=group)
    return {f"{one.content_type.app_label}.{one.codename}" for one in held}


def migrate() -> None:
    groups.grant(apps, connection.schema_editor())
    kinds.grant(apps, connection.schema_editor())
    by_hand.grant(apps, connection.schema_editor())
    system.grant(apps, connection.schema_editor())
    merging.grant(apps, connection.schema_editor())
    locking.grant(apps, connection.schema_editor())


@pytest.mark.parametrize("group", ["Viewers", "Operators", "Administrators"])
def test_a_group_has_exactly_what_it_is_for(group):
    granting = (groups, kinds, by_hand, system, merging, locking)
    given = {name for granted in granting for name in granted.GROUPS.get(group, ())}
    assert permissions_of(group) == given


def test_each_group_may_do_what_the_one_before_may():
    assert permissions_of("Viewers") < permissions_of("Operators")
    assert permissions_of("Operators") < permissions_of("Administrators")


def test_viewers_only_view():
    assert {name.split(".")[1].split("_")[0] for name in permissions_of("Viewers")} == {"view"}


def test_a_group_that_exists_keeps_its_members_and_gets_what_it_lacks(django_user_model):
    viewers = Group.objects.get(name="Viewers")
    viewers.permissions.clear()
    viewers.user_set.add(django_user_model.objects.create_user("somebody"))

    migrate()
    migrate()

    assert permissions_of("Viewers") == {*groups.VIEWERS, *kinds.VIEWERS, *system.VIEWERS}
    assert Group.objects.get(name="Viewers").user_set.count() == 1


@pytest.mark.parametrize("granting", [groups, kinds, system])
def test_the_way_back_leaves_people_in_their_groups(granting):
    operation = granting.Migration.operations[-1]

    assert operation.reversible
    operation.reverse_code(apps, connection.schema_editor())

    assert Group.objects.count() == 3
