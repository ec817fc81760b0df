import smtplib

import pytest

from notifications.smtp import SmtpBackend
from notifications.states import Phase


@pytest.mark.parametrize(("over_ssl", "base"), [(True, smtplib.SMTP_SSL), (False, smtplib.SMTP)])
def test_mail_over_ssl_tells_how_far_it_came_too(over_ssl, base):
    connection_class = SmtpBackend(use_ssl=over_ssl, use_tls=False).connection_class

    assert issubclass(connection_class, base)
    assert connection_class.phase == Phase.CONNECT
    assert connection_class.refused == {}
    connection_class.before_data()  # nobody to ask is no hindrance


def test_from_the_data_command_on_a_mail_may_arrive(smtp):
    backend = SmtpBackend()
    backend.open()
    asked_in = []
    backend.connection.before_data = lambda: asked_in.append(backend.connection.phase)

    backend.connection.sendmail("marquee@example.org", ["ann@example.org"], "Dune")

    assert asked_in == [Phase.CONNECT]
    assert backend.connection.phase == Phase.DATA
    assert backend.connection.reply == (250, b"OK")
    backend.close()
