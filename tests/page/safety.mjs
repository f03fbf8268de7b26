// A hostile article stays text; the policy holds.

import { pathToFileURL } from 'node:url';

import { changes, data, frame, press, text, words } from './desk.mjs';
import { assert, despin, equal, file, fixture, makePage, test } from './harness.mjs';

const HOSTILE = [
  '<script>alert("one")</script><SCRIPT SRC=x.js></SCRIPT>', '</script><script>alert("two")</script>', '</style><style>*{display:none}</style>',
  '<img src=x onerror="alert(3)"><svg/onload=alert(4)><a href="javascript:alert(5)">no link</a>', '{{script}} {{data}} ${alert(6)} <%= 7 %> {% raw %}',
  '<!-- <!--[if IE]> <![CDATA[ ]]> -->', '&lt;b&gt; &amp; &#x3c; &nbsp;', '"onmouseover="alert(8) \'onfocus=\'alert(9)',
  'bidi \u202egnp.exe\u202c \u2066isolated\u2069 \u200fright\u200e', 'lines\u2028and\u2029paragraphs', 'escapes \u001b[31mred\u0007 \u0085 \u00ad',
  '</textarea></title></noscript><base href=//evil.example><meta http-equiv=refresh content=0>', '__proto__ constructor toString', '\ufeff\ufffd\u{e0041} שלום עולם مرحبا 𝒳👩‍👩‍👧',
];
const article = fixture('restore/harbour_article').split('\n\n').map((part, n) => `${part}\n\n${HOSTILE.slice(3 * n, 3 * n + 3).join('\n')}`).join('\n\n');
const name = '<img src=x onerror=alert(1)>{{script}}\u202e.txt';

function hostile() {
  file(name, article);
  return makePage('hostile.html', [name], '--no-clean');
}

/** How many elements of each kind there are; a text brings none. */
function elements(page) {
  return page.evaluate(() => ['script', 'style', 'img', 'svg', 'a', 'base', 'meta', 'iframe', 'title', 'textarea'].map((kind) => [kind, document.querySelectorAll(kind).length]));
}

/** The text as one view shows it, without what is proposed. */
function withoutProposals(page) {
  return page.$eval('#text', (node) => {
    const copy = node.cloneNode(true);
    for (const ins of copy.querySelectorAll('ins')) {
      ins.previousSibling.remove();
      ins.remove();
    }
    return copy.textContent;
  });
}

test('a hostile article stays text in every view', async (open) => {
  const plain = await open(makePage('plain.html', ['harbour.txt']));
  const page = await open(hostile());
  const usual = await elements(plain);
  equal(await elements(page), usual, 'elements');
  const [file] = (await data(page)).files;
  assert(file.changes.length > 50, 'too few changes among it');
  for (const view of ['marked', 'restored', 'both']) {
    const shown = await withoutProposals(page);
    for (const part of HOSTILE.filter((part) => !/[\u0000-\u001f\u007f-\u00a0\u00ad\u200b-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u.test(part))) {
      assert(shown.includes(part), `${view}: ${part} is not shown as it is`);
    }
    for (const unseen of ['U+202E', 'U+2066', 'U+200F', 'U+2028', 'U+2029', 'U+001B', 'U+0007', 'U+FEFF', 'U+E0041']) {
      assert(shown.includes(unseen), `${view}: ${unseen} is not shown by its number`);
    }
    assert(!/[\u202a-\u202e\u2066-\u2069\u2028\u2029\u001b]/.test(shown), `${view}: a control character is in the page`);
    equal(await elements(page), usual, `elements, ${view}`);
    await press(page, 'v');
  }
  assert((await page.title()).startsWith('<img src=x onerror=alert(1)>{{script}}U+202E.txt'), await page.title());
});

test('what is saved of a hostile article is its very bytes', async (open) => {
  const page = await open(hostile());
  equal(await text(page), Buffer.from(article), 'nothing decided');
});

test('hostile own words stay text, also after a reload', async (open) => {
  const page = await open(makePage('plain.html', ['harbour.txt']));
  const usual = await elements(page);
  const own = '</script><img src=x onerror=alert(1)>{{data}}\u202e';
  await press(page, 'e');
  await page.fill('#own-text', own);
  await press(page, 'Enter', 'k');
  equal(await elements(page), usual, 'elements');
  assert((await words(page, '#card-swap')).includes('{{data}}U+202E'), await words(page, '#card-swap'));
  await page.reload();
  equal(await elements(page), usual, 'elements after a reload');
  assert((await changes(page))[0].label.includes('becomes </script>'), 'the own words are gone');
  assert((await text(page)).toString().includes(own), 'the own words are not saved as they are');
});

test('the policy lets nothing run that is not the page’s own', async (open) => {
  const page = await open(makePage('plain.html', ['harbour.txt']));
  const met = await page.evaluate(async () => {
    const kinds = [];
    document.addEventListener('securitypolicyviolation', (event) => kinds.push(event.effectiveDirective));
    const attempt = (work) => { try { work(); } catch { kinds.push('refused'); } };
    const script = document.createElement('script');
    attempt(() => { script.textContent = 'window.ran = 1'; });
    attempt(() => document.head.append(script));
    attempt(() => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran = 2">'); });
    attempt(() => document.body.setAttribute('onclick', 'window.ran = 3'));
    attempt(() => document.body.click());
    // What a debugger asks for may evaluate; what comes by itself may not.
    setTimeout(() => attempt(() => window.eval('window.ran = 4')));
    setTimeout(() => attempt(() => new Function('window.ran = 5')()));
    const style = document.createElement('style');
    style.textContent = 'body { opacity: .5 }';
    document.head.append(style);
    await fetch('https://example.com/').catch(() => kinds.push('refused'));
    await new Promise((done) => setTimeout(done, 100));
    return { ran: window.ran ?? null, opacity: getComputedStyle(document.body).opacity, kinds };
  });
  equal([met.ran, met.opacity], [null, '1'], 'what ran');
  for (const kind of ['connect-src', 'require-trusted-types-for', 'style-src-elem']) assert(met.kinds.includes(kind), `${kind} did not refuse: ${met.kinds}`);
  // Refusals are told on the console; here they are what was wanted.
  page.faults = page.faults.filter((fault) => !/^console (error|info): .*(Content Security Policy|Refused|Trusted|violates)/i.test(fault));
});

test('one file: it asks for nothing, wherever it is', async (open) => {
  const path = file('alone.html', Buffer.from(despinPage()));
  const page = await open(pathToFileURL(path).href);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.reload();
  await press(page, 'y', 'v', 'v');
  await frame(page);
  equal(asked, [page.url()], 'requests');
});

function despinPage() {
  makePage('plain.html', ['harbour.txt']);
  return despin('review', '--html', '-', 'harbour.txt');
}
