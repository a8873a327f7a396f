"""How the passes of every program are timed: as `reslens-cli bench` does it."""
import time

WARM_UP = 0.5  # seconds of passes that do not count, and one pass at least


def timed(run, runs):
    """The times of `runs` passes, in ms."""
    measured, begin, is_warm = [], time.perf_counter(), False
    while len(measured) < runs:
        started = time.perf_counter()
        run()
        ended = time.perf_counter()
        if is_warm:
            measured.append(1000 * (ended - started))
        is_warm = is_warm or ended - begin >= WARM_UP
    return measured
