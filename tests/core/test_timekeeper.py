"""The clock is compared with a time server that tells a wrong hour, the right one, or nothing."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import ntplib
import pytest

from creathon.core.clock import SystemClock
from creathon.core.timekeeper import Timekeeper


@contextmanager
def time_server(ahead: timedelta) -> Iterator[str]:
    """A server on loopback that answers one question, its clock `ahead` of this machine's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(5)

        def answer() -> None:
            question, asker = door.recvfrom(48)
            packet = ntplib.NTPPacket(version=4, mode=4)
            packet.from_data(question)
            packet.mode, packet.stratum = 4, 1
            packet.orig_timestamp = packet.tx_timestamp
            told = ntplib.system_to_ntp_time((SystemClock().now() + ahead).timestamp())
            packet.recv_timestamp = packet.tx_timestamp = told
            door.sendto(packet.to_data(), asker)

        thread = Thread(target=answer)
        thread.start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        thread.join()


@pytest.mark.bar("F73")
@pytest.mark.parametrize(("seconds", "alarms"), [(3.0, 1), (-3.0, 1), (0.0, 0)])
async def test_a_clock_that_drifts_is_measured_and_logged(
    seconds: float, alarms: int, caplog: pytest.LogCaptureFixture
) -> None:
    with time_server(timedelta(seconds=seconds)) as address:
        keeper = Timekeeper(address)
        await keeper.measure()
    assert keeper.drift is not None
    assert abs(keeper.drift.total_seconds() - seconds) < 0.5
    assert len([one for one in caplog.records if "late" in one.message]) == alarms


@pytest.mark.bar("F73")
async def test_a_server_that_stops_answering_takes_away_what_was_known(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{door.getsockname()[1]}"
    keeper = Timekeeper(closed)
    keeper.drift = timedelta(seconds=3)
    await keeper.measure()
    assert keeper.drift is None
    assert "does not answer" in caplog.text


async def test_nobody_is_asked_without_a_server() -> None:
    keeper = Timekeeper(None)
    await keeper.run()
    assert keeper.drift is None
