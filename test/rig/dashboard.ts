/** A dashboard that runs as an operator starts it, and its page in a real browser. */
import type { Browser, Page } from "puppeteer-core";
import type { LabRun } from "./lab-command";
import { patienceMs } from "./until";

/** The URL that a dashboard says, token included. */
export async function urlOf(run: LabRun): Promise<string> {
  await run.untilSaid("(Ctrl-C ends it)");
  return /http:\S+/.exec(run.text)?.[0] ?? "";
}

/** Ends it as Ctrl-C does, where it still runs. */
export async function endDashboard(run: LabRun): Promise<void> {
  if (run.isRunning) run.signal("SIGINT");
  await run.ended();
}

/** Opens the page, and returns it once it shows what it was told. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  await page.setViewport({ width: 1200, height: 1000 });
  await page.goto(url);
  await page.waitForSelector("[data-link]");
  return page;
}

/** Clicks the button of that name. */
export async function click(page: Page, label: string): Promise<void> {
  await page.waitForSelector(`button[aria-label="${label}"]`);
  await page.click(`button[aria-label="${label}"]`);
}

/** Writes a number into a field. */
export async function fill(page: Page, label: string, value: number): Promise<void> {
  await page.click(`input[aria-label="${label}"]`, { count: 3 });
  await page.keyboard.type(String(value));
}

/** Returns once an element is there. */
export async function shown(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector);
}
