// What it looks like, and how it is for those who do not see it: axe, widths, print, pictures.

import { join } from 'node:path';

import { both, harbour } from './deciding.mjs';
import { press, set } from './desk.mjs';
import { assert, axeSource, equal, pictures, test } from './harness.mjs';

/** What axe finds, gravest kinds only where `isGrave`. */
async function faults(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.slice(0, 3).map((node) => `${node.target}: ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}

async function decideSome(page) {
  await press(page, 'y', 'y', 'n', 'j', 's', 'a', 'e');
  await page.keyboard.type('own words');
  await press(page, 'Enter', 'd', 'y');
}

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing, and pictures are taken: ${colorScheme}`, async (open) => {
    const page = await open(both, { colorScheme });
    await decideSome(page);
    const picture = (name) => page.screenshot({ path: join(pictures, `${colorScheme}-${name}.png`) });
    const check = async (name) => {
      equal(await faults(page), [], `axe, ${name}`);
      await picture(name);
    };
    await check('marked');
    await press(page, 'e');
    await check('own-wording');
    await press(page, 'Escape', 'v');
    await check('restored');
    await press(page, 'v');
    await check('side-by-side');
    await press(page, 'v', '?');
    await check('help');
    await press(page, 'Escape');
    await set(page, '#from', '90');
    await check('filtered');
    await page.setViewportSize({ width: 412, height: 880 });
    await check('narrow');
  });
}

test('the button for colours goes round, and is remembered', async (open) => {
  const page = await open(harbour);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const seen = [await ground()];
  for (let n = 0; n < 3; n++) {
    await page.click('#theme');
    seen.push(await ground());
  }
  equal([seen[1] === seen[0], seen[2] === seen[0], seen[3] === seen[0]], [true, false, true], `colours ${seen}`);
  await page.click('#theme');
  await page.click('#theme');
  await page.reload();
  equal(await ground(), seen[2], 'after a reload');
});

test('nothing runs out of the page to the side, from 360 to 1920 pixels', async (open) => {
  for (const width of [360, 640, 900, 1100, 1280, 1920]) {
    const page = await open(both, { viewport: { width, height: 800 } });
    for (const view of ['marked', 'restored', 'both']) {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert(over <= 0, `${width}, ${view}: ${over} pixels too wide`);
      await press(page, 'v');
    }
  }
});

test('on paper there is the text with its changes, and no controls', async (open) => {
  const page = await open(harbour);
  await decideSome(page);
  await page.emulateMedia({ media: 'print' });
  for (const hidden of ['.side', '.filters', '.actions']) assert(!await page.isVisible(hidden), `${hidden} is printed`);
  assert(await page.isVisible('#text del') && await page.isVisible('#text ins'), 'changes are not printed');
  const pdf = await page.pdf({ path: join(pictures, 'print.pdf'), format: 'A4', printBackground: true });
  const nPages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  assert(nPages >= 1 && nPages <= 6, `${nPages} pages`);
});

test('what a screen reader hears: roles, names, and what has happened', async (open) => {
  const page = await open(harbour);
  const tree = await page.locator('body').ariaSnapshot();
  for (const part of ['banner', 'main "The text, its changes marked"', 'complementary "Decisions"', 'progressbar "Changes decided"', 'group "View"', 'button "Export decisions"', 'heading "Review"']) {
    assert(tree.includes(part), `no ${part} in ${tree.slice(0, 800)}`);
  }
  await press(page, 'y');
  equal(await page.$eval('#live', (node) => [node.getAttribute('aria-live'), node.textContent.startsWith('Accepted. 1 of ')]), ['polite', true], 'what is said');
  const label = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  assert(/^finish end: finish becomes end, \d+ %, open$/.test(label), `the next change is called ${label}`);
});
