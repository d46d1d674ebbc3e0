"""What a browser's own trace says of the work that a page gave it."""

from typing import Any

SCRIPTING = {
    "FunctionCall", "EvaluateScript", "TimerFire", "FireAnimationFrame", "EventDispatch",
    "RunMicrotasks", "MinorGC", "MajorGC", "V8.GCScavenger", "v8.callFunction",
}  # fmt: skip
"""What Chromium's tracing calls the work of scripts, the collection of their rubbish included."""


def scripting(trace: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of script in each tenth of a second on the page's main thread."""
    mains = main_threads(trace)
    by_thread: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for event in trace:
        key = (event.get("pid", 0), event.get("tid", 0))
        if event.get("ph") == "X" and event["name"] in SCRIPTING and key in mains:
            # The thread's own time: what other programs take of the machine is not the page's.
            began = event.get("tts", event["ts"])
            span = (began, began + event.get("tdur", event.get("dur", 0)), event["ts"])
            by_thread.setdefault(key, []).append(span)
    most = max(len(spans) for spans in by_thread.values())
    busiest = sorted(next(spans for spans in by_thread.values() if len(spans) == most))
    first = min(at for _, _, at in busiest)
    windows = [0.0] * ((max(at for _, _, at in busiest) - first) // 100_000 + 1)
    until = 0
    for start, end, at in busiest:
        # One inside another has been counted with it.
        spent = end - max(start, until)
        until = max(end, until)
        if spent > 0:
            windows[(at - first) // 100_000] += spent / 1000
    return windows[1:-1]


def tasks(trace: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of each task of the page's main thread, drawing included.

    In the time that the thread itself had: on a machine that others load too, the wall clock
    counts their work with it.
    """
    mains = main_threads(trace)
    return [
        event.get("tdur", event.get("dur", 0)) / 1000
        for event in trace
        if event.get("ph") == "X"
        and event["name"].endswith("RunTask")
        and (event["pid"], event["tid"]) in mains
    ]


def restyled(trace: list[dict[str, Any]]) -> list[int]:
    """Elements whose style was worked out anew, each time that some were."""
    mains = main_threads(trace)
    return [
        int(event["args"]["elementCount"])
        for event in trace
        if event.get("name") == "UpdateLayoutTree"
        and (event["pid"], event["tid"]) in mains
        and "elementCount" in event.get("args", {})
    ]


def main_threads(trace: list[dict[str, Any]]) -> set[tuple[int, int]]:
    """The threads on which pages run."""
    return {
        (event["pid"], event["tid"])
        for event in trace
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
