"""How the database reads what queries ask for."""

from django.test.utils import CaptureQueriesContext

from movies.tests.plans import plan_of


def plans_of(queries: CaptureQueriesContext) -> list[str]:
    """Return the plan of each captured SELECT, in words."""
    asked = [query["sql"] for query in queries if query["sql"].lstrip(" \n(").startswith("SELECT")]
    return [plan_of(sql) for sql in asked]
