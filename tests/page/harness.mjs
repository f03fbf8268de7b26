// Runs tests one after the other, each in a fresh browser profile, and counts.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where packages, pages and pictures are. */
export const dir = process.env.PAGE_DIR;
const require = createRequire(join(dir, 'package.json'));
export const { chromium } = require('playwright-core');
export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const root = new URL('../../', import.meta.url);
export const fixture = (name) => readFileSync(new URL(`fixtures/${name}/input.txt`, root), 'utf8');

const desk = join(dir, 'desk');
rmSync(desk, { recursive: true, force: true });
mkdirSync(desk, { recursive: true });
export const pictures = join(dir, 'pictures');
mkdirSync(pictures, { recursive: true });

/** The path of a file of this name that has `contents`. */
export function file(name, contents) {
  const path = join(desk, name);
  writeFileSync(path, contents);
  return path;
}

/** What despin prints; fails where it does. */
export function despin(...args) {
  return execFileSync(process.env.DESPIN, args, { cwd: desk, maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Exit code, output and complaints of despin. */
export function tryDespin(...args) {
  const done = spawnSync(process.env.DESPIN, args, { cwd: desk, maxBuffer: 1 << 28 });
  return { code: done.status, out: done.stdout, err: done.stderr.toString() };
}

/** The review page of `files`, which are in the desk; gives its address. */
export function makePage(name, files, ...flags) {
  despin('review', '--html', name, ...flags, ...files);
  return pathToFileURL(join(desk, name)).href;
}

export function assert(is, words) {
  if (!is) throw new Error(words);
}

export function equal(found, expected, words) {
  const [a, b] = [found, expected].map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : JSON.stringify(value)));
  if (a !== b) throw new Error(`${words}: found ${a.slice(0, 400)}, expected ${b.slice(0, 400)}`);
}

const tests = [];
export function test(name, body) {
  tests.push([name, body]);
}

/** Opens `address` in a profile of its own. Whatever the console says, and whatever is asked of a network, is a failure. */
async function opened(browser, address, options = {}, prepare = null) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 880 }, colorScheme: 'light', acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => page.faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => page.faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) page.faults.push(`request: ${request.url()}`);
  });
  if (prepare) await page.addInitScript(prepare);
  await page.goto(address);
  return page;
}

/** Runs the tests whose name has one of `words` in it, or all, and exits. */
export async function run(words) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  let [nPassed, nFailed] = [0, 0];
  for (const [name, body] of tests.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)))) {
    const pages = [];
    const open = async (...args) => {
      const page = await opened(browser, ...args);
      pages.push(page);
      return page;
    };
    try {
      await body(open);
      for (const page of pages) equal(page.faults, [], 'what the console said');
      nPassed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      nFailed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message).replaceAll('\n', '\n      ')}`);
      await pages.at(-1)?.screenshot({ path: join(pictures, 'failure.png') }).catch(() => {});
    }
    for (const page of pages) await page.context().close();
  }
  await browser.close();
  console.log(`review page: ${nPassed} passed, ${nFailed} failed`);
  process.exit(nFailed > 0 || nPassed === 0 ? 1 : 0);
}
