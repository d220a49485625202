/** What the preview of a pull request hands over to the job that may comment. Untrusted there: checked as a whole, and shown as text only. Pure. */
import { z } from "zod";
import type { TopologyPlan } from "../plan";

/** Longest review that is read, in bytes: some thousand streams with all their changes. */
export const mostReviewBytes = 8 * 1024 * 1024;

const text = z.string().max(20_000);
const name = z.string().max(1_000);
const origin = z.object({
  location: name,
  stream: name,
  /** Of a stream in another account; what it holds is left out. */
  external: z.object({}).optional(),
});

const fieldSchema = z.object({ field: name, before: z.unknown().optional(), after: z.unknown().optional() });

const changeSchema = z.object({
  kind: z.enum(["create", "update", "replace", "delete"]),
  type: name,
  name,
  location: name.nullable(),
  fields: z.array(fieldSchema).max(1_000),
});

const remarkSchema = z.object({ stacks: z.array(name).max(500), text });

/** `npm run topology -- preview --json`; what it prints beyond that is left out. */
const planSchema = z.object({
  version: z.literal(1),
  operation: z.enum(["up", "refresh", "destroy"]),
  atRisk: z.array(remarkSchema).max(5_000),
  faults: z.array(remarkSchema).max(5_000),
  stacks: z
    .array(
      z.object({
        stack: name,
        exists: z.boolean(),
        changes: z.array(changeSchema).max(20_000),
        unchanged: z.number(),
        outputs: z.array(name).max(1_000),
        notes: z.array(text).max(1_000),
      }),
    )
    .max(500),
}) satisfies z.ZodType<TopologyPlan>;

const reviewSchema = z.object({
  /** Layout of this file. */
  version: z.literal(1),
  /** Commit that was previewed. */
  head: z.string().regex(/^[0-9a-f]{40}$/),
  pullRequest: z.number().int().positive(),
  /** `backend`: compared with what is deployed. `scratch`: no secrets, so compared with nothing. */
  against: z.enum(["backend", "scratch"]),
  topology: z.object({
    hub: name,
    spokes: z.array(name).max(500),
    streams: z
      .array(
        z.object({
          location: name,
          name,
          subjects: z.array(name).max(1_000).default([]),
          mirror: origin.optional(),
          sources: z.array(origin).max(5_000).default([]),
        }),
      )
      .max(20_000),
  }),
  /** Absent where no preview came to an end. */
  plan: planSchema.optional(),
  /** Last words of a preview that gave no plan. */
  failure: text.optional(),
});

export type Review = z.output<typeof reviewSchema>;

/** The plan in what a preview printed; undefined where it printed none. */
export function planOf(printed: string): TopologyPlan | undefined {
  return planSchema.safeParse(parseJson(printed)).data;
}

/**
 * Reads a review.
 *
 * @throws Error where it is not what the preview writes.
 */
export function readReview(json: string): Review {
  const cure = "run the preview's workflow again";
  if (Buffer.byteLength(json) > mostReviewBytes) {
    throw new Error(`the review is larger than allowed: ${mostReviewBytes} bytes; ${cure}`);
  }
  const parsed = reviewSchema.safeParse(parseJson(json));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`the review is not what 'npm run comment -- prepare' writes; ${cure}:\n- ${faults.join("\n- ")}`);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
