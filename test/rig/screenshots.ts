/** `npm run screenshots`: the pictures in docs/images, of a lab and of stacks that are made for them and taken away again. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "puppeteer-core";
import { checkout } from "../../cli/lab/home";
import { startBrowser } from "./browser";
import { openComment } from "./comment-page";
import { click, endDashboard, fill, openPage, shown, urlOf } from "./dashboard";
import { TestLab } from "./lab-command";
import { commentOnNewCinema } from "./review-comment";

/** First port of the lab. */
const portBase = "21650";

const picture = (name: string) => join(checkout, "docs/images", name) as `${string}.png`;

async function takeScreenshots(): Promise<void> {
  const browser = await startBrowser();
  try {
    await ofComment(browser);
    await ofDashboard(browser);
  } finally {
    await browser.close();
  }
}

async function ofComment(browser: Browser): Promise<void> {
  const page = await openComment(browser, await commentOnNewCinema());
  const comment = await page.waitForSelector("article");
  await comment?.screenshot({ path: picture("pull-request-comment.png") });
}

async function ofDashboard(browser: Browser): Promise<void> {
  const lab = new TestLab();
  try {
    const { exitCode, stderr } = await lab.run("up", "--ports", portBase);
    if (exitCode !== 0) throw new Error(stderr);
    const run = lab.startWith({ HOME: lab.folder }, "dashboard"); // the page then names no folder of this machine
    const page = await openPage(browser, await urlOf(run));
    await page.setViewport({ width: 1200, height: 950 });

    await pause(10_000); // a stretch of time for the charts
    await fill(page, "Messages to publish in cinema-b", 400);
    await click(page, "Publish in cinema-b");
    await click(page, "Delay the line of cinema-b");
    await click(page, "Cut the line of cinema-a");
    await fill(page, "Messages to publish in cinema-a", 50);
    await click(page, "Publish in cinema-a");
    await shown(page, '[data-link="sales <- tickets-1 in cinema-a"][data-gap="50"]');
    await shown(page, '[data-stream="cinema-b/tickets-2"] ::-p-text(410 messages)');
    await pause(5_000);
    await click(page, "Kill cinema-b-nats-2");
    await shown(page, '[data-server="cinema-b-nats-2"][data-state="down"]');
    await pause(6_000);
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: picture("dashboard.png") });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await page.setViewport({ width: 1200, height: 545 });
    await pause(3_000);
    await page.screenshot({ path: picture("dashboard-dark.png") });
    await endDashboard(run);
  } finally {
    await lab.remove();
  }
}

void takeScreenshots();
