"""Two hundred publications of drawn registers, edition after edition: a reader of everything learns no small count."""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.publication_tools import tried

pytestmark = pytest.mark.soak

PUBLICATIONS = int(os.environ.get("PUBLIKATIONER", "200"))


def test_nothing_can_be_worked_out_of_everything_published(request: pytest.FixtureRequest) -> None:
    """Three editions each, corrected in between; what could not be proved safe was never let out."""
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), multiprocessing.get_context("spawn")) as pool:
        outcomes = list(pool.map(tried, range(PUBLICATIONS)))
    made = sum(o.editions for o in outcomes)
    unsafe, small = sum(o.unsafe for o in outcomes), sum(o.small for o in outcomes)
    given = [f"frö {o.seed}, {words}" for o in outcomes for words in o.findings]
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(
            f"\nsoak: {len(outcomes)} publikationer, 3 utgåvor, {len(given)} avslöjade; {made} utgåvor ute med "
            f"{sum(o.hidden for o in outcomes)} skyddade celler, {unsafe} nekade som osäkra, {small} rättelser som "
            f"fick vänta, {sum(o.already for o in outcomes)} uppgifter som redan var ute\n"
        )
    assert given == []
    assert [o.seed for o in outcomes if not o.clean] == []
    assert unsafe * 3 <= made + unsafe
    assert sum(o.editions == 3 for o in outcomes) * 4 >= len(outcomes)
    assert sum(o.hidden > 0 for o in outcomes) * 2 >= len(outcomes)
