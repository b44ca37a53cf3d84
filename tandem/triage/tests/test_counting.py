from tandem.triage.counting import Counts, words


def test_of_few_judgements_no_word_says_much():
    counts = Counts()
    for n in range(30):
        counts.learn("web", words(f"page stays blank office {n}"))
    counts.learn("device", words("stays unplugged"))

    assert counts.guess(words("the page stays blank"))[0].value == "web"


def test_what_is_kept_as_json_guesses_the_same():
    counts = Counts()
    counts.learn("web", words("page blank"))
    counts.learn("data", words("export row"))

    assert Counts().and_also(counts.told()).guess(words("export ends")) == counts.guess(words("export ends"))


def test_dull_words_are_no_reason():
    assert words("The export and THE row") == {"export", "row"}
