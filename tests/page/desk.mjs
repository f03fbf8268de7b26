// What a person does on the review page, and what they see there.

import { readFileSync } from 'node:fs';

/** Presses each of `keys`. */
export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** The changes as the page says they are: before, after, probability and state, in order of the text. */
export function changes(page) {
  return page.$$eval('[data-change][role=button]', (nodes) => nodes.map((node) => {
    const state = [...node.classList].find((name) => name.startsWith('is-')).slice(3);
    return { idx: Number(node.dataset.change), state, isShown: !node.classList.contains('off'), label: node.getAttribute('aria-label') };
  }));
}

/** The states of the first `n` changes. */
export async function states(page, n) {
  return (await changes(page)).slice(0, n).map((change) => change.state);
}

/** What the page was given. */
export function data(page) {
  return page.$eval('#data', (node) => JSON.parse(node.textContent));
}

/** The index of the current change. */
export function current(page) {
  return page.$eval('[aria-current=true]', (node) => Number(node.dataset.change));
}

export function words(page, selector) {
  return page.$eval(selector, (node) => node.textContent);
}

/** The text as one view shows it. */
export function shownText(page) {
  return page.$eval('#text', (node) => node.textContent);
}

/** Sets a range or a field as a hand would. */
export async function set(page, selector, value) {
  await page.$eval(selector, (node, value) => {
    node.value = value;
    node.dispatchEvent(new Event('input', { bubbles: true }));
  }, value);
  await frame(page);
}

/** Waits until what was done is on the screen. */
export function frame(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** The file that a click on `selector` saves: its name and its bytes. */
export async function saved(page, selector) {
  const waiting = page.waitForEvent('download');
  await page.click(selector);
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

export async function decisions(page) {
  return (await saved(page, '#export')).bytes;
}

export async function text(page) {
  return (await saved(page, '#export-text')).bytes;
}

/** Imports a decisions file, and gives what the page says of it. */
export async function load(page, bytes) {
  await page.$eval('#toast', (node) => { node.textContent = ''; });
  await page.setInputFiles('#import-file', { name: 'decisions.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(bytes) });
  await page.waitForFunction(() => document.getElementById('toast').textContent !== '');
  return words(page, '#toast');
}
