from dashboard.front.chart_tables import table


def drawn() -> str:
    columns = {"Searches": [None, 2, 1204], "<b>": [None, 0, 1]}
    notes = ["1 day only", "", "so far, to 10:35"]
    return table(["Fri", "Sat", "Sun"], ["", "?a=1&b=2", ""], columns, notes)


def test_the_newest_row_comes_first_and_says_why_it_has_less():
    first = drawn().split("<tbody>")[1].split("</tr>")[0]

    assert '<th scope="row">Sun</th><td class="numeric">1,204</td>' in first
    assert "<td>so far, to 10:35</td>" in first


def test_a_row_leads_to_the_narrowed_period():
    assert '<a href="?a=1&amp;b=2">Sat</a>' in drawn()


def test_what_was_not_counted_is_no_zero():
    assert (
        '<th scope="row">Fri</th><td class="numeric">—</td><td class="numeric">—</td>'
        "<td>not counted</td>" in drawn()
    )


def test_the_sums_stand_below_and_names_are_no_markup():
    assert "&lt;b&gt;" in drawn()
    assert '<tfoot><tr><th scope="row">All</th><td class="numeric">1,206</td>' in drawn()
