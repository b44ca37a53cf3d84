import pytest

from tandem.cases.audience import Audience


@pytest.fixture
def whispered(case, sam, max):
    case.messages.write("Between us.", by=sam, audience=Audience.SUPPORT)
    case.messages.write("For few.", by=max, audience=Audience.RESTRICTED)
    case.hypotheses.propose("The page size is capped", by=sam)
    return case


@pytest.mark.parametrize(
    ("who", "audience", "seen"),
    [
        ("sam", "customer", {"export ends after"}),
        ("sam", "support", {"export ends after", "Between us.", "page size is capped"}),
        ("sam", "restricted", {"export ends after", "Between us.", "page size is capped"}),
        ("max", "restricted", {"export ends after", "Between us.", "page size is capped", "For few."}),
    ],
)
def test_on_paper_stands_what_is_for_the_audience_and_for_the_reader(
    whispered, who, audience, seen, request, at_the_desk
):
    reader = at_the_desk(request.getfixturevalue(who))
    page = reader.get(f"/desk/cases/{whispered.number}/print/?audience={audience}&history=1").text

    words = {"export ends after", "Between us.", "page size is capped", "For few."}
    assert {each for each in words if each in page} == seen


def test_customers_have_no_such_page(whispered, ana, at_the_desk):
    assert at_the_desk(ana).get(f"/desk/cases/{whispered.number}/print/").status_code == 404
