"""What reports ask, as rows; what is as it was shipped is left out."""

from typing import Any

from django.utils.translation import gettext as _

from tandem.kit.portable import Rows, changed, portable, words
from tandem.submit.models import ReportTemplate
from tandem.submit.models.template import NothingNew


@portable("report_templates")
class ReportTemplates:
    def told(self) -> Rows:
        current = ReportTemplate.objects.current()
        return [{"realm": realm, "source": current[realm].source} for realm in sorted(current) if current[realm].pk]

    def take(self, rows: Rows, *, by: Any) -> list[str]:
        known = [words(row, needs=["realm", "source"]) for row in rows]
        return [sentence for row in known for sentence in self._take(str(row["realm"]), str(row["source"]), by=by)]

    def _take(self, realm: str, source: str, *, by: Any) -> list[str]:
        before = ReportTemplate.objects.current().get(realm)
        try:
            made = ReportTemplate.objects.publish(
                realm, source=source, by=by, because=_("Brought in with the settings")
            )
        except NothingNew:
            return []
        named = _("Report template “{realm}”").format(realm=realm)
        return changed(named, {"source": before.source} if before else None, {"source": made.source})
