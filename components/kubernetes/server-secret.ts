/** What a location's servers read from their Secret. Pure. */
import { accountsConf, remotesConf } from "../server-accounts-conf";
import type { LeafnodeRemote, ServerAccounts } from "../server-config";
import { authFile, caKey } from "./names";

export interface ServerSecretContent {
  readonly accounts: ServerAccounts;
  /** Whom a spoke dials; none on a hub. */
  readonly remotes: readonly LeafnodeRemote[];
  /**
   * Changes with the rest of the content and reveals nothing of it; lower case, as servers make of every tag. A server reports it in
   * `/varz` as the tag `config:<mark>` once it has loaded the file.
   */
  readonly mark: string;
  /** PEM of the CA that `names.caFile` holds. Empty: none is needed. */
  readonly ca: string;
}

/**
 * The Secret's files as texts. All that changes together is one object, which reaches a server at once or not at all; and only the
 * Secret holds it, as anyone who may read ConfigMaps or Helm's releases could try passwords on the hashes.
 */
export function serverSecret({ accounts, remotes, mark, ca }: ServerSecretContent): Record<string, string> {
  const conf = {
    server_tags: [`config:${mark}`],
    accounts: accountsConf(accounts),
    ...(remotes.length > 0 && { leafnodes: { remotes: remotesConf(remotes) } }),
  };
  return { [authFile]: `${JSON.stringify(conf, null, 2)}\n`, ...(ca && { [caKey]: ca }) };
}
