/** Reviews for the tests. */
import type { Review } from "../../../../cli/topology/comment/review";
import type { ResourceChange, StackPlan, TopologyPlan } from "../../../../cli/topology/plan";

export const aChange = (change: Partial<ResourceChange> = {}): ResourceChange => ({
  kind: "create",
  type: "Stream",
  name: "hub.sales",
  location: "hub",
  fields: [],
  ...change,
});

export const aStackPlan = (plan: Partial<StackPlan> = {}): StackPlan => ({
  stack: "streams",
  exists: true,
  changes: [],
  unchanged: 3,
  outputs: [],
  notes: [],
  ...plan,
});

export const aPlan = (plan: Partial<TopologyPlan> = {}): TopologyPlan => ({
  version: 1,
  operation: "up",
  atRisk: [],
  faults: [],
  stacks: [],
  ...plan,
});

export const aReview = (review: Partial<Omit<Review, "plan">> & { plan?: TopologyPlan } = {}): Review =>
  ({
    version: 1,
    head: "a".repeat(40),
    pullRequest: 7,
    against: "backend",
    topology: {
      hub: "hub",
      spokes: ["cinema-a"],
      streams: [
        { location: "cinema-a", name: "tickets-1", subjects: ["tickets-1.>"], sources: [] },
        { location: "hub", name: "sales", subjects: [], sources: [{ location: "cinema-a", stream: "tickets-1" }] },
      ],
    },
    plan: aPlan(),
    ...review,
  }) as Review;
