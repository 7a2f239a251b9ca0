/** A headless Chromium, spoken to by the DevTools protocol over a pipe (https://chromedevtools.github.io/devtools-protocol/). */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

/** How the page is looked at. */
export interface Look {
  width: number;
  height?: number;
  scheme: "light" | "dark";
  /** As paper, not as a screen. */
  print?: boolean;
}

/** The first of them that is here; undefined: none is. */
export function findChromium(): string | undefined {
  const names = [process.env.CHROME_BIN ?? "", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return names.find((name) => {
    try {
      return name !== "" && execFileSync("which", [name], { stdio: "pipe" }).length > 0;
    } catch {
      return false;
    }
  });
}

type Message = {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: object;
  error?: { message: string };
};

export class Chromium {
  /** What the page said: messages of its console, errors, breaches of its policy. */
  readonly complaints: string[] = [];
  /** Addresses that the page asked for, its own file among them. */
  readonly requests: string[] = [];
  readonly #input: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #events = new Map<string, () => void>();
  readonly #close: () => Promise<void>;
  #last = 0;
  #session: string | undefined;

  private constructor(input: Writable, output: Readable, close: () => Promise<void>) {
    this.#input = input;
    this.#close = close;
    let rest = "";
    output.on("data", (chunk: Buffer) => {
      const messages = (rest + chunk.toString()).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#heard(JSON.parse(message) as Message);
    });
  }

  static async start(program: string): Promise<Chromium> {
    const home = mkdtempSync(path.join(tmpdir(), "slipway-chromium-"));
    const child = spawn(
      program,
      // Without a sandbox: containers have none, and the page is our own.
      ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"].concat([
        "--remote-debugging-pipe",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        `--user-data-dir=${home}`,
        "about:blank",
      ]),
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
    const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
    const browser = new Chromium(input, output, async () => {
      child.kill("SIGKILL");
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
    const { targetId } = await browser.#ask<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.#ask<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    browser.#session = sessionId;
    for (const domain of ["Page", "Network", "Runtime", "Log"]) await browser.#ask(`${domain}.enable`);
    return browser;
  }

  async open(file: string, look: Look): Promise<void> {
    const { width, height = 900, scheme, print = false } = look;
    await this.#ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.#ask("Emulation.setEmulatedMedia", {
      media: print ? "print" : "screen",
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    const loaded = new Promise<void>((resolve) => this.#events.set("Page.loadEventFired", resolve));
    await this.#ask("Page.navigate", { url: pathToFileURL(file).href });
    await loaded;
  }

  /** What an expression comes to in the page, as JSON would have it. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#ask<{ result: { value: T }; exceptionDetails?: object }>(
      "Runtime.evaluate",
      { expression, returnByValue: true },
    );
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** A picture of the whole page, or of a part of it. */
  async screenshot(clip?: { y: number; height: number }, format: "png" | "webp" = "png"): Promise<Buffer> {
    const size = await this.evaluate<{ width: number; height: number }>(
      "({ width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight })",
    );
    const { data } = await this.#ask<{ data: string }>("Page.captureScreenshot", {
      format,
      ...(format === "webp" ? { quality: 82 } : {}),
      captureBeyondViewport: true,
      clip: { x: 0, y: clip?.y ?? 0, width: size.width, height: clip?.height ?? size.height, scale: 1 },
    });
    return Buffer.from(data, "base64");
  }

  close(): Promise<void> {
    return this.#close();
  }

  #ask<T extends object>(method: string, params: object = {}): Promise<T> {
    this.#last += 1;
    const id = this.#last;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve((result ?? {}) as T) : reject(new Error(`${method}: ${error.message}`)),
      );
    });
  }

  #heard(message: Message): void {
    const { id, method = "", params = {} } = message;
    if (id !== undefined) {
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
      return;
    }
    if (method === "Network.requestWillBeSent") this.requests.push((params.request as { url: string }).url);
    if (method === "Runtime.consoleAPICalled" || method === "Runtime.exceptionThrown" || method === "Log.entryAdded")
      this.complaints.push(JSON.stringify(params));
    this.#events.get(method)?.();
    this.#events.delete(method);
  }
}
