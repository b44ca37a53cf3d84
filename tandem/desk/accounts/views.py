"""All customers; one of them: its name and tier, mail domains, contacts, installations and what is open."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.cases.models import Case
from tandem.customers.models import Account, Contact
from tandem.desk.accounts.forms import AccountForm, ContactForm, DomainsForm, EnvironmentForm
from tandem.kit.addresses import url
from tandem.kit.errors import Refused
from tandem.kit.text import one_line
from tandem.people.http import DeskView
from tandem.people.roles import Can
from tandem.queue import rows

PAGE, FEW = 50, 8
CONTACTS = 200
MANY = 1000
"""Counted up to here: what is more tells nobody more."""


class AccountsView(DeskView):
    needs = Can.AGREE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(AccountForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AccountForm(request.POST)
        if form.is_valid():
            try:
                account = Account.objects.make(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
                return redirect("account", account.slug)
            except Refused as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: AccountForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        typed = one_line(self.request.GET.get("q", ""), most=200)
        found = list(_page(typed, self.request.GET.get("after", ""), actor)[: PAGE + 1])
        asked = {"q": typed} if typed else {}
        later = f"{url('accounts')}?{urlencode(asked | {'after': found[PAGE - 1].slug})}" if len(found) > PAGE else ""
        context = {"accounts": found[:PAGE], "many": MANY, "q": typed, "later": later}
        context |= {"form": form if actor.may(Can.AGREE) else None, "cases": _cases}
        return render(self.request, "desk/account/index.html", context, status=status)


def _page(typed: str, after: str, actor: Any) -> QuerySet[Account]:
    """By name, each with keys of at most MANY `open_cases` and `people`."""
    theirs = Case.objects.visible_to(actor).open().order_by().filter(account=OuterRef("pk"))
    people = Contact.objects.visible_to(actor).order_by().filter(account=OuterRef("pk"))
    accounts = Account.objects.visible_to(actor).named_like(typed)
    if last := Account.objects.filter(slug=after).first():
        accounts = accounts.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    both = {"open_cases": theirs, "people": people}
    counted = {name: ArraySubquery(rows.values("pk")[:MANY]) for name, rows in both.items()}
    return accounts.annotate(**counted).order_by("name", "pk")


def _cases(slug: str) -> str:
    """Their open cases, in the queue."""
    return f"{url('queue')}?{urlencode({'q': f'account:{slug}'})}"


class AccountView(DeskView):
    """Each form of the page sends to an address of its own; a refusal is said at the form."""

    needs = Can.AGREE
    form: type[Form] = AccountForm
    place = "form"
    account: Account

    def find(self, slug: str, **kwargs: Any) -> None:
        self.account = get_object_or_404(Account.objects.visible_to(self.request.user), slug=slug)

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.act(request.user, form.cleaned_data)
                return redirect("account", slug)
            except Refused as refusal:
                form.add_error(next(iter(form.fields)), refusal.sentence)
                self.account.refresh_from_db()
        return self.show(status=422, **{self.place: form})

    def act(self, by: Any, told: dict[str, Any]) -> None:
        self.account.change(**told, by=by)

    def show(self, *, status: int = 200, **forms: Form) -> HttpResponse:
        actor: Any = self.request.user
        cases = Case.objects.visible_to(actor).filter(account=self.account)
        context: dict[str, Any] = {"account": self.account, "href": _cases(self.account.slug)}
        context["lines"] = rows.lines(rows.read(cases.open().by_promise(), FEW), actor)
        contacts = self.account.contacts.visible_to(actor).select_related("user").order_by("user__name", "pk")
        context |= {"contacts": contacts[:CONTACTS], "environments": self.account.environments.visible_to(actor)}
        if actor.may(Can.AGREE):
            told = {"name": self.account.name, "tier": self.account.tier}
            context |= {"form": AccountForm(initial=told), "contact": ContactForm(), "environment": EnvironmentForm()}
        if actor.may(Can.ADMINISTER):
            context["trusted"] = DomainsForm(initial={"domains": "\n".join(self.account.domains)})
        return render(self.request, "desk/account/page.html", context | forms, status=status)


class DomainsView(AccountView):
    http_method_names = ["post"]
    needs = Can.ADMINISTER
    form, place = DomainsForm, "trusted"

    def act(self, by: Any, told: dict[str, Any]) -> None:
        self.account.trust(told["domains"].split(), by=by)


class ContactsView(AccountView):
    http_method_names = ["post"]
    form, place = ContactForm, "contact"

    def act(self, by: Any, told: dict[str, Any]) -> None:
        contact = self.account.contacts.take_in(**told, by=by)
        messages.success(
            self.request, _("{name} writes for {account} now.").format(name=contact.user.name, account=self.account)
        )


class LeavingView(AccountView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        contact: Contact = get_object_or_404(self.account.contacts.visible_to(request.user), pk=kwargs["pk"])
        contact.leave(by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("{name} writes for {account} no more.").format(name=contact, account=self.account))
        return redirect("account", slug)


class EnvironmentsView(AccountView):
    http_method_names = ["post"]
    form, place = EnvironmentForm, "environment"

    def act(self, by: Any, told: dict[str, Any]) -> None:
        self.account.environments.install(**told, by=by)
