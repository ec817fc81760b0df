from notifications.models import Attempt, Notification


def test_a_notification_is_called_by_its_subject_and_what_it_is_about():
    assert str(Notification(subject="New Search Term", about_text="dune")) == (
        "New Search Term: dune"
    )
    assert str(Notification(subject="Weekly digest")) == "Weekly digest"


def test_who_has_a_mail_is_spared_only_where_others_are_left():
    spared = Notification(recipients=["a@x.org", "b@x.org"], remaining=["b@x.org"])

    assert spared.not_mailed_again == {"a@x.org"}
    assert Notification(recipients=["a@x.org"]).not_mailed_again == set()


def test_an_attempt_is_called_by_its_number():
    assert str(Attempt(number=3)) == "Attempt 3"
