/**
 * The parts of a server's configuration that hold credentials: accounts with their users, and on a spoke the remotes that it
 * dials. As plain objects: JSON of them is valid configuration on every platform. Pure.
 */
import type { LeafnodeRemote, ServerAccounts, ServerUser, SubjectRule } from "./server-config";

/** The value of `accounts`. Holds password hashes, so it is secret. */
export function accountsConf(accounts: ServerAccounts): object {
  return {
    SYS: { users: accounts.SYS.map(userConf) },
    ACC: { jetstream: "enabled", users: accounts.ACC.map(userConf) },
  };
}

/** The value of `leafnodes.remotes`. Holds clear passwords, so it is secret. */
export function remotesConf(remotes: readonly LeafnodeRemote[]): object[] {
  return remotes.map((remote) => ({
    account: remote.account,
    urls: remoteUrls(remote),
    ...(remote.tls && { tls: remote.tls.caFile === undefined ? {} : { ca_file: remote.tls.caFile } }),
  }));
}

function userConf({ user, passwordHash, permissions, connectionTypes }: ServerUser): object {
  return {
    user,
    password: passwordHash,
    ...(permissions && {
      permissions: { publish: ruleConf(permissions.publish), subscribe: ruleConf(permissions.subscribe) },
    }),
    ...(connectionTypes && { allowed_connection_types: connectionTypes }),
  };
}

/** The server takes an empty `allow` for none, and then allows everything (2.9.19 to 2.15.2). */
function ruleConf({ allow, deny = [] }: SubjectRule): object {
  if (allow.length === 0) return { deny: [">"] };
  return { allow, ...(deny.length > 0 && { deny }) };
}

/** A remote takes its login in the URL only; percent-encoded, any password passes (tried: 2.9.19 to 2.15.2). */
function remoteUrls({ urls, user, password }: LeafnodeRemote): string[] {
  const userinfo = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return urls.map((url) => url.replace("://", `://${userinfo}`));
}
