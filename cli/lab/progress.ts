/** Progress with elapsed time on a terminal, plain lines otherwise. */
import { PRESET_TIMER, PRESET_TIMESTAMP, type ListrTaskWrapper, type ListrBaseClassOptions } from "listr2";

/** Signals are the command's own: what is under way is ended first, then it says how to go on. */
export const listrOptions: ListrBaseClassOptions = {
  registerSignalListeners: false,
  rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false },
  fallbackRendererOptions: { timer: PRESET_TIMER, timestamp: PRESET_TIMESTAMP },
};

/** Runs the work and shows its newest step, on a terminal with the seconds that it has been at it. */
export async function withProgress(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- listr2's own default for its three parameters
  task: ListrTaskWrapper<any, any, any>,
  work: (onStep: (step: string) => void) => Promise<void>,
): Promise<void> {
  const { isTTY } = process.stdout;
  const started = Date.now();
  let last = "starting";
  const show = () => {
    task.output = isTTY ? `${Math.round((Date.now() - started) / 1000)} s  ${last}` : last;
  };
  const ticking = isTTY ? setInterval(show, 1000) : undefined;
  try {
    await work((step) => {
      if (!isTTY && /^\w+ing /.test(step)) return; // plain lines tell what is done, not what begins
      last = step;
      show();
    });
  } finally {
    clearInterval(ticking);
  }
}
