"""Requests that the schema allows and that it does not, by the hundred: no crash, no surprise."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import ApiToken
from accounts.models.api_token import Scope
from accounts.models.service_account import ServiceScope
from tests import processes

pytestmark = [pytest.mark.xdist_group(__name__), pytest.mark.django_db(transaction=True)]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES_OF_AN_OPERATION = 20
NO_LIMIT = "1000000"


@pytest.fixture
def schema(serve, transactional_db):
    limits = ("SMS_PER_IP", "SMS_PER_PREFIX", "SMS_PER_NUMBER", "VERIFICATIONS_PER_IP")
    process, site = serve(**dict.fromkeys(limits, NO_LIMIT))
    yield schemathesis.openapi.from_url(f"{site.url}/api/openapi.json")
    processes.end(process)


def test_nothing_crashes_and_nothing_is_undocumented(schema, alice, token_of, carol, staff, key_of):
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 20
    for_leads = ApiToken.objects.create_token(staff.pk, name="x", scopes=Scope.values, days=1)
    service = key_of(*ServiceScope.values, call_limit=NO_LIMIT)
    tokens = {"/api/leads": lambda: for_leads, "/api/service": lambda: service}
    for operation in operations:
        ways = [way for path, way in tokens.items() if operation.path.startswith(path)]
        fuzz(operation, ways[0] if ways else lambda: token_of(alice))


def fuzz(operation, token):
    """Made-up requests, all of them signed in: the API answers each as its schema says."""

    @settings(
        max_examples=EXAMPLES_OF_AN_OPERATION,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case):
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {token()}"})

    send()
