// Decisions and texts out and in: what the page saves is what despin makes of the same decisions.

import { both, harbour } from './deciding.mjs';
import { changes, data, decisions, load, press, states, text, words } from './desk.mjs';
import { assert, despin, equal, file, fixture, makePage, test, tryDespin } from './harness.mjs';

const KEYS = ['sha256', 'start', 'end', 'before', 'after', 'decision', 'text', 'scope', 'prefix', 'suffix', 'probability'];

/** Decides one way and another, so that each kind of decision is there. */
async function decideSome(page) {
  await press(page, 'y', 'n', 's', 'a', 'e');
  await page.keyboard.type('own “words” <b>&amp;\\ ☃ 𝒳');
  await press(page, 'Enter', 'd', 'y', 'y', 'j', 'y');
}

/** What despin makes of `bytes`, the decisions about the file called `name`. */
function replayed(name, bytes, ...flags) {
  return despin('restore', '--decisions', file('exported.jsonl', bytes), ...flags, name);
}

test('decisions are exported in the form of docs/decisions.md', async (open) => {
  const page = await open(harbour);
  await decideSome(page);
  const bytes = await decisions(page);
  const lines = bytes.toString().split('\n');
  equal(lines.pop(), '', 'the end of the last line');
  const { files: [{ changes: all, sha256 }] } = await data(page);
  const decided = (await changes(page)).filter((change) => change.state !== 'open');
  equal(lines.length, decided.length, 'lines');
  lines.forEach((json, n) => {
    const line = JSON.parse(json);
    const change = all[decided[n].idx];
    equal(Object.keys(line), KEYS.filter((key) => key in line), 'order of keys');
    equal([line.sha256, line.start, line.end, line.before, line.after], [sha256, change.start, change.end, change.before, change.after], 'place');
    equal(line.decision, decided[n].state, 'decision');
    equal('text' in line, line.decision === 'rewrite', 'text is of rewrites alone');
    assert(json.endsWith(`,"probability":${change.probability}}`), json);
  });
  assert(lines.some((line) => line.includes('"scope":"file"')), 'no line has a scope');
});

test('exported decisions replay to the very text that the page shows', async (open) => {
  const page = await open(harbour);
  equal(await text(page), despin('clean', 'harbour.txt'), 'nothing decided');
  await decideSome(page);
  equal(await text(page), replayed('harbour.txt', await decisions(page)), 'some decided');
  await page.click('#accept-shown');
  equal(await text(page), replayed('harbour.txt', await decisions(page)), 'all decided');
});

test('review carries exported decisions out, and shows them again', async (open) => {
  const page = await open(harbour);
  await decideSome(page);
  const bytes = await decisions(page);
  const path = file('exported.jsonl', bytes);
  equal(despin('review', '--decisions', path, '-o', '-', 'harbour.txt'), await text(page), 'what review writes');
  equal(despin('review', '--decisions', path, '--strict', '-o', '-', 'harbour.txt'), await text(page), 'nothing is refused');
  const again = await open(makePage('again.html', ['harbour.txt'], '--decisions', path));
  equal(await text(again), await text(page), 'the text of a page made with them');
  const skipped = (line) => line.includes('"decision":"skip"');
  const plain = (lines) => lines.toString().split('\n').filter((line) => !skipped(line)).join('\n').replaceAll(',"scope":"file"', '');
  equal(plain(await decisions(again)), plain(bytes), 'decisions of a page made with them');
});

test('accepting what restore makes unasked is what restore makes', async (open) => {
  const page = await open(harbour);
  const { files: [{ changes: all }] } = await data(page);
  for (const change of all) await press(page, change.applicability === 'apply' ? 'y' : 'n');
  equal(await text(page), despin('restore', 'harbour.txt'), 'the text');
});

