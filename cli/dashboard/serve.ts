/** Runs the dashboard until it is told to end. */
import { serve, type ServerType } from "@hono/node-server";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Server } from "node:http";
import { closeConnections } from "../../streams/jetstream/connection";
import type { LabHome } from "../lab/home";
import { requireLab } from "../lab/session";
import { perform } from "./actions";
import { dashboardApp } from "./app";
import { Live } from "./live";
import { pageFiles } from "./page-files";
import { labSource, stacksSource } from "./source";
import type { Action } from "./wire";

export interface DashboardOptions {
  /**
   * Port on 127.0.0.1.
   *
   * @default - one that is free
   */
  readonly port?: number;
  /** Shows the stacks of the Pulumi backend that the user is logged in to, without buttons, instead of the lab. */
  readonly stacks: boolean;
}

/**
 * Serves the page, and says where, until the signal is aborted.
 *
 * @throws Error where there is no lab, and where the port is taken.
 */
export async function dashboard(
  home: LabHome,
  { port = 0, stacks }: DashboardOptions,
  signal: AbortSignal,
): Promise<void> {
  if (!stacks) requireLab(home);
  const source = stacks ? stacksSource() : labSource(home);
  const live = new Live(source);
  const token = randomBytes(24).toString("base64url");
  const act = async (action: Action) => {
    const done = await perform(home, action, signal);
    await live.measureStatus();
    return done;
  };
  const app = dashboardApp({ live, files: await pageFiles(), perform: act, token, writable: source.writable });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port });
  const hangUp = () => void closeConnections(); // else a report that waits for servers that are gone holds up the end
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    console.log(`dashboard of ${source.label}: ${await urlOf(server, port)}/#${token} (Ctrl-C ends it)`);
    await live.run(signal);
  } finally {
    server.close();
    if (server instanceof Server) server.closeAllConnections(); // pages hold theirs open
    await closeConnections();
  }
}

async function urlOf(server: ServerType, wanted: number): Promise<string> {
  try {
    if (!server.listening) await once(server, "listening");
  } catch (error) {
    const cure = "choose another: npm run lab -- dashboard --port <port>, or leave --port out for one that is free";
    throw new Error(`port ${wanted} of 127.0.0.1 cannot be had: ${(error as Error).message}; ${cure}`, {
      cause: error,
    });
  }
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
