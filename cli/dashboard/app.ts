/** The dashboard's requests and answers. */
import { Hono, type Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { streamSSE } from "hono/streaming";
import { readAction } from "./actions";
import { refusal, tokenHeader, type Expected } from "./guard";
import type { Live } from "./live";
import type { PageFile } from "./page-files";
import type { Action, Outcome } from "./wire";

export interface AppParts extends Expected {
  readonly live: Pick<Live, "snapshot" | "samples" | "watch">;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Does what a button asks for; says in words what was done. */
  readonly perform: (action: Action) => Promise<string>;
}

/** Nothing but the page's own files, no inline script or style, no frame around it. */
const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The longest request that a button makes, in bytes. */
const maxBodyBytes = 10_000;

/** Routes: the page's files, `/events` (live), `/action` (buttons). All of it only for whom `refusal` lets through. */
export function dashboardApp(parts: AppParts): Hono {
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy, strictTransportSecurity: false, xFrameOptions: "DENY" }));
  app.use(async (c, next) => {
    c.header("Cache-Control", "no-store");
    const { status, reason } = refusal(askedOf(c), parts) ?? {};
    return status === undefined ? next() : c.text(`${reason}\n`, status);
  });
  for (const [path, { type, text }] of parts.files) app.get(path, (c) => c.body(text, 200, { "Content-Type": type }));
  app.get("/events", (c) => events(c, parts.live));
  app.post("/action", async (c) => {
    const { error, outcome } = await acted(c, parts);
    return c.json(outcome, error ? 422 : 200);
  });
  return app;
}

function askedOf({ req }: Context) {
  return {
    method: req.method,
    host: req.header("host"),
    origin: req.header("origin"),
    fetchSite: req.header("sec-fetch-site"),
    token: req.header(tokenHeader),
  };
}

async function acted(c: Context, { perform }: AppParts): Promise<{ error: boolean; outcome: Outcome }> {
  try {
    const body = await c.req.text();
    if (body.length > maxBodyBytes) throw new Error(`a request of ${body.length} bytes; allowed: ${maxBodyBytes}`);
    return { error: false, outcome: { done: await perform(readAction(JSON.parse(body))) } };
  } catch (error) {
    return { error: true, outcome: { error: (error as Error).message } };
  }
}

/** First the history and the newest snapshot, then each new one. */
function events(c: Context, live: AppParts["live"]): Response {
  return streamSSE(c, async (stream) => {
    const send = (event: string, data: unknown) => stream.writeSSE({ event, data: JSON.stringify(data) });
    await send("history", live.samples);
    await send("snapshot", live.snapshot);
    const unwatch = live.watch((snapshot, sample) => {
      void send("snapshot", snapshot);
      if (sample) void send("sample", sample);
    });
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    unwatch();
  });
}
