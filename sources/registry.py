"""All sources. A new source is added here and nowhere else."""

from sources import aggregat, bra, forekomst, iop, kolada, oj, register, scb
from sources.base import Source
from sources.forms import arbetsbok, arendeblad

SOURCES: tuple[Source, ...] = (
    *register.SOURCES,
    *arbetsbok.SOURCES,
    *arendeblad.SOURCES,
    *bra.SOURCES,
    *scb.SOURCES,
    *iop.SOURCES,
    *aggregat.SOURCES,
    *kolada.SOURCES,
    *oj.SOURCES,
    *forekomst.SOURCES,
)
