"""What a program sent, without what no database keeps."""

from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from tandem.kit.text import keepable


class Keepable(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return keepable(super().parse_body(request))

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> Any:
        return keepable(super().parse_querydict(data, list_fields, request))
