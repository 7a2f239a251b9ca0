/** A server on loopback that stands where AWS would. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers as `listener` does; `env` leads the SDK of a process to it. */
export async function standInForAws(
  listener: RequestListener,
): Promise<{ env: Record<string, string>; close(): void }> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "y",
      AWS_REGION: "us-east-1",
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
