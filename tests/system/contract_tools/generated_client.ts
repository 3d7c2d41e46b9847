// A share's life, told to a client by openapi-generator's typescript-fetch.
import { AccessPointsApi, Configuration, PerformanceTier, SharesApi, SnapshotsApi } from "./client";

declare const process: { argv: string[] };

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It does not hold that ${what}`);
}

async function main(basePath: string, accessToken: string): Promise<void> {
  const configuration = new Configuration({ basePath, accessToken });
  const [shares, snapshots, points] = [
    new SharesApi(configuration),
    new SnapshotsApi(configuration),
    new AccessPointsApi(configuration),
  ];
  const vpcId = "796c6fe3-2a1d-4da2-9f3e-38239827dc91";
  const { share } = await shares.createShare({
    createShareRequest: {
      name: "data",
      region: "atl1",
      sizeGib: 50,
      vpcIds: [vpcId],
      performanceTier: PerformanceTier.Standard,
    },
  });
  const nfsId = share.id;
  check((await shares.getShare({ nfsId })).share.status === "ACTIVE", "the share is ACTIVE");
  await shares.createShareAction({ nfsId, shareActionRequest: { type: "resize", params: { sizeGib: 60 } } });
  check((await shares.getShare({ nfsId })).share.sizeGib === 60, "the share has grown");
  await shares.createShareAction({ nfsId, shareActionRequest: { type: "snapshot", params: { name: "daily" } } });
  const taken = (await snapshots.listSnapshots({ shareId: nfsId })).snapshots ?? [];
  check(taken.length === 1 && taken[0]!.createdAt instanceof Date, "there is one snapshot, with the time it was taken");
  const { accessPoint } = await points.createAccessPoint({
    shareId: nfsId,
    createAccessPointRequest: {
      name: "team-a",
      path: "/exports/team-a",
      vpcId,
      accessPolicy: {
        anonuid: 65534,
        anongid: 65534,
        protocols: ["NFS4"],
        squashConfig: "ROOT_SQUASH",
        identityEnforcementEnabled: false,
      },
    },
  });
  await points.deleteAccessPoint({ accessPointId: accessPoint.id });
  await snapshots.deleteSnapshot({ nfsSnapshotId: taken[0]!.id });
  await shares.deleteShare({ nfsId });
  check((await shares.listShares()).shares?.length === 0, "the share is gone");
}

void main(process.argv[2]!, process.argv[3]!);
