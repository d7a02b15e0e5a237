"""The tables of a run, as Markdown: single events, many at once, load, memory, and who failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from machine import exponents, sentence, table

__all__ = ["markdown"]

Found = Mapping[str, object]
"""What one peer's process wrote for one size."""
NEAR = 1.5
"""A ratio below this says nothing on a machine that others use too."""


def markdown(data: Mapping[str, object]) -> str:
    """Return the whole report.

    Args:
        data: `machine`, `sizes`, `rounds`, and `peers`: a title, and by size what was found.
    """
    sizes: list[int] = data["sizes"]
    peers = sorted(data["peers"], key=lambda peer: _order(peer, sizes))
    columns = [f"N={size:,}" for size in sizes]
    lines = [
        sentence(data["machine"]),
        (
            f"Medians of {data['rounds']} rounds, each peer in a process of its own; "
            "every answer of every round was right."
        ),
        "",
        (
            "**One event: p50 / p99, µs.** Spelling out trees for engines that know none is apart: "
            "see `prepare`. Growth: exponents of p50 between the sizes; 1 is in proportion."
        ),
        "",
        *table(
            ["peer", "version", *columns, "growth", "prepare"],
            [
                [*_name(p), *_cells(p, sizes, _single), _growth(p, sizes), _prepare(p)]
                for p in peers
            ],
        ),
        "",
        "**Best way: events a second of processor time** (b: by its interface for many).",
        "",
        *table(
            ["peer", "version", *columns],
            [[*_name(p), *_cells(p, sizes, _best)] for p in peers],
        ),
        "",
        (
            "**Load, s of processor time / memory of the loaded rules, MiB.** remit reads YAML, "
            "which the others are spared."
        ),
        "",
        *table(
            ["peer", "version", *columns],
            [
                row
                for p in peers
                for row in [[*_name(p), *_cells(p, sizes, _load)], *_parts(p, sizes)]
            ],
        ),
        "",
        *_ahead(peers, sizes),
        *_reasons(peers, sizes),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _order(peer: Found, sizes: Sequence[int]) -> tuple[bool, float]:
    best = [_rate(_at(peer, size)) for size in reversed(sizes)]
    known = [rate for rate in best if rate]
    return not known, -(known[0] if known else 0)


def _at(peer: Found, size: int) -> Found:
    found: Found = peer["by_size"].get(str(size), {})
    return found


def _name(peer: Found) -> tuple[str, str]:
    versions = [str(found.get("version", "")) for found in peer["by_size"].values()]
    return str(peer["title"]), next((version for version in versions if version), "")


def _cells(peer: Found, sizes: Sequence[int], show: Callable[[Found], str]) -> list[str]:
    return ["-" if "reason" in _at(peer, s) else show(_at(peer, s)) for s in sizes]


def _single(found: Found) -> str:
    if "p50_us" not in found:
        return "many only"
    return f"{_figure(found['p50_us'])} / {_figure(found['p99_us'])}"


def _rate(found: Found) -> float:
    return max(found.get("per_s", 0), found.get("batch_per_s", 0))


def _best(found: Found) -> str:
    return f"{_rate(found):,.0f}" + " b" * (found.get("batch_per_s", 0) > found.get("per_s", 0))


def _load(found: Found) -> str:
    return f"{found['load_s']:.3f} / {max(0, found['memory_mib']):.1f}"


def _growth(peer: Found, sizes: Sequence[int]) -> str:
    figures = [_at(peer, size).get("p50_us") for size in sizes]
    return ", ".join("-" if e is None else f"{e:.2f}" for e in exponents(sizes, figures))


def _prepare(peer: Found) -> str:
    known = [found["prepare_us"] for found in peer["by_size"].values() if "prepare_us" in found]
    return _figure(median(known)) if known else "-"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 -- three digits


def _parts(peer: Found, sizes: Sequence[int]) -> list[list[str]]:
    """Return a row for each part of a load that is told apart."""
    names = {name: None for size in sizes for name in _at(peer, size).get("load_parts_s", {})}
    rows = []
    for name in names:
        parts = [_at(peer, size).get("load_parts_s", {}).get(name) for size in sizes]
        told = ["-" if part is None else f"{part:.3f}" for part in parts]
        rows.append([f"{peer['title']}: {name}", "", *told])
    return rows


def _ahead(peers: Sequence[Found], sizes: Sequence[int]) -> list[str]:
    """Return where a peer beats remit, by what."""
    own = next((peer for peer in peers if peer["title"] == "remit"), None)
    if own is None:
        return []
    measures = [
        ("one event (p50)", "p50_us", 0),
        ("load", "load_s", 0.01),
        ("memory", "memory_mib", 1),
    ]
    lines = []
    for told, key, least in measures:
        for size in sizes:
            mine = _at(own, size).get(key)
            better = [
                (_at(peer, size)[key], peer["title"])
                for peer in peers
                if peer is not own
                and mine
                and key in _at(peer, size)
                and max(least, _at(peer, size)[key]) * NEAR < mine
            ]
            names = [f"{name} ({mine / max(least, value):.1f}x)" for value, name in sorted(better)]
            if names:
                lines.append(f"- {told}, N={size:,}: {', '.join(names)}")
    for size in sizes:
        mine = _rate(_at(own, size))
        if not mine:
            continue
        better = [(_rate(_at(p, size)), p["title"]) for p in peers if p is not own]
        names = [
            f"{n} ({r / mine:.1f}x)" for r, n in sorted(better, reverse=True) if r > mine * NEAR
        ]
        if names:
            lines.append(f"- events a second, N={size:,}: {', '.join(names)}")
    head = f"**Ahead of remit**, by more than {NEAR} times:"
    return [head, "", *(lines or ["- nobody"]), ""]


def _reasons(peers: Sequence[Found], sizes: Sequence[int]) -> list[str]:
    lines = []
    for peer in peers:
        reasons: dict[str, list[str]] = {}
        for size in sizes:
            reason = _at(peer, size).get("reason")
            if reason:
                reasons.setdefault(" ".join(str(reason).split()), []).append(f"N={size:,}")
        lines += [f"- {peer['title']} ({', '.join(at)}): {why}" for why, at in reasons.items()]
    return ["**Not measured**", "", *lines] if lines else []
