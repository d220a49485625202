import { expect } from "chai";
import { refusal, type Asked } from "../../../cli/dashboard/guard";

const expected = { token: "of-this-run", writable: true };
const own: Asked = { method: "GET", host: "127.0.0.1:8080" };
const post: Asked = { ...own, method: "POST", origin: "http://127.0.0.1:8080", token: "of-this-run" };

describe("whom the dashboard answers", () => {
  const answered: readonly (readonly [string, Asked])[] = [
    ["a page that is opened by its URL", { ...own, fetchSite: "none" }],
    ["its own page", { ...own, origin: "http://127.0.0.1:8080", fetchSite: "same-origin" }],
    ["localhost by name", { ...own, host: "localhost:8080" }],
    ["a button with the run's token", post],
  ];
  for (const [who, asked] of answered) it(`answers ${who}`, () => expect(refusal(asked, expected)).to.equal(undefined));

  const refused: readonly (readonly [string, Asked, number, string])[] = [
    ["a name that was pointed at this machine", { ...own, host: "evil.example:8080" }, 403, "host 'evil.example:8080'"],
    [
      "a name that begins like its own",
      { ...own, host: "127.0.0.1.evil.example" },
      403,
      "host '127.0.0.1.evil.example'",
    ],
    ["a request without a host", { method: "GET" }, 403, "host ''"],
    ["another origin", { ...own, origin: "http://evil.example" }, 403, "origin 'http://evil.example'"],
    [
      "another port of this machine",
      { ...post, origin: "http://127.0.0.1:3000" },
      403,
      "allowed: http://127.0.0.1:8080",
    ],
    ["a frame without an origin", { ...post, origin: "null" }, 403, "origin 'null'"],
    ["another site's link", { ...own, fetchSite: "cross-site" }, 403, "another site (cross-site)"],
    ["a button without the token", { ...post, token: undefined }, 403, "token"],
    ["a button with another run's token", { ...post, token: "of-this-ru" }, 403, "token"],
    ["another method", { ...post, method: "DELETE" }, 405, "allowed: GET, and POST for buttons"],
  ];
  for (const [who, asked, status, reason] of refused)
    it(`refuses ${who}, and says why`, () => {
      const found = refusal(asked, expected);
      expect(found?.status).to.equal(status);
      expect(found?.reason).to.contain(reason);
      expect(found?.reason).not.to.contain(expected.token);
    });

  it("takes no button outside the lab, whatever the token", () => {
    expect(refusal(post, { ...expected, writable: false })?.reason).to.contain("read-only");
  });
});
