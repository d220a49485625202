/** What the PasswordHash resource does, in the provider's own process. */
import bcrypt from "bcryptjs";

interface Inputs {
  readonly password: string;
}
interface State extends Inputs {
  readonly hash: string;
}

/**
 * bcrypt's cost. 10 takes 50 ms a login, 11 takes 100 ms; and a reload checks every connected client again, during which
 * 2.15.2 lets nobody in (100 clients: 4.9 s at 10, 19.6 s at 12, measured). Generated passwords need no more.
 */
const cost = 10;

const hashOf = async ({ password }: Inputs): Promise<State> => ({ password, hash: await bcrypt.hash(password, cost) });
const matches = ({ hash }: State, { password }: Inputs) => bcrypt.compare(password, hash);

export const passwordHash = {
  check: async (_olds: Partial<State>, news: Inputs) => ({
    inputs: news,
    failures: bcrypt.truncates(news.password)
      ? [
          {
            property: "", // the engine prints the value of a property that a failure names
            reason:
              "the password is over 72 bytes; allowed: 1 to 72 bytes, as bcrypt reads no more; choose a shorter one",
          },
        ]
      : [],
  }),
  diff: async (_id: string, olds: State, news: Inputs) => ({
    changes: olds.password !== news.password || !(await matches(olds, news)),
  }),
  create: async (inputs: Inputs) => ({ id: "bcrypt", outs: await hashOf(inputs) }),
  update: async (_id: string, olds: State, news: Inputs) => ({
    outs: (await matches(olds, news)) ? { ...news, hash: olds.hash } : await hashOf(news),
  }),
};
