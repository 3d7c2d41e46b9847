"""deploy/kubernetes.yaml, by the schemas of Kubernetes."""

import copy
import subprocess
import sys
from typing import Any

import pytest
import yaml
from do_nfs_mcp.transports.http.app import PATH

from ..support.contracts import ROOT

pytestmark = pytest.mark.system

RESOURCES: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text("utf-8")))
# The oldest that has all that is used, and the newest whose schemas are there.
VERSIONS = ("1.30", "1.37")


def named(kind: str) -> dict[str, Any]:
    (found,) = (resource for resource in RESOURCES if resource["kind"] == kind)
    return found


def validate(resource: dict[str, Any], version: str) -> None:
    # Here, so that the other tests run without it.
    import kubernetes_validate

    kubernetes_validate.validate(resource, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", [resource["kind"] for resource in RESOURCES])
def test_a_resource_is_as_its_schema_has_it(kind: str, version: str) -> None:
    validate(named(kind), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schemas_find_what_is_wrong(version: str) -> None:
    import kubernetes_validate

    for spoil in ({"replica": 3}, {"replicas": "three"}):
        spoilt = copy.deepcopy(named("Deployment"))
        spoilt["spec"].update(spoil)
        with pytest.raises(kubernetes_validate.ValidationError):
            validate(spoilt, version)


def test_the_deployment_runs_three_replicas_that_share_nothing_but_secrets_as_nobody() -> None:
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
