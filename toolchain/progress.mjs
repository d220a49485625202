/** What takes long tells how far it is: one living line on a terminal, now and then a plain line elsewhere. */

/**
 * @typedef {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} Output Such as `process.stderr`.
 *
 * @typedef {object} Progress
 * @property {(text: string) => void} at What it is at now.
 * @property {(outcome: string) => void} end Ends the line, with the time it all took.
 */

/**
 * @param {Output} output
 * @param {string} title
 * @param {number} [plainEveryMs] Default: 15 s.
 * @returns {Progress}
 */
export function startProgress(output, title, plainEveryMs = 15_000) {
  const started = Date.now();
  let now = "";
  const line = () => `${title}: ${elapsed(Date.now() - started)}${now && `, ${now}`}`;
  const clear = output.isTTY ? "\r\u001b[2K" : "";
  // A line that wraps could not be overwritten.
  const draw = () => output.write(clear ? clear + line().slice(0, (output.columns ?? 80) - 1) : `${line()}\n`);
  draw();
  const timer = setInterval(draw, clear ? 250 : plainEveryMs);
  return {
    at: (text) => {
      now = text;
    },
    end: (outcome) => {
      clearInterval(timer);
      output.write(`${clear}${title}: ${outcome} after ${elapsed(Date.now() - started)}\n`);
    },
  };
}

/**
 * `45 s`, `3 min 52 s`.
 *
 * @param {number} ms
 */
export function elapsed(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
