"""Whether the sender is who they say. Only our own mail server's word counts, and only its newest."""

from authres import AuthenticationResultsHeader, AuthResError

from tandem.submit.parsing.shapes import Parsed

LONGEST = 8_000


def verified_sender(mail: Parsed, authserv_id: str) -> bool:
    """True if the topmost Authentication-Results is by `authserv_id` and says DMARC passed for the domain of From."""
    if not authserv_id or mail.sender is None or mail.sender_flaw or not mail.authentication_results:
        return False
    return _passed(mail.authentication_results[0], authserv_id) == mail.sender.domain


def _passed(value: str, authserv_id: str) -> str | None:
    """The domain for which this server says that DMARC passed."""
    try:
        said = AuthenticationResultsHeader.parse_value(value[:LONGEST])
    except (AuthResError, RecursionError, ValueError):
        return None
    verdicts = [result for result in said.results if result.method == "dmarc"]
    if said.authserv_id != authserv_id.lower() or len(verdicts) != 1 or verdicts[0].result != "pass":
        return None
    domains = [told.value for told in verdicts[0].properties if (told.type, told.name) == ("header", "from")]
    return domains[0].lower() if len(domains) == 1 and domains[0] else None
