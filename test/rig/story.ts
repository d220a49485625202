import type { Suite } from "mocha";

/**
 * Makes a suite one story: each test goes on where the last one ended, so once one has failed, the rest is skipped. Mocha's own `bail` also
 * leaves out, without a word, every such suite that comes after a failure anywhere.
 */
export function story(suite: Suite): void {
  let hasFailed = false;
  suite.beforeEach(function () {
    if (hasFailed) this.skip();
  });
  suite.afterEach(function () {
    hasFailed ||= this.currentTest?.state === "failed";
  });
}
