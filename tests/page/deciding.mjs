// Deciding: keys, buttons, pairs, filters, undo.

import { changes, current, data, frame, press, set, shownText, states, text, words } from './desk.mjs';
import { assert, equal, file, fixture, makePage, test, tryDespin } from './harness.mjs';

file('harbour.txt', fixture('restore/harbour_article'));
file('clinic.txt', fixture('restore/clinic_opens'));
export const harbour = makePage('harbour.html', ['harbour.txt']);
export const both = makePage('both.html', ['harbour.txt', 'clinic.txt']);

test('every proposal stands in the text, open, and the first is current', async (open) => {
  const page = await open(harbour);
  const { changes: made, left } = JSON.parse(tryDespin('restore', '--format', 'json', 'harbour.txt').out);
  const all = await changes(page);
  const [file] = (await data(page)).files;
  equal(all.length, file.changes.length, 'changes in the text');
  assert(all.length > 80 && all.every((change) => change.state === 'open' && change.isShown), 'a change is decided or hidden');
  equal(all.length, made.length + left.length, 'what restore makes and leaves');
  equal(await current(page), 0, 'the current change');
  equal(await words(page, '#progress-text'), `0 of ${all.length} decided`, 'progress');
  equal(await words(page, '#verdict'), `spun ${file.probability.toFixed(2)}`, 'the verdict');
});

test('y accepts, n rejects, s skips, and each goes on to the next', async (open) => {
  const page = await open(harbour);
  await press(page, 'y', 'n', 's');
  equal(await states(page, 4), ['accept', 'reject', 'skip', 'open'], 'states');
  equal(await current(page), 3, 'the current change');
  const n = (await changes(page)).length;
  equal(await words(page, '#progress-text'), `2 of ${n} decided, 1 skipped`, 'progress');
  const now = await page.$eval('#meter', (node) => node.getAttribute('aria-valuenow'));
  equal(now, '2', 'what a screen reader hears of the progress');
});

test('e takes own words, Escape leaves them', async (open) => {
  const page = await open(harbour);
  await press(page, 'e');
  await page.keyboard.type('dock hands');
  await press(page, 'Enter');
  const [first] = await changes(page);
  equal(first.state, 'rewrite', 'state');
  assert(/becomes dock hands, \d+ %, own wording$/.test(first.label), first.label);
  await press(page, 'e');
  await page.keyboard.type('never put there');
  await press(page, 'Escape');
  equal(await states(page, 2), ['rewrite', 'open'], 'states after Escape');
  assert(!await page.isVisible('#own'), 'the field is still there');
  await press(page, 'y');
  equal(await states(page, 2), ['rewrite', 'accept'], 'keys work again after Escape');
  assert((await text(page)).toString().startsWith('Harbour dock hands end their strike'), 'the restored text');
});

test('own words that are the proposal or the text are no own words', async (open) => {
  const page = await open(harbour);
  const [file] = (await data(page)).files;
  await press(page, 'e', 'Enter', 'e');
  await page.keyboard.type(file.changes[1].before);
  await press(page, 'Enter');
  equal(await states(page, 2), ['accept', 'reject'], 'states');
});

test('1 to 9 take another wording', async (open) => {
  const page = await open(harbour);
  const [file] = (await data(page)).files;
  const idx = file.changes.findIndex((change) => change.rivals.some(([rival]) => rival !== change.before));
  const { before, rivals } = file.changes[idx];
  for (let n = 0; n < idx; n++) await press(page, 'j');
  const other = rivals.findIndex(([rival]) => rival !== before);
  await press(page, String(other + 1));
  equal((await changes(page))[idx].label.split(': ')[0], `${before} ${rivals[other][0]}`, 'the rival is taken');
  await press(page, 'u');
  const itself = rivals.findIndex(([rival]) => rival === before);
  assert(itself >= 0, 'no rival keeps the text');
  await press(page, String(itself + 1));
  equal((await changes(page))[idx].state, 'reject', 'taking what stands there');
  const n = (await states(page)).filter((state) => state !== 'open').length;
  await press(page, '9');
  equal((await states(page)).filter((state) => state !== 'open').length, n, 'a number without a wording');
});

test('a and d decide further ones of the pair alone', async (open) => {
  const page = await open(harbour);
  const [file] = (await data(page)).files;
  const of = (pair) => file.changes.map((change, n) => [change, n]).filter(([change]) => change.pair === pair).map(([, n]) => n);
  const said = of(file.changes.find((change) => change.before === 'mentioned').pair);
  assert(said.length > 3, 'too few of the pair');
  for (let n = 0; n < said[1]; n++) await press(page, 'j');
  await press(page, 'd');
  const found = await states(page, file.changes.length);
  equal(said.map((n) => found[n]), ['open', ...said.slice(1).map(() => 'reject')], 'states of the pair');
  equal(found.filter((state) => state !== 'open').length, said.length - 1, 'nothing else is decided');
  await press(page, 'u');
  equal((await states(page, file.changes.length)).filter((state) => state !== 'open'), [], 'one u takes all of them back');
  equal(await current(page), said[1], 'and goes back there');
});

