"""What a program sent, without what no database keeps."""

from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from tandem.kit.text import keepable


class Keepable(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return _kept(super().parse_body(request))

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> Any:
        return _kept(super().parse_querydict(data, list_fields, request))


def _kept(told: Any) -> Any:
    match told:
        case str():
            return keepable(told)
        case list():
            return [_kept(one) for one in told]
        case dict():
            return {keepable(name): _kept(one) for name, one in told.items()}
    return told
