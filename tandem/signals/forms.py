from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tandem.customers.models import Environment
from tandem.signals.models import Component, Effect, State
from tandem.signals.models.component import RESERVED


class ComponentForm(forms.ModelForm):
    class Meta:
        model = Component
        fields = ["name", "slug", "description", "position", "match", "publishes"]
        widgets = {"match": forms.TextInput}

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise ValidationError(_("This word has another meaning here; take a longer one."))
        return slug

    def clean_match(self) -> dict[str, str]:
        match = self.cleaned_data["match"] or {}
        if not isinstance(match, dict) or not all(isinstance(value, str) for value in match.values()):
            raise ValidationError(_('Write label names and values, like {"job": "exports"}.'))
        return match


class EffectForm(forms.ModelForm):
    class Meta:
        model = Effect
        fields = ["sentence", "callers_say", "answer", "who_knows"]
        widgets = {"answer": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"id_{state}_%s"})


class PinForm(forms.Form):
    state = forms.ChoiceField(label=_("It is"), choices=State.choices)
    because = forms.CharField(
        label=_("Because"), max_length=300, help_text=_("For colleagues. Customers read the effect of this state.")
    )


class DependencyForm(forms.Form):
    environment = forms.ModelChoiceField(
        label=_("Environment"), queryset=Environment.objects.none(), empty_label=_("choose …")
    )

    def __init__(self, *args: Any, component: Component, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = Environment.objects.visible_to(actor).exclude(dependencies__component=component)
        choice: Any = self.fields["environment"]
        choice.queryset = rest.select_related("account")
        choice.label_from_instance = lambda one: f"{one.account} · {one}"


class HookForm(forms.Form):
    name = forms.SlugField(
        label=_("Name"), max_length=80, help_text=_("Of the monitoring system, for instance “prometheus”.")
    )
