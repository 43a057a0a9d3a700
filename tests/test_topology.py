"""A topology is data: one file says where everything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from realinsights.topology import FOLDER, BadTopology, known_topologies, needs, read_topology, services, several


def test_the_default_topology_is_one_process_with_every_service() -> None:
    topology = read_topology()
    assert {name: process.services for name, process in topology.processes.items()} == {
        "all": ("auth", "loans", "dashboard", "notifications", "files")
    }


def test_data_lies_in_the_folder_data_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    assert read_topology().documents["loans"] == f"sqlite:///{Path('data').resolve()}/loans.sqlite"
    elsewhere = read_topology(environment={"REALINSIGHTS_DATA": str(tmp_path)})
    assert elsewhere.documents["loans"] == f"sqlite:///{tmp_path}/loans.sqlite"
    assert elsewhere.engines.blobs == f"file://{tmp_path}/blobs"


def test_the_web_front_end_lies_where_it_is_built_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    assert read_topology().web == f"file://{Path(__file__).parents[1] / 'web' / 'out'}"
    assert read_topology(environment={"REALINSIGHTS_WEB": str(tmp_path)}).web == f"file://{tmp_path}"


def test_a_topology_need_not_have_one(tmp_path: Path) -> None:
    file = tmp_path / "api.toml"
    file.write_text((FOLDER / "monorepo.toml").read_text().replace("web = ", "# web = "))
    assert read_topology(str(file)).web == "none://"


def test_every_topology_file_in_the_repository_can_be_read() -> None:
    assert "monorepo" in known_topologies()
    for name in known_topologies():
        needed = needs(name) - {"REALINSIGHTS_DATA", "REALINSIGHTS_WEB"}
        assert read_topology(name, environment={variable: f"{variable.lower()}://" for variable in needed}).processes
    assert needs("enhanced") >= {"REALINSIGHTS_MONGODB_URL", "REALINSIGHTS_REDIS_URL", "REALINSIGHTS_BLOBS_URL"}
    assert several("enhanced")
    assert not several("monorepo")
    with pytest.raises(BadTopology, match=r"enhanced\.toml needs REALINSIGHTS_MONGODB_URL in the environment"):
        read_topology("enhanced")


def test_the_services_are_the_folders_with_an_assembly() -> None:
    assert services() == ("auth", "dashboard", "files", "loans", "notifications")


def test_only_one_process_is_alone(tmp_path: Path) -> None:
    assert read_topology().alone
    file = tmp_path / "two.toml"
    file.write_text((FOLDER / "monorepo.toml").read_text().replace("count = 1", "count = 2"))
    assert not read_topology(str(file)).alone


def test_every_service_has_to_be_answered_for_and_worked_for(tmp_path: Path) -> None:
    file = tmp_path / "idle.toml"
    file.write_text((FOLDER / "monorepo.toml").read_text().replace("count = 1", 'role = "api"'))
    with pytest.raises(BadTopology, match="role 'worker' holds the service 'auth'"):
        read_topology(str(file))


def test_a_file_elsewhere_is_named_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text((FOLDER / "monorepo.toml").read_text())
    assert read_topology(str(file)) == read_topology()


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(BadTopology, match="there is: enhanced, monorepo, services, services-2b"):
        read_topology("galaxy")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('"memory://"', '"${NOWHERE}"'), "needs NOWHERE in the environment"),
        (("count = 1", "count = 'one'"), "Expected `int`"),
        (("count = 1", "counts = 1"), "unknown field `counts`"),
        (('"auth", "loans"', '"auth", "lons"'), "unknown service 'lons'"),
        (('"auth", "loans", ', '"auth", '), "no process holds the service 'loans'"),
        (("loans = ", "leases = "), "no URL for 'loans'"),
        (("[engines]", "[engines"), "is not a topology"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text((FOLDER / "monorepo.toml").read_text().replace(*change, 1))
    with pytest.raises(BadTopology, match=complaint):
        read_topology(str(file))
