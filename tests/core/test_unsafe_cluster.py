"""A PostgreSQL that may lose what it confirms: the platform does not start on it. A cluster of the test's own."""

import pytest

from creathon.core.database import Database, DurabilityError
from tests.clusters import own_cluster


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.bar("H98")
@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
async def test_a_cluster_that_may_lose_pages_is_refused(name: str) -> None:
    with own_cluster(f"{name}=off") as cluster:
        database = Database(cluster.address)
        try:
            with pytest.raises(DurabilityError, match=name):
                await database.check()
        finally:
            await database.close()
