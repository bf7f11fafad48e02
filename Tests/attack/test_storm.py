from installation import Installation
from storm import Storm


def test_in_a_storm_nothing_is_foreign_lost_or_doubled(tmp_path_factory, tally):
    folder = tmp_path_factory.mktemp("storm")
    with Installation(folder, gateways=2, durable=True).run() as installation:
        figures = Storm(installation, seconds=20, tenants=12, clients=8).run()
    tally("storm", "requests", figures["requests"])
    for kind, number in figures["faults"].items():
        tally("faults injected", kind, number)
    assert figures["acknowledged writes"] > 100 and sum(figures["faults"].values()) > 3, figures
    assert not figures["foreign rows"], figures
    assert not figures["lost writes"], figures
    assert not figures["doubled writes"], figures
    # What went wrong was said to be somebody else's turn, not the client's fault.
    assert set(figures["answers"]) <= {"200", "502", "503", "504", "left", "cut off"}, figures
