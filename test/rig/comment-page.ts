/** A comment's Markdown as a page that looks as on GitHub, its Mermaid drawn. */
import { join } from "node:path";
import { marked } from "marked";
import type { Browser, Page } from "puppeteer-core";
import { checkout } from "../../cli/lab/home";

/** Opens it. The browser needs nothing from another machine. */
export async function openComment(browser: Browser, markdown: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width: 960, height: 800, deviceScaleFactor: 1.5 });
  await page.setContent(`<!doctype html><style>${style}</style>
    <article><header><b>github-actions</b> <small>bot</small> commented</header>
    <main>${await marked.parse(markdown)}</main></article>`);
  await page.addScriptTag({ path: join(checkout, "node_modules/mermaid/dist/mermaid.min.js") });
  await page.evaluate(`(async () => {
    for (const code of document.querySelectorAll("code.language-mermaid")) {
      const { svg } = await mermaid.render("graph", code.textContent);
      code.parentElement.outerHTML = '<figure>' + svg + '</figure>';
    }
  })()`);
  return page;
}

const style = `
  body { margin: 0; padding: 16px; font: 14px/1.5 "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; background: #fff }
  article { border: 1px solid #d1d9e0; border-radius: 6px }
  header { padding: 8px 16px; color: #59636e; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0 }
  header b { color: #1f2328 }
  header small { padding: 0 6px; border: 1px solid #d1d9e0; border-radius: 2em }
  main { padding: 16px }
  main > :first-child { margin-top: 0 }
  h2 { padding-bottom: .3em; font-size: 1.5em; border-bottom: 1px solid #d1d9e0b3 }
  h3 { font-size: 1.25em }
  h2, h3 { margin: 24px 0 16px; line-height: 1.25 }
  ul { margin: 0 0 16px; padding-left: 2em }
  li + li { margin-top: .25em }
  code { padding: .2em .4em; font: 85% ui-monospace, "Liberation Mono", monospace; background: #818b981f; border-radius: 6px; overflow-wrap: anywhere }
  figure { margin: 0 0 16px; padding: 16px; border: 1px solid #d1d9e0; border-radius: 6px; text-align: center }
`;
