/** NATS subjects: what is one, and which of them meet. Pure. */

/** The servers' own subjects: 2.15.2 refuses a stream that meets one (10052), 2.9.19 would let it store API requests. */
const reserved = ["$JS.>", "$SYS.>"];

/** Why a subject cannot be stored; undefined where it can. */
export function subjectFault(subject: string): string | undefined {
  const tokens = subject.split(".");
  if (tokens.some((token) => token === "" || /\s/.test(token))) return "a token is empty or holds whitespace";
  if (tokens.some((token) => token.length > 1 && /[*>]/.test(token))) return "a wildcard is not a token of its own";
  if (tokens.slice(0, -1).includes(">")) return "'>' is not its last token";
  const own = reserved.find((other) => subjectsOverlap(subject, other));
  return own && `it meets ${own}, which belongs to the server`;
}

/** Whether some message would be caught by both subjects. `*` stands for one token, `>` for one or more. */
export function subjectsOverlap(one: string, other: string): boolean {
  return tokensOverlap(one.split("."), other.split("."));
}

function tokensOverlap(one: readonly string[], other: readonly string[]): boolean {
  const [a, ...restOfOne] = one;
  const [b, ...restOfOther] = other;
  if (a === undefined || b === undefined) return a === b;
  if (a === ">" || b === ">") return true;
  return (a === b || a === "*" || b === "*") && tokensOverlap(restOfOne, restOfOther);
}
