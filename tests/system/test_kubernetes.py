"""deploy/kubernetes.yaml, by the schemas of Kubernetes."""

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
import yaml
from do_nfs_mcp.state.redis_state import RedisState
from do_nfs_mcp.transports.http.app import PATH

from ..support.contracts import ROOT
from ..support.stores import PASSWORD, Store

pytestmark = pytest.mark.system

RESOURCES: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text("utf-8")))
# The oldest that has all that is used, and the newest whose schemas are there.
VERSIONS = ("1.30", "1.37")


STATE = "do-nfs-mcp-state"


def named(kind: str, name: str = "do-nfs-mcp") -> dict[str, Any]:
    (found,) = (each for each in RESOURCES if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def validate(resource: dict[str, Any], version: str) -> None:
    # Here, so that the other tests run without it.
    import kubernetes_validate

    kubernetes_validate.validate(resource, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: f"{each['kind']} {each['metadata']['name']}")
def test_a_resource_is_as_its_schema_has_it(resource: dict[str, Any], version: str) -> None:
    validate(resource, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schemas_find_what_is_wrong(version: str) -> None:
    import kubernetes_validate

    for spoil in ({"replica": 3}, {"replicas": "three"}):
        spoilt = copy.deepcopy(named("Deployment"))
        spoilt["spec"].update(spoil)
        with pytest.raises(kubernetes_validate.ValidationError):
            validate(spoilt, version)


def test_the_deployment_runs_three_replicas_that_share_nothing_but_secrets_and_a_store_as_nobody() -> None:
    spec = named("Deployment")["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert spec["replicas"] == 3
    assert named("PodDisruptionBudget")["spec"]["minAvailable"] == 2
    assert all("secret" in volume for volume in pod["volumes"])
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert all("value" not in variable for variable in container["env"] if "TOKEN" in variable["name"])
    # None of them can be read by others, which the server refuses, and each that an argument names is there.
    assert {volume["secret"]["defaultMode"] for volume in pod["volumes"]} == {0o440}
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    named_files = [argument.partition("=")[2] for argument in container["args"] if "=/" in argument]
    assert {file.rpartition("/")[0] for file in named_files} == mounted


def test_every_selector_finds_the_pods_and_every_port_is_one_of_theirs() -> None:
    template = named("Deployment")["spec"]["template"]
    labels = template["metadata"]["labels"]
    ports = {port["name"]: port["containerPort"] for port in template["spec"]["containers"][0]["ports"]}
    assert named("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert named("Service")["spec"]["selector"] == labels
    assert named("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert named("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    assert named("Service")["spec"]["ports"][0]["targetPort"] in ports
    assert named("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"] in ports
    assert f"--port={ports['http']}" in template["spec"]["containers"][0]["args"]
    (rule,) = named("Ingress")["spec"]["rules"]
    assert rule["http"]["paths"][0]["path"] == PATH


def test_the_replicas_reach_the_store_and_nobody_else_does() -> None:
    store = named("StatefulSet", STATE)["spec"]
    labels = store["template"]["metadata"]["labels"]
    (container,) = store["template"]["spec"]["containers"]
    (port,) = container["ports"]
    assert store["serviceName"] == named("Service", STATE)["metadata"]["name"] == STATE
    assert store["selector"]["matchLabels"] == named("Service", STATE)["spec"]["selector"] == labels
    (opened,) = named("Service", STATE)["spec"]["ports"]
    assert opened["targetPort"] == port["name"]
    policy = named("NetworkPolicy", STATE)["spec"]
    assert policy["podSelector"]["matchLabels"] == labels
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "egress" not in policy
    (rule,) = policy["ingress"]
    server = named("Deployment")["spec"]["template"]
    assert rule == {
        "from": [{"podSelector": {"matchLabels": server["metadata"]["labels"]}}],
        "ports": [{"port": port["name"]}],
    }
    assert {
        "to": [{"podSelector": {"matchLabels": labels}}],
        "ports": [{"port": port["containerPort"]}],
    } in named("NetworkPolicy")["spec"]["egress"]
    assert f"--state=redis://{STATE}:{opened['port']}/0" in server["spec"]["containers"][0]["args"]


def test_the_store_runs_as_nobody_and_knows_what_was_ordered_after_a_restart(tmp_path: Path) -> None:
    """Debian's Redis takes the same arguments."""
    spec = named("StatefulSet", STATE)["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert spec["replicas"] == 1
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    data, password = container["volumeMounts"]
    (claimed,) = spec["volumeClaimTemplates"]
    assert claimed["metadata"]["name"] == data["name"]
    # The password comes from a file of the Secret, and no environment or command line shows it.
    (secret,) = pod["volumes"]
    assert secret["name"] == password["name"]
    assert secret["secret"]["defaultMode"] == 0o440
    (item,) = secret["secret"]["items"]
    assert container["args"][0] == f"{password['mountPath']}/{item['path']}"
    assert "env" not in container
    settings = tmp_path / "valkey.conf"
    settings.write_text(f"requirepass {PASSWORD}\n")
    replaced = {data["mountPath"]: str(tmp_path), container["args"][0]: str(settings)}
    store = Store(tmp_path, [replaced.get(argument, argument) for argument in container["args"]])
    try:
        assert anyio.run(weakness, store) == ""
    finally:
        store.stop()


async def weakness(store: Store) -> str:
    state = RedisState.connect(store.url, PASSWORD, "nfs")
    try:
        return await state.weakness()
    finally:
        await state.aclose()


def test_the_command_takes_the_arguments_of_the_deployment() -> None:
    """Up to the files, which are not here."""
    (container,) = named("Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["do-nfs-mcp"]
    result = subprocess.run(
        [sys.executable, "-m", "do_nfs_mcp", *container["args"]], capture_output=True, text=True, timeout=120
    )
    options = [argument.partition("=")[::2] for argument in container["args"] if "/run/" in argument]
    files = [file for _, file in options]
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    assert all(file.rpartition("/")[0] in mounts for file in files)
    assert result.returncode == 2
    option, file = options[0]
    assert result.stderr == f"do-nfs-mcp: error: {option}: {file} cannot be read: No such file or directory\n"
