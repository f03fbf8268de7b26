// The texts, their changes and what was decided about them. Nothing here touches the page.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);

/** What a decision is called in a decisions file, and on the page. */
const VERBS = { accept: 'accepted', reject: 'rejected', rewrite: 'own wording', skip: 'skipped' };

const texts = data.files.map((file, idx) => {
  const text = { ...file, idx, count: counts(), pairs: new Map() };
  text.changes = file.changes.map((change, n) => {
    const own = { ...change, idx: n, of: text, share: Number(change.probability), decision: null, isShown: true };
    if (change.decision) own.decision = { verb: change.decision, text: change.text, scope: 'here' };
    return own;
  });
  for (const change of text.changes) {
    if (!text.pairs.has(change.pair)) text.pairs.set(change.pair, { pair: change.pair, changes: [], count: counts() });
    text.pairs.get(change.pair).changes.push(change);
    count(change, 1);
  }
  return text;
});

/** What can be undone, the last at the end: for each change what was decided before. */
const past = [];

function counts() {
  return { open: 0, accept: 0, reject: 0, rewrite: 0, skip: 0 };
}

function count(change, by) {
  const state = stateOf(change);
  change.of.count[state] += by;
  change.of.pairs.get(change.pair).count[state] += by;
}

/** `open`, or the verb of its decision. */
function stateOf(change) {
  return change.decision ? change.decision.verb : 'open';
}

/** How many are decided for good: what was skipped is asked about again. */
function decided(count) {
  return count.accept + count.reject + count.rewrite;
}

/** What stands at a change's place as things are. */
function wording(change) {
  switch (stateOf(change)) {
    case 'accept': return change.after;
    case 'rewrite': return change.decision.text;
    default: return change.before;
  }
}

/** The decision to put `text` there: what stands there is a rejection, what is proposed an acceptance. */
function decisionFor(change, text) {
  if (text === change.before) return { verb: 'reject', scope: 'here' };
  if (text === change.after) return { verb: 'accept', scope: 'here' };
  return { verb: 'rewrite', text, scope: 'here' };
}

/** Makes each of `steps`, a change and its decision or null, as one thing that can be undone. */
function decide(steps) {
  const before = steps.map(([change]) => [change, change.decision]);
  for (const [change, decision] of steps) put(change, decision);
  if (steps.length > 0) past.push(before);
  return steps.map(([change]) => change);
}

/** Takes the last back, and gives the changes it was about. */
function undo() {
  const steps = past.pop() ?? [];
  for (const [change, decision] of steps) put(change, decision);
  return steps.map(([change]) => change);
}

function put(change, decision) {
  count(change, -1);
  change.decision = decision;
  count(change, 1);
}

/** The places that a decision about `change` holds for besides it: those of its pair that nothing was decided about. */
function further(change, scope) {
  const open = (text, after) => (text.pairs.get(change.pair)?.changes ?? [])
    .filter((other) => !other.decision && other !== change && other.idx > after);
  const here = open(change.of, change.idx);
  if (scope === 'file') return here;
  return [...here, ...texts.filter((text) => text !== change.of).flatMap((text) => open(text, -1))];
}

/** The text as it is with all that was decided. */
function restored(text) {
  return text.blocks.map((block) => block.pieces.map((piece) => pieceText(text, piece)).join('')).join('');
}

function pieceText(text, piece) {
  if (typeof piece === 'string') return piece;
  if (typeof piece === 'number') return wording(text.changes[piece]);
  return piece.text ?? '\ufffd';
}

/** The restored text as bytes, in the encoding of the file; by the rules of docs/journal.md, under “layout”. */
function restoredBytes(text) {
  let encoding = text.encoding;
  const fromHex = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  const table = text.codes ? new Map(Object.entries(text.codes).map(([char, digits]) => [char, fromHex(digits)])) : null;
  const hasCode = (char) => char < '\u0080' || table.has(char);
  const isNew = (change) => change.decision?.verb === 'accept' || change.decision?.verb === 'rewrite';
  if (table && !text.changes.every((change) => !isNew(change) || [...wording(change)].every(hasCode))) {
    encoding = 'utf-8';
  }
  const utf8 = new TextEncoder();
  const utf16 = (string, isLittle) => {
    const view = new DataView(new ArrayBuffer(2 * string.length));
    for (let n = 0; n < string.length; n++) view.setUint16(2 * n, string.charCodeAt(n), isLittle);
    return new Uint8Array(view.buffer);
  };
  const encode = (string) => {
    switch (encoding) {
      case 'utf-16le': return utf16(string, true);
      case 'utf-16be': return utf16(string, false);
      case 'utf-8': return utf8.encode(string);
      default: return Uint8Array.from([...string].flatMap((char) => [...(table.get(char) ?? utf8.encode(char))]));
    }
  };
  // Another way to write a character is one of its code page only.
  const raw = (piece) => (piece.text && encoding !== text.encoding ? encode(piece.text) : fromHex(piece.raw));
  const bytes = (piece) => {
    if (typeof piece === 'object') return raw(piece);
    const change = typeof piece === 'number' ? text.changes[piece] : null;
    // Bytes that are no character stay where the change round them is not made.
    if (change && !isNew(change) && change.pieces) return change.pieces.map(bytes);
    return encode(pieceText(text, piece));
  };
  const mark = text.bom && !(table && encoding === text.encoding) ? [encode('\ufeff')] : [];
  return [...mark, ...text.blocks.flatMap((block) => block.pieces.flatMap(bytes))];
}
