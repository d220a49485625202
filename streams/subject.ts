/** NATS subjects: what is one, which of them meet, and what both catch. Pure. */

/** The servers' own subjects: 2.15.2 refuses a stream that meets one (10052), 2.9.19 would let it store API requests. */
const reserved = ["$JS.>", "$JSC.>", "$NRG.>", "$SYS.>"];

/** Why a subject cannot be stored; undefined where it can. */
export function subjectFault(subject: string): string | undefined {
  const fault = subjectFormFault(subject);
  if (fault !== undefined) return fault;
  const own = reserved.find((other) => subjectsOverlap(subject, other));
  return own && `it meets ${own}, which belongs to the server`;
}

/** Why a text is no subject; undefined where it is one. */
export function subjectFormFault(subject: string): string | undefined {
  const tokens = subject.split(".");
  if (tokens.some((token) => token === "" || /\s/.test(token))) return "a token is empty or holds whitespace";
  if (tokens.some((token) => token.length > 1 && /[*>]/.test(token))) return "a wildcard is not a token of its own";
  if (tokens.slice(0, -1).includes(">")) return "'>' is not its last token";
  return undefined;
}

/** Whether some message would be caught by both subjects. `*` stands for one token, `>` for one or more. */
export function subjectsOverlap(one: string, other: string): boolean {
  return commonSubject(one, other) !== undefined;
}

/** Whether every message that `subject` catches is caught by `other`. */
export function subjectIsSubset(subject: string, other: string): boolean {
  return commonSubject(subject, other) === subject;
}

/** The subject that catches what both catch; undefined where that is nothing. */
export function commonSubject(one: string, other: string): string | undefined {
  return commonTokens(one.split("."), other.split("."))?.join(".");
}

/** A loop, as each two subjects of a topology are compared. */
function commonTokens(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  const common: string[] = [];
  for (let i = 0; ; i++) {
    const [a, b] = [one[i], other[i]];
    if (a === undefined || b === undefined) return a === b ? common : undefined;
    if (a === ">") return [...common, ...other.slice(i)];
    if (b === ">") return [...common, ...one.slice(i)];
    if (a !== b && a !== "*" && b !== "*") return undefined;
    common.push(a === "*" ? b : a);
  }
}
