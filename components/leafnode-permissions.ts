/**
 * The fewest permissions of a spoke's leafnode users on the hub: measured on 2.9.19, 2.14.2 and 2.15.2 with
 * test/live/leafnode-permissions.test.ts. Pure.
 *
 * What they cannot close, as the servers know no narrower right:
 * - a spoke may answer any request of the hub's clients, of either account, whose inbox it guesses: it must be able to answer those
 *   to itself, and a client's inboxes resemble each other;
 * - a spoke that follows a stream elsewhere may make consumers of it, and sees the answers when other links are made (`$JSC.R`), which
 *   tell where those deliver: of no use to it, as each pair of locations has a delivery of its own (`deliverPrefix`);
 * - 2.9.19 as a hub leaves it to the spoke's own servers not to publish what is not allowed, and no hub checks `$JS.ACK`: who has taken
 *   over a spoke's machines is held back there only in what he can receive.
 *
 * The servers check a live leafnode by the permissions that it connected with: others count from its next connection on.
 */
import type { ServerAccounts, ServerUser, SubjectRule, UserPermissions } from "./server-config";
import { accountNames, type AccountName } from "./account-names";

/** One link that crosses the line between the hub and a spoke, as that spoke sees it. A link of two spokes crosses two lines. */
export interface SpokeLink {
  readonly spoke: string;
  /** Which way its messages go over the line. */
  readonly direction: "from-hub" | "to-hub";
  /** Where the origin lives: the spoke where `to-hub`, the hub or another spoke where `from-hub`. */
  readonly originLocation: string;
  /** Stream that the messages are taken from. */
  readonly origin: string;
  /** Subjects, with wildcards, on which the origin's servers send them. */
  readonly deliver: string;
}

/** Rights of the leafnode user of one spoke in one account, as the hub grants them. */
export function leafnodePermissions(account: AccountName, spoke: string, links: readonly SpokeLink[]): UserPermissions {
  return account === "SYS" ? systemPermissions : streamPermissions(spoke, links);
}

/** Answers to the hub's clients. The spoke's own requests to the hub need none: their answers come on `$JSC.R`. */
const answers = "_INBOX.>";

/** Lets the hub's administrator ask all servers, and nothing else: servers of two domains need to know nothing of each other. */
const systemPermissions: UserPermissions = {
  publish: { allow: [answers] },
  subscribe: { allow: ["$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.*"] },
};

function streamPermissions(spoke: string, links: readonly SpokeLink[]): UserPermissions {
  const own = links.filter((link) => link.spoke === spoke);
  const fed = own.filter(({ direction }) => direction === "from-hub");
  const feeding = own.filter(({ direction }) => direction === "to-hub");
  return {
    publish: rule(answers, ...fed.flatMap(followerSends), ...feeding.flatMap(originSends)),
    subscribe: rule(`$JS.${spoke}.API.>`, ...fed.flatMap(originSends), ...feeding.flatMap(originTakes)),
  };
}

/** The follower's servers make a consumer of the origin, each time that they lose it, and pace what it sends. */
function followerSends(link: SpokeLink): string[] {
  return [`$JS.${link.originLocation}.API.CONSUMER.CREATE.${link.origin}`, ...originTakes(link)];
}

function originTakes({ origin }: SpokeLink): string[] {
  return [`$JS.FC.${origin}.>`];
}

/** The origin's servers answer that a consumer is made, and send through it. */
function originSends({ deliver }: SpokeLink): string[] {
  return ["$JSC.R.*", deliver];
}

function rule(...allow: readonly string[]): SubjectRule {
  return { allow: [...new Set(allow)] };
}

/** Whether a user that stays may do something else than before: its live leafnodes then need new connections. */
export function permissionsChanged(before: ServerAccounts, after: ServerAccounts): boolean {
  const rights = ({ permissions }: ServerUser): string => JSON.stringify(permissions ?? null);
  return accountNames.some((account) =>
    before[account].some((old) => {
      const now = after[account].find(({ user }) => user === old.user);
      return now !== undefined && rights(now) !== rights(old);
    }),
  );
}
