import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { leafnodePermissions, type SpokeLink } from "./leafnode-permissions";
import type { Location } from "./location";
import { PasswordHash } from "./password-hash";
import { ofGeneration } from "./rotation";
import type { ServerAccounts, ServerUser } from "./server-config";
import { accountNames, byAccount, type AccountName } from "./account-names";
import type { Login, LocationSecrets, Logins } from "./stack-outputs";

export interface AccountsArgs {
  readonly location: Location;
  /**
   * Hub only: the links for which the spokes' users get rights. A change restarts the hub's servers, one at a time: they check a
   * leafnode by the rights that it connected with.
   *
   * @default - none: the spokes' JetStream can be reached, and nothing else
   */
  readonly links?: readonly SpokeLink[];
}

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

  constructor(name: string, args: AccountsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cinema:nats:Accounts", name, {}, opts); // its inputs would lie in state, given passwords in clear
    const { location, links = [] } = args;
    const spokes = location.role === "hub" ? location.spokes : [];
    const users = pulumi.secret(pulumi.all(accountUsers(location).map((user) => this.withSecrets(name, user))));

    this.logins = users.apply((all) => loginsOf(all, undefined));
    this.leafnodeLogins = users.apply((all) =>
      Object.fromEntries(spokes.map((spoke) => [spoke, loginsOf(all, spoke)])),
    );
    this.serverAccounts = users.apply((all) =>
      byAccount((account) => all.filter((user) => user.account === account).map((user) => serverUser(user, links))),
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

function accountUsers({ rotation, ...location }: Location): AccountUser[] {
  return accountNames.flatMap((account) =>
    rotation[account].flatMap((generation) => {
      const key = ofGeneration(account, generation);
      const user = (name: string) => ofGeneration(name, generation);
      const name = account.toLowerCase();
      const administrator = { account, user: user(name), givenPassword: location.passwords[key] };
      if (location.role === "spoke") return [administrator];
      const ofSpokes = location.spokes.map((spoke) => ({
        account,
        user: user(`${name}-${spoke}`),
        spoke,
        givenPassword: location.leafnodePasswords[spoke]?.[key],
      }));
      return [administrator, ...ofSpokes];
    }),
  );
}

function serverUser(
  { account, user, spoke, passwordHash }: AccountUserSecrets,
  links: readonly SpokeLink[],
): ServerUser {
  if (spoke === undefined) return { user, passwordHash };
  const permissions = leafnodePermissions(account, spoke, links);
  return { user, passwordHash, permissions, connectionTypes: ["LEAFNODE"] };
}

/** Those of the newest generation, which comes last. */
function loginsOf(users: readonly AccountUserSecrets[], spoke: string | undefined): Logins {
  return byAccount((account) => {
    const found = users.findLast((user) => user.account === account && user.spoke === spoke);
    if (!found) throw new Error(`no user of account ${account} was made for ${spoke ?? "the administrators"}`);
    return found.login;
  });
}
