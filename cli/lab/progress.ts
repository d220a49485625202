/** Progress with elapsed time on a terminal, plain lines otherwise. */
import { PRESET_TIMER, PRESET_TIMESTAMP, type ListrTaskWrapper, type ListrBaseClassOptions } from "listr2";

/** Signals are the command's own: what is under way is ended first, then it says how to go on. */
export const listrOptions: ListrBaseClassOptions = {
  registerSignalListeners: false,
  rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false },
  fallbackRendererOptions: { timer: PRESET_TIMER, timestamp: PRESET_TIMESTAMP },
};

/** Runs the work and shows its newest line, and each second how long it has been at it. */
export async function withProgress(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- listr2's own default for its three parameters
  task: ListrTaskWrapper<any, any, any>,
  work: (onLine: (line: string) => void) => Promise<void>,
): Promise<void> {
  const started = Date.now();
  let last = "starting";
  const show = () => {
    task.output = `${Math.round((Date.now() - started) / 1000)} s  ${last}`;
  };
  const onLine = (line: string) => {
    if (line.trim() === "") return;
    last = line.trim();
    show();
  };
  const ticking = process.stdout.isTTY ? setInterval(show, 1000) : undefined;
  try {
    await work(onLine);
  } finally {
    clearInterval(ticking);
  }
}
