import { Transform } from "node:stream";
import type { TransformCallback } from "node:stream";

/** Bytes that one direction holds back before it stops reading: a fast sender waits, as on a real slow link. */
const maxHeldBytes = 4 * 2 ** 20;

/** Passes on what it gets, each chunk as late as `delayMs` said when it arrived; the order is kept. */
export class DelayLine extends Transform {
  readonly #held: { readonly chunk: Buffer; readonly due: number }[] = [];
  #heldBytes = 0;
  #resume: (() => void) | undefined;

  constructor(private readonly delayMs: () => number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#held.push({ chunk, due: performance.now() + this.delayMs() });
    this.#heldBytes += chunk.length;
    if (this.#held.length === 1) this.#release();
    if (this.#heldBytes < maxHeldBytes) done();
    else this.#resume = done;
  }

  override _flush(done: TransformCallback): void {
    if (this.#held.length === 0) done();
    else this.#resume = done;
  }

  /** Passes on what is due, in order, then waits for the next. */
  #release(): void {
    for (let head = this.#held[0]; head && !this.destroyed; head = this.#held[0]) {
      const wait = head.due - performance.now();
      if (wait > 0) {
        setTimeout(() => this.#release(), Math.ceil(wait));
        return;
      }
      this.#held.shift();
      this.#heldBytes -= head.chunk.length;
      this.push(head.chunk);
    }
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }
}
