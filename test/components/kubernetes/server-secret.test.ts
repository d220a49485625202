import { expect } from "chai";
import { serverSecret } from "../../../components/kubernetes/server-secret";

const accounts = {
  ACC: [{ user: "acc", passwordHash: "$2b$10$acc" }],
  SYS: [{ user: "sys", passwordHash: "$2b$10$sys" }],
};
const remote = {
  account: "ACC",
  urls: ["nats-leaf://hub.example.com:30742"],
  user: "acc-cinema-a",
  password: "p@ss",
  tls: { caFile: "/etc/nats-auth/ca.crt" },
} as const;
const accountsConf = {
  SYS: { users: [{ user: "sys", password: "$2b$10$sys" }] },
  ACC: { jetstream: "enabled", users: [{ user: "acc", password: "$2b$10$acc" }] },
};

describe("serverSecret", () => {
  it("of a hub is its accounts, and the mark as a tag", () => {
    const { "auth.conf": conf, ...rest } = serverSecret({ accounts, remotes: [], mark: "1a2b3c4d", ca: "" });
    expect(JSON.parse(conf ?? "")).to.deep.equal({ server_tags: ["config:1a2b3c4d"], accounts: accountsConf });
    expect(rest).to.deep.equal({});
  });

  it("of a spoke is also whom it dials, and the CA that it verifies the hub by", () => {
    const { "auth.conf": conf, ...rest } = serverSecret({ accounts, remotes: [remote], mark: "1a2b3c4d", ca: "PEM" });
    expect(JSON.parse(conf ?? "")).to.deep.equal({
      server_tags: ["config:1a2b3c4d"],
      accounts: accountsConf,
      leafnodes: {
        remotes: [
          {
            account: "ACC",
            urls: ["nats-leaf://acc-cinema-a:p%40ss@hub.example.com:30742"],
            tls: { ca_file: "/etc/nats-auth/ca.crt" },
          },
        ],
      },
    });
    expect(rest).to.deep.equal({ "ca.crt": "PEM" });
  });
});
