/** A hub and its spoke with credentials, as both platforms are given them. */
import type { KubernetesLocation } from "../../components/kubernetes/helm-values";
import * as names from "../../components/kubernetes/names";
import { serverSecret } from "../../components/kubernetes/server-secret";
import { certificateHooks } from "../../components/leafnode-certificate-hooks";
import type { LocalClusterInputs } from "../../components/local/local-cluster-inputs";
import { leafnodeRemotes, serverSettings } from "../../components/server-config";

/** Of eight digits, which a careless chart would take for a number. */
export const marks = { values: "12345678", secret: "87654321", hubTls: true };

/** What the local platform is told of the location. */
export function localInputs(location: KubernetesLocation): LocalClusterInputs {
  const login = (user: string) => ({ user, password: `p@/:$w#%&=+ "q\\x'-${user}` });
  const remotes = leafnodeRemotes(["nats-leaf://hub.example.com:30742"], { ACC: login("acc"), SYS: login("sys") });
  return {
    folder: "~/location",
    portBase: 14_200,
    serverVersion: location.serverVersion,
    settings: serverSettings(location),
    rotation: location.rotation,
    accounts: {
      ACC: [
        { user: "acc", passwordHash: `$2b$10$${"a".repeat(53)}` },
        {
          user: "acc-cinema-a",
          passwordHash: `$2b$10$${"b".repeat(53)}`,
          permissions: { publish: { allow: ["sales.>"] }, subscribe: { allow: [">"], deny: ["$SYS.>"] } },
          connectionTypes: ["LEAFNODE"],
        },
      ],
      SYS: [{ user: "sys", passwordHash: `$2b$10$${"c".repeat(53)}` }],
    },
    remotes: location.role === "spoke" ? remotes.map((remote) => ({ ...remote, tls: { caFile: names.caFile } })) : [],
  };
}

/** The files of the Secrets that the location's pods mount. */
export async function secretsOf(location: KubernetesLocation): Promise<Record<string, Record<string, string>>> {
  const { accounts, remotes } = localInputs(location);
  const { outs: made } = await certificateHooks().create({ hosts: ["hub.example.com"], commonName: "hub" });
  const ca = location.role === "spoke" ? made.caCertificate : "";
  return {
    [names.authSecretName]: serverSecret({ accounts, remotes, mark: marks.secret, ca }),
    [names.tlsSecretName]: { "tls.crt": made.certificate, "tls.key": made.privateKey },
  };
}