test('A decides in all files', async (open) => {
  const page = await open(both);
  const { files } = await data(page);
  const shared = files[0].changes.findIndex((change) => files[1].changes.some((other) => other.pair === change.pair));
  const { pair } = files[0].changes[shared];
  for (let n = 0; n < shared; n++) await press(page, 'j');
  await press(page, 'A', ']');
  const found = await states(page, files[1].changes.length);
  equal(found.map((state) => state === 'accept'), files[1].changes.map((change) => change.pair === pair), 'the other file');
  assert((await page.$eval('#file', (node) => node.selectedOptions[0].textContent)).startsWith('clinic.txt ('), 'the name of the other file');
  await press(page, 'u');
  equal(await page.$eval('#file', (node) => node.value), '0', 'undo goes back to the file where it was decided');
});

test('u takes back one step after the other, to the first', async (open) => {
  const page = await open(harbour);
  await press(page, 'y', 'n', 's', 'u', 'u');
  equal(await states(page, 3), ['accept', 'open', 'open'], 'states');
  await press(page, 'u', 'u', 'u');
  equal(await states(page, 3), ['open', 'open', 'open'], 'states');
  assert(await page.isDisabled('[data-do=undo]'), 'there is something to undo');
});

test('j, k, g, G and the arrows move', async (open) => {
  const page = await open(harbour);
  const n = (await changes(page)).length;
  await press(page, 'j', 'j', 'k');
  equal(await current(page), 1, 'j j k');
  await press(page, 'G', 'j');
  equal(await current(page), n - 1, 'G');
  const place = await page.$eval('[aria-current=true]', (node) => node.getBoundingClientRect().bottom);
  assert(place < 880, 'the last change is out of sight');
  await press(page, 'g', 'k', 'ArrowDown', 'ArrowRight', 'ArrowUp');
  equal(await current(page), 1, 'g and the arrows');
});

test('a mouse does the same', async (open) => {
  const page = await open(harbour);
  await page.click('[data-change="5"]');
  equal(await current(page), 5, 'the change that was clicked');
  await page.click('[data-do=accept]');
  await page.click('[data-do=reject]');
  equal((await states(page, 8)).slice(5), ['accept', 'reject', 'open'], 'states');
  await page.click('[data-do=undo]');
  equal((await states(page, 8)).slice(5), ['accept', 'open', 'open'], 'after undo');
});

test('the list of pairs counts, and decides all of a pair', async (open) => {
  const page = await open(harbour);
  const [file] = (await data(page)).files;
  const { pair } = file.changes.find((change) => change.before === 'mentioned');
  const places = file.changes.map((change, n) => (change.pair === pair ? n : -1)).filter((n) => n >= 0);
  const row = `[data-pair="${pair}"]`;
  equal(await words(page, `${row} .counts`), `×${places.length}`, 'the count');
  await page.click(`${row} [data-pair-do=accept]`);
  const found = await states(page, file.changes.length);
  equal(places.map((n) => found[n]), places.map(() => 'accept'), 'states of the pair');
  equal(await words(page, `${row} .counts`), `×${places.length} ✓${places.length}`, 'the count afterwards');
  await page.click(`${row} [data-pair-do=reject]`);
  equal(await words(page, `${row} .counts`), `×${places.length} ✗${places.length}`, 'the count after rejecting');
  await page.click('[data-do=undo]');
  await page.click('[data-do=undo]');
  await page.click(`${row} [data-pair-do=show]`);
  equal(await current(page), places[1], 'the next place of the pair');
  equal((await page.$$('#pairs li')).length, new Set(file.changes.map((change) => change.pair)).size, 'rows');
});

