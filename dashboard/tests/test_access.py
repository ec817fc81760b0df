import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from dashboard.models import Snapshot
from dashboard.tests.access_requests import (
    NO_KEY,
    address,
    answer,
    everything,
    of_one_row,
    posted,
    request_of,
    signed_in,
)
from dashboard.tests.access_table import (
    ACTIONS,
    CHANGES,
    PAGES,
    ROLES,
    SIDEBAR,
    addresses,
    from_role,
    roles_below,
)
from dashboard.tests.one_of_each import one_of_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return one_of_each()


def test_every_address_is_in_the_table_and_every_line_has_its_address():
    assert set(PAGES) == set(addresses())
    assert set(CHANGES) <= set(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_other(role, site):
    wrong = {}
    client = signed_in(role)
    for name, expected in PAGES.items():
        # One of the addresses signs out.
        visitor = signed_in(role) if name == "admin:logout" else client
        answered = answer(visitor.get(address(name, site)))
        if answered != expected[ROLES.index(role)]:
            wrong[name] = answered

    assert wrong == {}


@pytest.mark.parametrize("name", CHANGES)
def test_each_role_changes_what_it_may_and_staff_leave_a_line_in_the_log(name, site, broker):
    clients = {role: signed_in(role) for role in ROLES}
    before = everything(without=[LogEntry])

    for role, expected in zip(ROLES, CHANGES[name], strict=True):
        untouched = transaction.savepoint()
        response = clients[role].post(address(name, site), posted(name, site))

        assert answer(response) == expected, role
        changed = everything(without=[LogEntry]) != before
        assert changed == (expected in (302, 303)), role
        # One line at least: of a retry one for the error, and one for each re-fill.
        logged = {entry.user.username for entry in LogEntry.objects.all()}
        assert logged == ({role} if expected == 302 else set()), role

        # The next one meets the same site.
        transaction.savepoint_rollback(untouched)
        cache.clear()
        broker.flushall()


@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_an_address_with_a_key_that_is_none_is_no_error_of_ours(role, site):
    wrong = {}
    client = signed_in(role, raise_request_exception=False)
    for name in of_one_row():
        url = address(name, site, NO_KEY)
        codes = {client.get(url).status_code, client.post(url, posted(name, site)).status_code}
        if max(codes) >= 500:
            wrong[name] = codes

    assert wrong == {}


def test_nothing_changes_by_opening_a_page(site):
    client = signed_in("administrator")
    # That somebody looks at term tables is remembered, for these to be worked out.
    before = everything(without=[Snapshot])

    for name in PAGES:
        client.get(address(name, site))

    assert everything(without=[Snapshot]) == before


def test_nothing_changes_by_posting_to_any_other_page(site):
    client = signed_in("administrator")
    before = everything()

    for name in PAGES.keys() - CHANGES.keys() - {"admin:logout"}:
        client.post(address(name, site), {"post": "yes"})

    assert everything() == before


def test_no_change_is_made_for_another_site(site):
    client = signed_in("administrator", enforce_csrf_checks=True)

    codes = {
        name: client.post(address(name, site), posted(name, site)).status_code for name in CHANGES
    }

    assert codes == dict.fromkeys(CHANGES, 403)


def test_every_action_of_a_list_is_offered_from_its_role_on():
    offered = {action: [] for action in ACTIONS}
    for role in ROLES[1:]:
        request = request_of(role)
        for model, page in admin.site._registry.items():
            for action in page.get_actions(request):
                offered.setdefault(f"{model._meta.label_lower}.{action}", []).append(role)

    assert offered == {action: list(from_role(first)) for action, first in ACTIONS.items()}


@pytest.mark.parametrize("role", ROLES[:-1])
def test_who_is_not_offered_an_action_and_posts_it_changes_nothing(role, site):
    client = signed_in(role)
    before = everything()

    for action in [action for action, first in ACTIONS.items() if role in roles_below(first)]:
        app, model, name = action.split(".")
        row = site[f"{app}/{model}"]
        for more in ({}, {"select_across": "1"}):
            data = {"action": name, "_selected_action": row.pk, "post": "yes", "index": 0, **more}
            client.post(reverse(f"admin:{app}_{model}_changelist"), data)

        assert everything() == before, action


def test_every_item_of_the_sidebar_names_a_permission_and_is_shown_from_its_role_on():
    shown = {}
    for role in ROLES[1:]:
        request = request_of(role)
        for group in admin.site.get_sidebar_list(request):
            for item in group["items"]:
                assert item["permission"] is not None, item["title"]
                if item["has_permission"]:
                    shown.setdefault(item["title"], []).append(role)

    assert shown == {item: list(from_role(first)) for item, first in SIDEBAR.items()}


def test_an_administrator_makes_nobody_a_superuser(site):
    client = signed_in("administrator")

    for account in (site["auth/user"], User.objects.get(username="administrator")):
        data = {"username": account.username, "is_superuser": "on", "is_active": "on"}
        client.post(reverse("admin:auth_user_change", args=[account.pk]), data)

    assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.parametrize("page", ["auth_user_change", "auth_user_password_change"])
def test_an_administrator_does_not_take_over_a_superuser(page, site):
    boss = User.objects.create_superuser("boss", password="any-password-1")
    data = posted("admin:auth_user_password_change", site) | {"username": "mine"}

    response = signed_in("administrator").post(reverse(f"admin:{page}", args=[boss.pk]), data)

    assert response.status_code == 403
    boss.refresh_from_db()
    assert boss.username == "boss"
    assert boss.check_password("any-password-1")
