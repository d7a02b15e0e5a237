"""Regions as sets of values by dimension, for those who put them into words."""

from __future__ import annotations

from collections.abc import Mapping

from remit.engine.intervals import IntervalSet
from remit.engine.map.cells import Region
from remit.engine.map.counting import ranges_of
from remit.engine.vocabulary import DATE

__all__ = ["values_of"]


def values_of(region: Region) -> Mapping[str, IntervalSet]:
    """Return what a region allows; a dimension that may be anything is left out.

    In the order of the vocabulary, days last.
    """
    ground = region.whole.ground
    found = {
        axis.name: axis.allowed(ranges_of(mask))
        for axis, mask in zip(ground.space.axes, region.box, strict=True)
        if not mask.all()
    }
    return {name: found[name] for name in (*ground.vocabulary.dimensions, DATE) if name in found}
