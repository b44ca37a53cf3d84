"""Who may read and who may act at every address. A new address without its row here fails the tests."""

from typing import NamedTuple

ANONYMOUS, ANA, MALLORY, SAM, ERIN, MAX, ADA = "anonymous", "ana", "mallory", "sam", "erin", "max", "ada"
EVERYBODY = {ANONYMOUS, ANA, MALLORY, SAM, ERIN, MAX, ADA}
COLLEAGUES = {SAM, ERIN, MAX, ADA}
SUPPORT = {SAM, MAX, ADA}  # those who speak to customers, steer and publish
SOLVERS = {ERIN, MAX, ADA}
ADMINISTRATOR = {ADA}
OWN = {ANA}  # the customer whose case it is
CUSTOMERS = {ANA, MALLORY}
NOBODY: set[str] = set()


class Door(NamedTuple):
    reads: set[str]
    acts: set[str] = NOBODY


PAGES: dict[str, Door] = {
    # open to the world
    "healthz": Door(EVERYBODY),
    "readyz": Door(EVERYBODY),
    "home": Door(EVERYBODY),
    "status": Door(EVERYBODY),
    "status_json": Door(EVERYBODY),
    "help": Door(EVERYBODY),
    "help_article": Door(EVERYBODY),
    "account_login": Door(EVERYBODY, EVERYBODY),
    "account_request_login_code": Door(EVERYBODY, EVERYBODY),
    "account_confirm_login_code": Door(EVERYBODY, EVERYBODY),
    "account_logout": Door(EVERYBODY, EVERYBODY),
    "account_change_password": Door(COLLEAGUES, COLLEAGUES),
    # behind a signed link: whoever holds it is the person it was made for
    "questions_link": Door(EVERYBODY, EVERYBODY),
    "readback_link": Door(EVERYBODY, EVERYBODY),
    "verify_link": Door(EVERYBODY, EVERYBODY),
    "rate_link": Door(EVERYBODY, EVERYBODY),
    # the customer's own
    "portal": Door(CUSTOMERS),
    "report": Door(CUSTOMERS, CUSTOMERS),
    "portal_case": Door(OWN),
    "portal_messages": Door(OWN, OWN),
    "portal_questions": Door(OWN, OWN),
    "portal_readback": Door(OWN, OWN),
    "verify": Door(OWN, OWN),
    "rate": Door(OWN, OWN),
    "attachment": Door(OWN | COLLEAGUES),
    # the desk
    "desk": Door(COLLEAGUES),
    "queue": Door(COLLEAGUES),
    "search": Door(COLLEAGUES),
    "triage": Door(COLLEAGUES),
    "escalations": Door(COLLEAGUES),
    "process": Door(COLLEAGUES),
    "goals": Door(COLLEAGUES),
    "goal": Door(COLLEAGUES),
    "case": Door(COLLEAGUES),
    "strip": Door(COLLEAGUES),
    "glances": Door(COLLEAGUES),
    "triage_case": Door(COLLEAGUES, SUPPORT),
    "assessment": Door(COLLEAGUES, SUPPORT),
    "owners": Door(COLLEAGUES, SUPPORT),
    "investigation": Door(COLLEAGUES, SUPPORT),
    "handoff": Door(COLLEAGUES, SUPPORT),
    "handoff_acceptance": Door(COLLEAGUES, COLLEAGUES),
    "handoff_decline": Door(COLLEAGUES, COLLEAGUES),
    "acknowledgment": Door(COLLEAGUES, SUPPORT),
    "raise_escalation": Door(COLLEAGUES, SUPPORT),
    "case_escalation": Door(COLLEAGUES),
    "escalation": Door(COLLEAGUES),
    "escalation_acceptance": Door(COLLEAGUES, SOLVERS),
    "escalation_return": Door(COLLEAGUES, SOLVERS),
    "escalation_questions": Door(COLLEAGUES, COLLEAGUES),
    "escalation_hand_back": Door(COLLEAGUES, SOLVERS),
    "escalation_acknowledgment": Door(COLLEAGUES, SUPPORT),
    "escalation_withdrawal": Door(COLLEAGUES, SUPPORT),
    "knowledge": Door(COLLEAGUES, COLLEAGUES),
    "case_article": Door(COLLEAGUES, COLLEAGUES),
    "article": Door(COLLEAGUES, COLLEAGUES),
    "article_review": Door(COLLEAGUES, COLLEAGUES),
    "article_publication": Door(COLLEAGUES, SUPPORT),
    "article_retirement": Door(COLLEAGUES, SUPPORT),
    "submission": Door(COLLEAGUES),
    "quarantine": Door(SUPPORT),
    "release": Door(NOBODY, SUPPORT),
    "rejection": Door(NOBODY, SUPPORT),
    "raw_mail": Door(SUPPORT),
    "history": Door(COLLEAGUES),
    "around": Door(COLLEAGUES),
    "board": Door(COLLEAGUES),
    "merge": Door(COLLEAGUES, SUPPORT),
    "unmerge": Door(COLLEAGUES, SUPPORT),
    "participants": Door(COLLEAGUES, SUPPORT),
    "messages": Door(COLLEAGUES, COLLEAGUES),
    "promise": Door(COLLEAGUES, SUPPORT),
    "facts": Door(COLLEAGUES, COLLEAGUES),
    "measurement": Door(COLLEAGUES, COLLEAGUES),
    "questions": Door(COLLEAGUES, COLLEAGUES),
    "answer": Door(COLLEAGUES, COLLEAGUES),
    "question_withdrawal": Door(COLLEAGUES, COLLEAGUES),
    "readback": Door(COLLEAGUES, SUPPORT),
    "attempts": Door(COLLEAGUES, COLLEAGUES),
    "attempt_need": Door(COLLEAGUES, COLLEAGUES),
    "attempt_outcome": Door(COLLEAGUES, COLLEAGUES),
    "attempt_undo": Door(COLLEAGUES, COLLEAGUES),
    "hypotheses": Door(COLLEAGUES, COLLEAGUES),
    "hypothesis": Door(COLLEAGUES, COLLEAGUES),
    "evidence": Door(COLLEAGUES, COLLEAGUES),
    "open_questions": Door(COLLEAGUES, COLLEAGUES),
    "workarounds": Door(COLLEAGUES, SUPPORT),
    "workaround_end": Door(COLLEAGUES, SUPPORT),
    "resolution": Door(COLLEAGUES, COLLEAGUES),
    "resolution_check": Door(COLLEAGUES, COLLEAGUES),
    "resolution_question": Door(COLLEAGUES, SUPPORT),
    "resolution_answer": Door(COLLEAGUES, SUPPORT),
    "resolution_withdrawal": Door(COLLEAGUES, COLLEAGUES),
    "resolution_needed": Door(COLLEAGUES, COLLEAGUES),
    "closure": Door(COLLEAGUES, SUPPORT),
    "closure_reopening": Door(COLLEAGUES, SUPPORT),
    "components": Door(COLLEAGUES),
    "component": Door(COLLEAGUES),
    "component_new": Door(ADMINISTRATOR, ADMINISTRATOR),
    "component_settings": Door(ADMINISTRATOR, ADMINISTRATOR),
    "pin": Door(COLLEAGUES, COLLEAGUES),
    "pin_lift": Door(COLLEAGUES, COLLEAGUES),
    "effect": Door(COLLEAGUES, COLLEAGUES),
    "dependencies": Door(COLLEAGUES, COLLEAGUES),
    "dependency_end": Door(NOBODY, COLLEAGUES),
    "alert_end": Door(NOBODY, COLLEAGUES),
    "hooks": Door(ADMINISTRATOR, ADMINISTRATOR),
    "hook_revoke": Door(NOBODY, ADMINISTRATOR),
    "publication": Door(NOBODY, SUPPORT),
    "publication_aside": Door(NOBODY, SUPPORT),
    # for programs with a key of their own; people have none, so to them it is shut
    "hook_alertmanager": Door(NOBODY),
    "hook_alertmanager_key": Door(NOBODY),
    # nobody, outside the demo
    "demo": Door(NOBODY),
    "demo_in": Door(NOBODY),
}
