// Looks at an invoice list's page as a phone, a printer and somebody who reads little contrast do, and prints what it found as JSON.
// Called as: node page.mjs CHROME PAGE_URL GUARD_URL, in a folder below node_modules.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const [chrome, list, guard] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: chrome, args: ["--no-sandbox"] }); // as root there is no sandbox
const found = { pages: [], errors: [] };

async function open(url, options) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.errors.push(`${url}: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && found.errors.push(`${url}: ${message.text()}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) found.errors.push(`${url} asks ${request.url()}`);
  });
  await page.goto(url);
  return { context, page };
}

async function look(name, url, options) {
  const { context, page } = await open(url, options);
  const widths = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: window.innerWidth, language: document.documentElement.lang }));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
  found.pages.push({
    name, ...widths, title: await page.title(),
    violations: violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`),
  });
  await context.close();
}

const phone = { viewport: { width: 375, height: 812 }, isMobile: true, deviceScaleFactor: 2 };
for (const [what, url] of [["list", list], ["guard", guard]]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["zh-CN", "en-US"]) {
      await look(`${what} on a phone, ${colorScheme}, ${locale}`, url, { ...phone, colorScheme, locale });
      await look(`${what} on a screen, ${colorScheme}, ${locale}`, url, { colorScheme, locale });
    }
  }
}

{
  const { context, page } = await open(list, { locale: "en-US", permissions: ["clipboard-read", "clipboard-write"] });
  const button = page.locator("dd button[data-of]").first();
  await button.click();
  await page.waitForFunction((b) => b.textContent === b.getAttribute("data-done"), await button.elementHandle());
  found.copied = await page.evaluate(() => navigator.clipboard.readText());
  const print = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  found.printed = (print.toString("latin1").match(/\/Type\s*\/Page[^s]/g) || []).length;
  for (const file of ["csv", "pdf"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`a[download][href*="invoice-list.${file}"]`)]);
    const body = await readFile(await download.path());
    found[file] = { name: download.suggestedFilename(), text: file === "csv" ? body.toString("utf8") : body.subarray(0, 5).toString("latin1") };
  }
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/list.png`, fullPage: true });
  await context.close();
}
if (process.env.SHOTS) {
  const { context, page } = await open(list, { ...phone, locale: "en-US" });
  await page.screenshot({ path: `${process.env.SHOTS}/phone.png`, fullPage: true });
  await context.close();
}

await browser.close();
console.log(JSON.stringify(found));
