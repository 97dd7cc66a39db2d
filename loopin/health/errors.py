from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError
from loopin.health.findings import Finding, Findings, codes_of

EXAMPLE = (
    *(Finding("database"), Finding("migrations", "missing", is_failure=True)),
    *(Finding("worker", "unknown"), Finding("static"), Finding("media")),
)


class NotReady(LoopinError):
    """This process should get no requests. It adds what each check found."""

    status = 503
    code = "not_ready"
    advice = "For load balancers: send requests elsewhere, and ask again. The log says more."
    message = _("This server is not ready. What failed: %(checks)s.")
    retry_after = 5

    def __init__(self, found: Findings = EXAMPLE) -> None:
        failed = ", ".join(finding.check for finding in found if finding.is_failure)
        super().__init__(self.message % {"checks": failed})
        self.details = {"checks": codes_of(found)}
