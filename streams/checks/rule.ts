/** A rule of docs/streams.md: why a declaration is refused, and how that is known. */
export interface Rule {
  /** What holds for every topology that is accepted. */
  readonly rule: string;
  readonly reason: string;
  /** Server versions and what was measured or read there. */
  readonly evidence: string;
  /** Title of the test that shows the whole text of its fault. */
  readonly test: string;
}
