"""Whom an address stands for, where something is counted by address."""

from __future__ import annotations

from realinsights_platform.addresses import network_of


class TestNetworkOf:
    def test_counts_an_ipv6_household_as_one(self) -> None:
        assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
        assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
        assert network_of("fe80::1%eth0") == network_of("fe80::2")

    def test_counts_an_ipv4_address_by_itself_however_it_is_written(self) -> None:
        assert network_of("192.0.2.1") == network_of("::ffff:192.0.2.1") != network_of("192.0.2.2")
        assert network_of("testclient") == "testclient"
