/** A real browser without a window: `chromium` of this machine, else the one that npm brought. */
import execa from "execa";
import puppeteer, { type Browser } from "puppeteer-core";
import chromium from "@sparticuz/chromium";

/** Starts it. Root may not use the browser's sandbox, and the pages are the project's own. */
export async function startBrowser(): Promise<Browser> {
  const { stdout, failed } = await execa("which", ["chromium"], { reject: false });
  return puppeteer.launch({
    executablePath: failed ? await chromium.executablePath() : stdout,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    headless: "shell",
    env: { ...process.env, LC_ALL: "en_US.UTF-8", LANGUAGE: "en_US" }, // in the locale C it calls its language `en-US@posix`, which is none
  });
}
