"""Coming in once, to say how that goes."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tandem.kit import sealed
from tandem.kit.errors import Refused
from tandem.submit.mailboxes import imap, oauth
from tandem.submit.models import Mailbox
from tandem.submit.models.mailbox import CONSENT


def come_in(pk: int) -> None:
    """Try a mailbox as it is set up, and keep the sentence."""
    mailbox = Mailbox.objects.kept().get(pk=pk)
    try:
        with imap.connected(mailbox) as server:
            imap.opened(mailbox, server)
            count = len(server.search("ALL"))
    except imap.Trouble as trouble:
        mailbox.tried(trouble.sentence, well=False)
    else:
        told = ngettext(
            "We come in. There is {n} mail in “{folder}”.", "We come in. There are {n} mails in “{folder}”.", count
        )
        mailbox.tried(told.format(n=count, folder=mailbox.folder), well=True)


def take_consent(pk: int, *, code: str, verifier: str) -> None:
    """Somebody consented: get the token that lasts, then come in with it. Both words come sealed."""
    mailbox = Mailbox.objects.kept().get(pk=pk)
    words = {"code": sealed.opened(code, purpose=CONSENT), "verifier": sealed.opened(verifier, purpose=CONSENT)}
    try:
        oauth.exchange(mailbox, **words)
    except Refused as refusal:
        return mailbox.tried(_("The consent led to nothing: {why}").format(why=refusal.sentence), well=False)
    mailbox.wake()
    return come_in(pk)
