from dashboard.flow.version import of_code


def test_the_version_changes_with_the_code_and_with_nothing_else(tmp_path):
    code = tmp_path / "movies" / "omdb.py"
    code.parent.mkdir()
    code.write_text("answer = 42")
    before = of_code(tmp_path)

    (tmp_path / "movies" / "tests").mkdir()
    (tmp_path / "movies" / "tests" / "test_omdb.py").write_text("")
    (tmp_path / "movies" / "omdb.pyc").write_text("")
    (tmp_path / "README.md").write_text("")
    assert of_code(tmp_path) == before

    code.write_text("answer = 43")
    assert of_code(tmp_path) != before
    assert len(before) == 8
