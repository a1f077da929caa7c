"""Steps of addresses that Django does not know."""

from django.urls import register_converter

from pithead.kernel.periods import Period


class LongPeriod:
    """A quarter, a half or a year; months are addresses of their own."""

    regex = r"(?:19|2\d)\d{2}(?:-Q[1-4]|-H[12])?"
    to_python = staticmethod(Period.parse)
    to_url = staticmethod(str)


register_converter(LongPeriod, "long_period")
