from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tandem.people.http import DeskView
from tandem.recall.searching import BadPlace, search


class SearchView(DeskView):
    """What colleagues may read, by words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        q = request.GET.get("q", "").strip()
        try:
            found = search(q, request.user, cursor=request.GET.get("after")) if q else None
        except BadPlace as error:
            raise Http404 from error
        return render(request, "recall/search.html", {"q": q, "found": found})
