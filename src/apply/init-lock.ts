import { nodesById } from "../resources/node/instances.ts";
import { clearInitLock, readInitLock } from "../resources/pki/init-lock.ts";
import type { Run } from "./context.ts";

const LOOK_MS = 15_000;

/**
 * While control-plane nodes wait for another one to initialise the cluster, looks whether that one is still there. Where
 * it is gone they would wait for ever; without its lock the next one begins. Runs until `signal` is aborted.
 */
export async function keepInitGoing(run: Run, isWaiting: () => boolean, signal: AbortSignal): Promise<void> {
  const { aws, cluster } = run;
  for (;;) {
    await aws.clock.sleep(LOOK_MS, signal);
    if (!isWaiting()) continue;
    const lock = await readInitLock(aws, cluster);
    if (lock?.state !== "running") continue;
    const [holder] = await nodesById(aws, [lock.instance]);
    if (holder === undefined || holder.state === "shutting-down") await clearInitLock(aws, cluster);
  }
}
