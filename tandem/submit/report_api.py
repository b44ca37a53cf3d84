from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from ninja import Field, Router, Schema, Status

from tandem.cases.api import CaseForCustomer, CaseOut, as_read_by
from tandem.cases.models import Case, Channel
from tandem.kit.errors import Invalid
from tandem.people.models import User
from tandem.people.roles import Can
from tandem.submit import reporters
from tandem.submit.forms import ReportForm
from tandem.submit.models import ReportTemplate, Submission
from tandem.submit.reporting.shipped import OTHER

router = Router(tags=["submit"])


class NotAnswered(Invalid):
    """Some of what the template asks is missing or not of its kind."""


class TemplateOut(Schema):
    """`version` is 0 for what is shipped and was never used. `source` is YAML."""

    realm: str
    version: int
    label: str
    kind: str
    area: str
    source: str
    published_by: str | None
    published_at: datetime | None
    because: str


class TemplateIn(Schema):
    """`after`: the version this one began from; if another was published since, it is refused."""

    source: str = Field(max_length=60_000)
    because: str = Field("", max_length=300)
    after: int | None = None


class ReportIn(Schema):
    """`answers` by the keys of the template's fields: text, or a list of texts. `contact` as in `open_case`."""

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(min_length=1, max_length=50_000)
    realm: str = Field(OTHER, max_length=40)
    version: int | None = None
    answers: dict[str, str | list[str]] = Field({}, max_length=80)
    environment: str | None = None
    contact: str | None = Field(None, max_length=254)
    once: str = Field("", max_length=100)


@router.get("/report-templates", response=list[TemplateOut], operation_id="list_report_templates")
def list_templates(request: HttpRequest) -> list[dict[str, Any]]:
    """What reports ask now, in each realm."""
    return [_told(row) for row in ReportTemplate.objects.current().values()]


@router.get("/report-templates/{realm}", response=TemplateOut, operation_id="get_report_template")
def get_template(request: HttpRequest, realm: str, version: int | None = None) -> dict[str, Any]:
    return _told(ReportTemplate.objects.of(realm, version=version))


@router.get("/report-templates/{realm}/versions", response=list[TemplateOut], operation_id="list_report_versions")
def list_versions(request: HttpRequest, realm: str) -> list[dict[str, Any]]:
    """Newest first; at most a hundred."""
    request.user.must_be_able_to(Can.WORK)  # type: ignore[union-attr]
    rows = ReportTemplate.objects.filter(realm=realm).select_related("published_by")
    return [_told(row) for row in rows[:100]]


@router.post("/report-templates/{realm}", response={201: TemplateOut}, operation_id="publish_report_template")
def publish_template(request: HttpRequest, realm: str, told: TemplateIn) -> Status:
    """A new version, asked from now on."""
    made = ReportTemplate.objects.publish(
        realm, source=told.source, because=told.because, after=told.after, by=request.user
    )
    return Status(201, _told(made))


def _told(row: ReportTemplate) -> dict[str, Any]:
    template = row.template
    return {
        "realm": row.realm,
        "version": row.version,
        "label": template.label,
        "kind": template.kind,
        "area": template.area,
        "source": row.source,
        "published_by": row.published_by.name if row.published_by else None,
        "published_at": row.published_at if row.pk else None,
        "because": row.because,
    }


@router.post("/reports", response={201: CaseOut | CaseForCustomer}, operation_id="report_problem")
def report(request: HttpRequest, told: ReportIn) -> Status:
    """A report with the answers its template asks for; checked as the form on the portal is."""
    reporter = reporters.reporter(request.user, told.contact)
    form = ReportForm(_as_form(told, reporter), actor=reporter, row=_row(told))
    if not form.is_valid():
        wrong = "; ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
        raise NotAnswered(f"{NotAnswered.__doc__} {wrong}")
    submission = Submission.objects.report(reporter, **form.told(), by=request.user, channel=Channel.API)
    case = Case.objects.with_people().get(pk=submission.case_id)
    return Status(201, as_read_by(request.user, case))


def _row(told: ReportIn) -> ReportTemplate:
    return ReportTemplate.objects.of(told.realm, version=told.version)


def _as_form(told: ReportIn, reporter: User) -> QueryDict:
    """The answers as the form of a browser would send them."""
    data = QueryDict(mutable=True)
    for key, answer in told.answers.items():
        data.setlist(key, answer if isinstance(answer, list) else [answer])
    environment = reporters.environment(reporter, told.environment)
    data["environment"] = str(environment.pk) if environment else ""
    for name in ("title", "body", "realm", "once"):
        data[name] = getattr(told, name)
    return data
