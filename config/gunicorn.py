"""How gunicorn serves: `gunicorn config.wsgi --config python:config.gunicorn`."""

from config.settings import LOGGING

workers = 2
threads = 2
# Longer than proxies keep a connection to use it again, nginx 60 s. The default is two seconds, as
# often as a page renews itself: a request that meets the closing is lost.
keepalive = 75
# In the home, which the image's user lacks, and where two runs of one user take it from each other.
control_socket_disable = True
loglevel = "warning"
# What it tells of its processes has the form of all other lines.
logconfig_dict = LOGGING