test('filters show what they say, and nothing else is decided through them', async (open) => {
  const page = await open(harbour);
  const [file] = (await data(page)).files;
  const share = (change) => Math.round(100 * Number(change.probability));
  const shown = async () => (await changes(page)).filter((change) => change.isShown).map((change) => change.idx);
  const expected = (fits) => file.changes.map((change, n) => (fits(change, n) ? n : -1)).filter((n) => n >= 0);

  await set(page, '#from', '90');
  equal(await shown(), expected((change) => share(change) >= 90), 'from 90 %');
  await set(page, '#to', '95');
  equal(await shown(), expected((change) => share(change) >= 90 && share(change) <= 95), 'from 90 to 95 %');
  equal(await words(page, '#range-text'), '90–95 %', 'the range in words');
  await page.click('#clear-filters');
  equal((await shown()).length, file.changes.length, 'after clearing');

  await press(page, '/');
  await page.keyboard.type('MENTION');
  await frame(page);
  const said = expected((change) => /mention/i.test(change.before + change.after));
  equal(await shown(), said, 'searched');
  equal(await words(page, '#shown'), `${said.length} of ${file.changes.length} shown`, 'how many are shown');
  await press(page, 'Escape');
  await page.click('#accept-shown');
  equal((await changes(page)).filter((change) => change.state === 'accept').map((change) => change.idx), said, 'accepted');
  await page.click('#clear-filters');

  await set(page, '#state', 'accept');
  equal(await shown(), said, 'accepted ones');
  await set(page, '#state', 'open');
  equal(await shown(), expected((_, n) => !said.includes(n)), 'open ones');
  const first = (await shown())[0];
  await press(page, 'g', 'y');
  assert(!(await shown()).includes(first), 'what is no longer open is shown still');
  await page.click('#clear-filters');

  const rules = new Set(file.changes.map((change) => change.rule));
  for (const rule of rules) {
    await set(page, '#cause', `Rule:${rule}`);
    equal(await shown(), expected((change) => change.rule === rule), `rule ${rule}`);
  }
  await set(page, '#cause', 'Dictionary:autoblog.tsv');
  equal(await shown(), expected((change) => /autoblog\.tsv:\d+$/.test(change.place ?? '')), 'by dictionary');
  await press(page, 'g', 'j');
  assert((await shown()).includes(await current(page)), 'j went to what is not shown');
});

test('the restored view is the restored text, and lives', async (open) => {
  const page = await open(harbour);
  await press(page, 'y', 'v');
  equal(await page.$eval('[data-view=restored]', (node) => node.getAttribute('aria-pressed')), 'true', 'the view');
  equal(await shownText(page), (await text(page)).toString(), 'the text after one decision');
  await press(page, 'y', 'y', 'n', 'a', 'e');
  await page.keyboard.type('own words here');
  await press(page, 'Enter');
  const restored = await shownText(page);
  equal(restored, (await text(page)).toString(), 'the text after more');
  assert(restored.includes('own words here'), 'the own words');
  await press(page, 'u', 'u');
  equal(await shownText(page), (await text(page)).toString(), 'the text after undo');
});

test('side by side: what it was, what it is', async (open) => {
  const page = await open(harbour);
  await press(page, 'v', 'v', 'y', 'y', 'a');
  const column = (n) => page.$$eval(`.row > :nth-child(${n})`, (nodes) => nodes.map((node) => node.textContent).join(''));
  equal(await column(1), fixture('restore/harbour_article'), 'left');
  equal(await column(2), (await text(page)).toString(), 'right');
  await press(page, 'v');
  equal(await states(page, 2), ['accept', 'accept'], 'states are kept from view to view');
});

test('single keys can be turned off', async (open) => {
  const page = await open(harbour);
  await press(page, '?');
  assert(await page.isVisible('#help'), 'no help');
  await press(page, 'y');
  await page.uncheck('#use-keys');
  await press(page, 'Escape', 'y', 'n');
  equal(await states(page, 2), ['open', 'open'], 'states');
  await page.click('#show-help');
  await page.check('#use-keys');
  await press(page, 'Escape');
  await page.click('[data-change="0"]');
  await press(page, 'y');
  equal(await states(page, 1), ['accept'], 'states with keys on again');
});

test('by keyboard alone: Tab reaches the change, Enter its buttons', async (open) => {
  const page = await open(harbour);
  const at = () => page.evaluate(() => document.activeElement.dataset.change ?? document.activeElement.dataset.do ?? document.activeElement.id);
  const met = [];
  for (let n = 0; n < 40 && !met.includes('0'); n++) {
    await press(page, 'Tab');
    met.push(await at());
  }
  equal(met.at(-1), '0', `the current change, after ${met}`);
  for (const id of ['export', 'search', 'from', 'accept-shown']) assert(met.includes(id), `${id} is not reached`);
  await press(page, 'Enter');
  equal(await at(), 'accept', 'Enter goes to the buttons');
  await press(page, 'Enter');
  equal(await states(page, 2), ['accept', 'open'], 'states');
  equal(await at(), 'accept', 'and stays there');
});

test('all decisions can be taken back, and brought again', async (open) => {
  const page = await open(harbour);
  await press(page, 'y', 'n', '?');
  await page.click('#start-over');
  equal(await states(page, 2), ['open', 'open'], 'states');
  await press(page, 'u');
  equal(await states(page, 2), ['accept', 'reject'], 'after undo');
});
