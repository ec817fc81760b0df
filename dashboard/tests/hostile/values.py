"""What somebody types who means no good, and what of it must never come back as it is."""

from hypothesis import strategies as st

# In every text that a page might echo, so that what comes back is found.
MARK = "qz"

MARKUP = [
    f"<marquee-{MARK} onerror={MARK}>",
    f'"><script>{MARK}()</script>',
    f"</script><script>{MARK}()</script>",
    f"'><img src={MARK} on{MARK}={MARK}>",
    f"</textarea></title>--><marquee-{MARK}>",
    f'" x-data-{MARK}="{MARK}',
    f"' @{MARK}='{MARK}",
    f"`${{{MARK}}}`; {MARK}()//",
    f"{{{{7*7}}}}{MARK}",
    f"{{% include '{MARK}' %}}",
    f"javascript:{MARK}()",
    f"//{MARK}.example/",
]
FORMULAS = [
    *(
        f"={MARK}()",
        f"+{MARK}",
        f"-{MARK}",
        f"@{MARK}",
        f"\t={MARK}",
        f"\N{FULLWIDTH EQUALS SIGN}{MARK}",
    ),
]
ODD = [
    f"\0{MARK}",
    f"\N{RIGHT-TO-LEFT OVERRIDE}{MARK}",
    "\ud800",
    f"\r\nSet-Cookie: {MARK}=1",
    "\N{ZERO WIDTH SPACE}",
    MARK * 5000,
    "[]{}()*?\\%_",
    "",
]
NUMBERS = [
    *("0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 30),
    *("1" * 5000, "1e999", "nan", "inf", "1_000", "٣", "²", "1.5", "1,2,x"),
]
DATES = [
    *("0001-01-01", "9999-12-31", "1970-01-01", "2026-02-30", "2026-11-27", "20261127"),
    *("2026-W48-5", "9999-12-31T23:59:59+14:00", "0000-00-00", "-2026-01-01"),
]
# What is expected here or there, to get past the first question.
WORDS = [
    *(
        "1",
        "7",
        "28",
        "hour",
        "day",
        "month",
        "custom",
        "today",
        "year",
        "none",
        "desc",
        "outcomes",
    ),
    *("delete_selected", "refill_selected", "retry_selected", "send_now_selected"),
    *("retry", "yes", "off", "all", "failed", "films", "True", "rising", "-1.2", "missing"),
]

texts = st.one_of(
    st.sampled_from(MARKUP),
    st.sampled_from(FORMULAS + ODD),
    st.sampled_from(NUMBERS),
    st.sampled_from(DATES),
    st.sampled_from(WORDS),
    st.text(max_size=12),
)
# As they go over the wire: in UTF-8, or in nothing at all.
values = st.one_of(
    texts.map(lambda text: text.encode(errors="surrogatepass")), st.binary(max_size=6)
)
