"""What docs/api.md and the README tell to type works word for word."""

import pytest
import walk
from processes import REPOSITORY

WALKS = {
    "a week": lambda: (REPOSITORY / "docs/api.md").read_text(),
    "a household's books": lambda: walk.section(
        (REPOSITORY / "README.md").read_text(), "A household's books"),
}


@pytest.mark.parametrize("name", WALKS)
def test_it_works_word_for_word(server, tmp_path, name):
    steps = walk.steps(WALKS[name]())
    assert len(steps) > 1
    outputs = walk.run(
        [command for command, _ in steps], tmp_path,
        {"http://acme.localhost:8080": server.public.replace("127.0.0.1", "acme.localhost")})
    assert len(outputs) == len(steps)
    for (command, expected), output in zip(steps, outputs):
        if expected is not None:
            assert output == expected, command
