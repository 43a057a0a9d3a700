"""Whom an address stands for, where something is counted by address."""

from __future__ import annotations

from realinsights_platform.addresses import Addresses, network_of


class TestNetworkOf:
    def test_counts_an_ipv6_household_as_one(self) -> None:
        assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
        assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
        assert network_of("fe80::1%eth0") == network_of("fe80::2")

    def test_counts_an_ipv4_address_by_itself_however_it_is_written(self) -> None:
        assert network_of("192.0.2.1") == network_of("::ffff:192.0.2.1") != network_of("192.0.2.2")
        assert network_of("testclient") == "testclient"


class TestAddresses:
    def test_hold_addresses_and_networks(self) -> None:
        listed = Addresses("192.0.2.1, 10.1.0.0/16,2001:db8::/32")
        for inside in ("192.0.2.1", "10.1.200.3", "2001:db8:5::1"):
            assert inside in listed
        for outside in ("192.0.2.2", "10.2.0.1", "2001:db9::1", "", "testclient"):
            assert outside not in listed

    def test_hold_nobody_where_nothing_is_listed_and_everybody_where_that_is_said(self) -> None:
        assert "" not in Addresses("")
        assert "192.0.2.1" not in Addresses("")
        assert "192.0.2.1" in Addresses("*")
