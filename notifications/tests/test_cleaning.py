import unicodedata

from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from notifications.cleaning import clean_header, clean_text, one_line

# Any code point at all; Hypothesis leaves surrogates out unless asked.
anything = st.text(st.characters(exclude_categories=())).map(lambda text: text[:500])


@given(anything)
def test_a_cleaned_header_is_one_short_line_of_visible_characters(value):
    subject = clean_header(value)

    assert len(subject) <= 200
    assert subject == " ".join(subject.split())
    assert not {unicodedata.category(char) for char in subject} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(anything)
def test_cleaning_a_header_twice_changes_nothing(value):
    assert clean_header(clean_header(value)) == clean_header(value)


@given(anything)
def test_a_mail_under_a_cleaned_subject_has_no_headers_but_its_own(value):
    mail = EmailMessage(
        f"[Django] {clean_header(value)}", "text", "from@example.org", ["to@example.org"]
    )

    headers = mail.message().as_string().split("\n\n")[0]

    unfolded = headers.replace("\n ", " ")
    assert {line.partition(":")[0] for line in unfolded.splitlines()} == {
        "Content-Type",
        "MIME-Version",
        "Content-Transfer-Encoding",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
    }


@given(anything)
def test_cleaned_text_can_be_stored_and_sent(value):
    text = clean_text(value)

    assert "\0" not in text
    assert text.encode().decode() == text


@given(anything)
def test_one_line_has_no_line_breaks_of_any_kind(value):
    assert len(one_line(value).splitlines()) <= 1


def test_a_vertical_tab_ends_no_header():
    assert clean_header("a\x0bBcc: victim@example.org") == "a Bcc: victim@example.org"


def test_letters_of_every_script_stay():
    assert clean_header("Амели  千と千尋 cafe\u0301 🎬") == "Амели 千と千尋 café 🎬"
    assert one_line("می‌خواهم") == "می‌خواهم"


def test_text_keeps_its_lines():
    assert clean_text("a\0b\ud800c\nd\r\n") == "abc\nd\r\n"
