// A share's life, told in fetch() with the types by openapi-typescript.
import type { components, paths } from "./api";

declare const process: { argv: string[] };

type Order = paths["/v2/nfs"]["post"]["requestBody"]["content"]["application/json"];
type Ordered = paths["/v2/nfs"]["post"]["responses"][201]["content"]["application/json"];
type Listed = paths["/v2/nfs"]["get"]["responses"][200]["content"]["application/json"];
type Change = components["schemas"]["ShareActionRequest"];

async function main(url: string, token: string): Promise<void> {
  const call = async <Answer>(method: string, path: string, body?: Order | Change): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  };
  const order: Order = {
    name: "data",
    region: "atl1",
    size_gib: 50,
    vpc_ids: ["796c6fe3-2a1d-4da2-9f3e-38239827dc91"],
    performance_tier: "standard",
  };
  const { share } = await call<Ordered>("POST", "/v2/nfs", order);
  await call("POST", `/v2/nfs/${share.id}/actions`, { type: "resize", params: { size_gib: 60 } });
  const { shares } = await call<Listed>("GET", "/v2/nfs");
  if (shares?.[0]?.size_gib !== 60) throw new Error("The share has not grown");
  // @ts-expect-error: a share never loses its size, and no order has none.
  const without_size: Order = { name: "data", region: "atl1", vpc_ids: [] };
  void without_size;
  await call("DELETE", `/v2/nfs/${share.id}`);
}

void main(process.argv[2]!, process.argv[3]!);
