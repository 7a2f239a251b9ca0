import { comparePrices } from "../../core/money.ts";
import { kubernetesOf } from "../kubernetes.ts";
import type { Instance } from "../records.ts";
import type { World } from "../world.ts";
import { terminate } from "./instances.ts";

/**
 * EC2 takes a spot instance back: the notice comes two minutes before, on the instance itself, and the instance asks its
 * cluster to let it leave (docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html;
 * bootstrap-agent.md §8).
 */
export function interrupt(world: World, instance: Instance): void {
  const node = kubernetesOf(world, instance.tags["slipway:cluster"] ?? "").nodes.get(instance.id);
  if (node !== undefined) node.isInterrupted = true;
  world.after(120_000, () => terminate(world, instance, "Server.SpotInstanceTermination"));
}

/** The price of a type in a zone moves; whoever pays no more than less is interrupted (spot-requests.md, MaxPrice). */
export function moveSpotPrice(world: World, type: string, zone: string, price: string): void {
  world.spotPrices.set(`${type}/${zone}`, price);
  for (const instance of world.instances.values()) {
    const isThere = instance.state === "running" || instance.state === "pending";
    if (!isThere || !instance.isSpot || instance.type !== type || instance.zone !== zone) continue;
    if (instance.spotMaxPrice !== undefined && comparePrices(instance.spotMaxPrice, price) < 0) {
      interrupt(world, instance);
    }
  }
}