const WINDOWS_1252 = new Map([['’', 0x92], ['“', 0x93], ['”', 0x94], ['–', 0x96], ['é', 0xe9]]);
const windows1252 = (string) => Buffer.from([...string].map((char) => WINDOWS_1252.get(char) ?? char.charCodeAt(0)));
const article = fixture('restore/harbour_article');
const plain = article.replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"').replaceAll(/[–—]/g, '-').replaceAll('é', 'e');
const cyrillic = (string) => Buffer.from([...string].map((char) => (char >= 'А' && char <= 'я' ? char.charCodeAt(0) - 0x350 : char.charCodeAt(0))));
// Japanese in Shift_JIS, and a character there in the way that Shift_JIS does not write it.
const JAPANESE = '8df096e982cc83748346838a815b82cd8bad82a2959782cc82bd82df93f18e9e8ad4927882ea82dc82b582bd81428fe68b7182cd8e568bb482c591d282bf814189b782a982a282a8928382f088f982dd82dc82b582bd8142';
const broken = (string) => Buffer.concat([Buffer.from(string.slice(0, 400)), Buffer.from([0xff, 0xc3]), Buffer.from(`${string.slice(400)} “é” – caf`), Buffer.from([0xe9])]);
for (const [name, bytes] of Object.entries({
  'utf-8 with a byte order mark': Buffer.from(`\ufeff${article}`),
  'utf-16, low byte first': Buffer.from(`\ufeff${article}`, 'utf16le'),
  'utf-16, high byte first': Buffer.from(`\ufeff${article}`, 'utf16le').swap16(),
  'windows-1252': windows1252(`${article}Café.\n`),
  'windows-1251': cyrillic(`${plain}\nВчера вечером паром опоздал на два часа.\n`),
  'shift_jis, with a character written in another way': Buffer.concat([Buffer.from(`${plain}\n`), Buffer.from(`${JAPANESE}ed40`, 'hex'), Buffer.from('\n')]),
  'utf-8 with bytes that are no character': broken(article),
  'CRLF and no last line end': Buffer.from(article.trimEnd().replaceAll('\n', '\r\n')),
  'what cleaning repairs': Buffer.from(article.replaceAll('. ', '.  ').replaceAll('the ', 'the\u200b ')),
})) {
  test(`bytes are those of the command: ${name}`, async (open) => {
    const path = file('layout.txt', bytes);
    const page = await open(makePage('layout.html', [path]));
    equal(await text(page), despin('clean', path), 'nothing decided');
    await page.click('#accept-shown');
    equal(await text(page), replayed(path, await decisions(page)), 'all accepted');
    assert(!(await text(page)).equals(bytes), 'nothing was changed');
    await press(page, 'e');
    await page.keyboard.type('☃');
    await press(page, 'Enter');
    equal(await text(page), replayed(path, await decisions(page)), 'with a character that few encodings have');
  });
}

test('decisions outlive a reload, and another browser does not know them', async (open) => {
  const page = await open(harbour);
  await decideSome(page);
  const bytes = await decisions(page);
  await page.reload();
  equal(await decisions(page), bytes, 'after the reload');
  assert((await words(page, '#progress-text')).match(/^[1-9]/), 'progress after the reload');
  equal((await decisions(await open(harbour))).toString(), '', 'in another profile');
});

test('imported decisions are exported again as they were', async (open) => {
  const page = await open(both);
  await decideSome(page);
  await press(page, 'A', ']', 'y', 'n');
  const bytes = await decisions(page);
  const other = await open(both);
  const n = bytes.toString().trimEnd().split('\n').length;
  equal(await load(other, bytes), `${n} decisions read, ${n} changes decided`, 'what the page says');
  equal(await decisions(other), bytes, 'exported again');
  await press(other, 'u');
  equal((await decisions(other)).toString(), '', 'an import can be undone');
});

test('of several lines about one place the last holds, and undo lines take back', async (open) => {
  const page = await open(harbour);
  await press(page, 'y', 'y', 'y');
  const lines = (await decisions(page)).toString().trimEnd().split('\n').map((line) => JSON.parse(line));
  const as = (line, decision) => JSON.stringify({ ...line, decision });
  const other = await open(harbour);
  await load(other, [as(lines[0], 'accept'), as(lines[0], 'reject'), as(lines[1], 'reject'), as(lines[1], 'accept'), as(lines[1], 'undo'), as(lines[2], 'accept'), as(lines[2], 'undo')].join('\n'));
  equal(await states(other, 3), ['reject', 'reject', 'open'], 'states');
});

