from livedata_core.contract import RunMark, RunStart, RunStop
from livedata_core.data.runs import MARKS, RunState


def test_starts_and_ends_are_remembered_once_each() -> None:
    runs = RunState()
    for _ in range(2):
        runs.started(RunStart("one", 100))
        runs.stopped(RunStop("one", 200))
    assert runs.marks == (
        RunMark(100, "one", starts=True),
        RunMark(200, "one", starts=False),
    )
    assert runs.run is not None
    assert not runs.run.running


def test_marks_are_bounded() -> None:
    runs = RunState()
    for n in range(MARKS + 50):
        runs.started(RunStart("run", n + 1))
    assert len(runs.marks) == MARKS
    assert runs.marks[-1].time_ns == MARKS + 50
