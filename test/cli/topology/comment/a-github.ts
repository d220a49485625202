/** A server that answers as GitHub's REST API does to what a comment needs. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

/** Holds one repository, `owner/name`, with one pull request, 7. */
export class FakeGitHub {
  readonly comments: FakeComment[] = [];
  readonly requests: string[] = [];
  head = { sha: "a".repeat(40), repo: { full_name: "fork/name" } };
  /** What tokens may: `read` is what a fork's run has. */
  readonly tokens: Readonly<Record<string, "read" | "write">> = { reader: "read", writer: "write" };
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    this.requests.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const say = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const right = this.tokens[headers.authorization?.replace("Bearer ", "") ?? ""];
    if (!right) return say(401, { message: "Bad credentials" });
    if (method !== "GET" && right === "read") return say(403, { message: "Resource not accessible by integration" });
    const { pathname, searchParams } = new URL(url, "http://here");
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as { body: string }).body : "";
    if (body.length > 65_536) return say(422, { message: "Body is too long (maximum is 65536 characters)" });
    const path = pathname.replace("/repos/owner/name/", "");
    if (path === "pulls/7") return say(200, { number: 7, head: this.head });
    if (path === "issues/7/comments" && method === "POST") return say(201, this.add(body));
    if (path === "issues/7/comments") return say(200, this.page(searchParams));
    const comment = this.comments.find(({ id }) => path === `issues/comments/${id}`);
    if (!comment || method !== "PATCH") return say(404, { message: "Not Found" });
    comment.body = body;
    return say(200, comment);
  }

  add(body: string, login = "github-actions[bot]"): FakeComment {
    const comment = { id: 1_000 + this.comments.length, body, user: { login } };
    this.comments.push(comment);
    return comment;
  }

  private page(query: URLSearchParams): FakeComment[] {
    const size = Math.min(100, Number(query.get("per_page") ?? 30));
    const first = (Number(query.get("page") ?? 1) - 1) * size;
    return this.comments.slice(first, first + size);
  }
}
