import { expect } from "chai";
import type { LocalClusterInputs } from "../../../components/local/local-cluster-inputs";
import { natsConf, remotesText } from "../../../components/local/nats-conf";
import { ofAllAccounts } from "../../../components/rotation";

const hash = (of: string) => `$2b$10$${of}`;

const hub: LocalClusterInputs = {
  folder: "~/hub",
  portBase: 14200,
  serverVersion: "2.14.2",
  settings: {
    domain: "hub",
    clusterName: "headquarter",
    serverNames: ["hub-nats-0", "hub-nats-1", "hub-nats-2"],
    maxFileStoreBytes: 1073741824,
    leafnodeAdvertise: "127.0.0.1:9",
  },
  rotation: ofAllAccounts([1]),
  accounts: {
    ACC: [
      { user: "acc", passwordHash: hash("acc") },
      { user: "acc-cinema-a", passwordHash: hash("a") },
    ],
    SYS: [{ user: "sys", passwordHash: hash("sys") }],
  },
  remotes: [],
};

const spoke: LocalClusterInputs = {
  ...hub,
  settings: {
    domain: "cinema-a",
    clusterName: "spoke-1",
    serverNames: ["cinema-a-nats-0"],
    maxFileStoreBytes: 1048576,
    extensionHint: "no_extend",
  },
  accounts: { ACC: [{ user: "acc", passwordHash: hash("acc") }], SYS: [] },
  remotes: [
    { account: "ACC", urls: ["nats-leaf://127.0.0.1:14245"], user: "acc@a", password: "p@/:$w#%&=+ \"q\\x'" },
    { account: "SYS", urls: ["nats-leaf://127.0.0.1:1", "nats-leaf://127.0.0.1:2"], user: "sys", password: "s" },
  ],
};

describe("natsConf", () => {
  it("a hub's server listens on loopback, knows its peers and users, and advertises where it was told to", () => {
    expect(natsConf(hub, 1)).to.equal(`server_name: "hub-nats-1"
listen: "127.0.0.1:14201"
http: "127.0.0.1:14206"
cluster: {
  "name": "headquarter",
  "listen": "127.0.0.1:14211",
  "routes": [
    "nats-route://127.0.0.1:14210",
    "nats-route://127.0.0.1:14211",
    "nats-route://127.0.0.1:14212"
  ]
}
jetstream: {
  "domain": "hub",
  "store_dir": ".",
  "max_file_store": 1073741824,
  "max_memory_store": 0
}
system_account: "SYS"
accounts: {
  "SYS": {
    "users": [
      {
        "user": "sys",
        "password": "$2b$10$sys"
      }
    ]
  },
  "ACC": {
    "jetstream": "enabled",
    "users": [
      {
        "user": "acc",
        "password": "$2b$10$acc"
      },
      {
        "user": "acc-cinema-a",
        "password": "$2b$10$a"
      }
    ]
  }
}
leafnodes: {
  "listen": "127.0.0.1:14216",
  "advertise": "127.0.0.1:9",
  "no_advertise": false
}
`);
  });

  it("a spoke's only server is no cluster, has JetStream without its hub, accepts no leafnode, and includes its remotes", () => {
    expect(natsConf(spoke, 0)).to.equal(`server_name: "cinema-a-nats-0"
listen: "127.0.0.1:14200"
http: "127.0.0.1:14205"
jetstream: {
  "domain": "cinema-a",
  "store_dir": ".",
  "max_file_store": 1048576,
  "max_memory_store": 0,
  "extension_hint": "no_extend"
}
system_account: "SYS"
accounts: {
  "SYS": {
    "users": []
  },
  "ACC": {
    "jetstream": "enabled",
    "users": [
      {
        "user": "acc",
        "password": "$2b$10$acc"
      }
    ]
  }
}
include "remotes.conf"
`);
  });

  it("a server that there is not is an error", () => {
    expect(() => natsConf(hub, 3)).to.throw(RangeError, "'index' must be below 3, the number of servers, got 3");
  });
});

describe("remotesText", () => {
  it("a login travels in the remote's URLs, percent-encoded", () => {
    expect(remotesText(spoke.remotes)).to.equal(`leafnodes: {
  "remotes": [
    {
      "account": "ACC",
      "urls": [
        "nats-leaf://acc%40a:p%40%2F%3A%24w%23%25%26%3D%2B%20%22q%5Cx'@127.0.0.1:14245"
      ]
    },
    {
      "account": "SYS",
      "urls": [
        "nats-leaf://sys:s@127.0.0.1:1",
        "nats-leaf://sys:s@127.0.0.1:2"
      ]
    }
  ]
}
`);
  });
});
