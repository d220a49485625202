/** The two accounts of every location: `ACC` holds the streams, `SYS` is the system account. */
export const accountNames = ["ACC", "SYS"] as const;
export type AccountName = (typeof accountNames)[number];

/** One value for each account. */
export function byAccount<T>(value: (account: AccountName) => T): Record<AccountName, T> {
  return { ACC: value("ACC"), SYS: value("SYS") };
}