test('a scope is a rule for what has no decision of its own', async (open) => {
  const page = await open(both);
  const { files } = await data(page);
  const [first, second] = files.map((file) => file.changes);
  const shared = first.find((change) => second.some((other) => other.pair === change.pair));
  const line = { sha256: files[0].sha256, start: shared.start, end: shared.end, before: shared.before, after: shared.after, decision: 'reject', scope: 'everywhere' };
  const own = second.find((other) => other.pair === shared.pair);
  await load(page, `${JSON.stringify({ sha256: files[1].sha256, start: own.start, end: own.end, before: own.before, decision: 'accept' })}\n${JSON.stringify(line)}`);
  await press(page, ']');
  const found = await states(page, second.length);
  equal(found[second.indexOf(own)], 'accept', 'its own decision');
  second.forEach((change, n) => {
    if (change !== own) equal(found[n], change.pair === shared.pair ? 'reject' : 'open', `${change.before} at ${change.start}`);
  });
});

test('decisions find their places again in a copy with a paragraph more', async (open) => {
  const page = await open(harbour);
  await decideSome(page);
  const bytes = await decisions(page);
  const n = bytes.toString().trimEnd().split('\n').length;
  const path = file('moved.txt', article.replace('\n\n', '\n\nThe harbour has been there for ages.\n\n'));
  const moved = await open(makePage('moved.html', [path]));
  const said = await load(moved, bytes);
  const nFound = Number(said.match(/, (\d+) changes? decided/)[1]);
  assert(said.startsWith(`${n} decisions read`) && nFound >= n - 2, said);
  assert(said.includes(`${nFound} by the words around them`), said);
  equal((await text(moved)).toString().includes('own “words” <b>&amp;\\ ☃ 𝒳'), true, 'the own words');
});

test('what is no decisions file changes nothing', async (open) => {
  const page = await open(harbour);
  await press(page, 'y');
  const bytes = await decisions(page);
  const good = bytes.toString().trimEnd();
  for (const [contents, fault] of [
    ['{"start":1', 'line 1: no JSON'], [`${good}\n[1]`, 'line 2: no decision'],
    [good.replace('"accept"', '"maybe"'), 'line 1: decision is none of'], [good.replace('"accept"', '"rewrite"'), 'line 1: rewrite without text'],
    [good.replace('"before"', '"__proto__"'), 'line 1: '], [good.replace('"before"', '"behind"'), 'line 1: no decision has “behind”'],
    [Buffer.from([0xff, 0xfe, 0x00]), 'decisions.jsonl: '],
  ]) {
    const said = await load(page, contents);
    assert(said.includes(fault) && said.endsWith('nothing was changed'), said);
    equal(await decisions(page), bytes, `decisions after ${fault}`);
  }
  const elsewhere = await load(page, good.replace(/"start":\d+,"end":\d+,"before":"[^"]*"/, '"start":1,"end":4,"before":"xyz"'));
  assert(elsewhere.includes('1 fit no change of this page'), elsewhere);
});

test('where the browser keeps nothing, the page says so and works', async (open) => {
  const page = await open(harbour, {}, () => {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
  });
  assert((await words(page, '#saved')).includes('export before you close'), await words(page, '#saved'));
  await press(page, 'y', 'n');
  equal(await text(page), replayed('harbour.txt', await decisions(page)), 'the text');
});

test('a genuine text has nothing to decide, and says so', async (open) => {
  file('genuine.txt', fixture('genuine/harbour_article'));
  const page = await open(makePage('genuine.html', ['genuine.txt']));
  equal(await words(page, '#card-place'), 'Nothing is proposed here', 'the card');
  await press(page, 'y', 'n', 'a', 'e', '1', 'j', 'G', 'u', 'v', 'v');
  equal((await decisions(page)).toString(), '', 'decisions');
  equal(await text(page), Buffer.from(fixture('genuine/harbour_article')), 'the text');
});

test('a file that cannot be read is told of, and the others are on the page', async (open) => {
  const done = tryDespin('review', '--html', 'some.html', 'harbour.txt', 'missing.txt');
  equal(done.code, 2, 'exit code');
  assert(/missing\.txt: .*; /.test(done.err), done.err);
  const page = await open(harbour.replace('harbour.html', 'some.html'));
  equal((await data(page)).files.map((one) => one.name), ['harbour.txt'], 'files on the page');
});
