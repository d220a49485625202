import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Location } from "./location";
import { PasswordHash } from "./password-hash";
import type { ServerAccounts } from "./server-config";
import { accountNames, type AccountName, type Login, type LocationSecrets, type Logins } from "./stack-outputs";

/** One user of a location's servers: an administrator, or on a hub the leafnode user of one spoke. */
interface AccountUser {
  readonly account: AccountName;
  /** Differs over accounts too: the server refuses one name in two accounts. */
  readonly user: string;
  readonly spoke?: string;
  readonly givenPassword?: string;
}

interface AccountUserSecrets extends AccountUser {
  readonly login: Login;
  readonly passwordHash: string;
}

/** Every user of a location with its password, given by config or else generated, and the password's hash. */
export class Accounts extends pulumi.ComponentResource {
  /** Administrators' logins. Secret. */
  readonly logins: pulumi.Output<Logins>;
  /** Spokes' logins on a hub, by location name. Secret. */
  readonly leafnodeLogins: pulumi.Output<LocationSecrets["leafnodeLogins"]>;
  /** What the servers are told: hashes only. Secret. */
  readonly serverAccounts: pulumi.Output<ServerAccounts>;

  constructor(name: string, args: { readonly location: Location }, opts?: pulumi.ComponentResourceOptions) {
    super("cinema:nats:Accounts", name, args, opts);
    const { location } = args;
    const spokes = location.role === "hub" ? location.spokes : [];
    const users = pulumi.secret(pulumi.all(accountUsers(location).map((user) => this.withSecrets(name, user))));

    this.logins = users.apply((all) => loginsOf(all, undefined));
    this.leafnodeLogins = users.apply((all) =>
      Object.fromEntries(spokes.map((spoke) => [spoke, loginsOf(all, spoke)])),
    );
    this.serverAccounts = users.apply((all) =>
      byAccount((account) =>
        all.filter((user) => user.account === account).map(({ user, passwordHash }) => ({ user, passwordHash })),
      ),
    );
    this.registerOutputs({
      logins: this.logins,
      leafnodeLogins: this.leafnodeLogins,
      serverAccounts: this.serverAccounts,
    });
  }

  private withSecrets(name: string, { givenPassword, ...user }: AccountUser): pulumi.Output<AccountUserSecrets> {
    const child = { parent: this };
    const password =
      givenPassword === undefined
        ? new random.RandomPassword(`${name}-${user.user}-password`, { length: 32, special: false }, child).result
        : pulumi.secret(givenPassword);
    const { hash } = new PasswordHash(`${name}-${user.user}-hash`, { password }, child);
    return pulumi
      .all([password, hash])
      .apply(([password, passwordHash]) => ({ ...user, login: { user: user.user, password }, passwordHash }));
  }
}

function accountUsers(location: Location): AccountUser[] {
  return accountNames.flatMap((account) => {
    const user = account.toLowerCase();
    const administrator = { account, user, givenPassword: location.passwords[account] };
    if (location.role === "spoke") return [administrator];
    const ofSpokes = location.spokes.map((spoke) => ({
      account,
      user: `${user}-${spoke}`,
      spoke,
      givenPassword: location.leafnodePasswords[spoke]?.[account],
    }));
    return [administrator, ...ofSpokes];
  });
}

function loginsOf(users: readonly AccountUserSecrets[], spoke: string | undefined): Logins {
  return byAccount((account) => {
    const found = users.find((user) => user.account === account && user.spoke === spoke);
    if (!found) throw new Error(`no user of account ${account} was made for ${spoke ?? "the administrators"}`);
    return found.login;
  });
}

function byAccount<T>(value: (account: AccountName) => T): Record<AccountName, T> {
  return { ACC: value("ACC"), SYS: value("SYS") };
}
