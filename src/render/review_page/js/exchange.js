// Decisions in and out: the decisions file (docs/decisions.md), and what this browser keeps.

const KEYS = ['sha256', 'start', 'end', 'before', 'after', 'decision', 'text', 'scope', 'prefix', 'suffix', 'probability'];

/** The decisions file: the very bytes that despin writes for the same decisions. */
function decisionsFile() {
  return texts.flatMap((text) => text.changes.filter((change) => change.decision).map(line)).join('');
}

function line(change) {
  const { verb, text, scope } = change.decision;
  const parts = { sha256: change.of.sha256, start: change.start, end: change.end, before: change.before, after: change.after,
    decision: verb, text: verb === 'rewrite' ? text : undefined, scope: scope === 'here' ? undefined : scope,
    prefix: change.prefix || undefined, suffix: change.suffix || undefined };
  const json = JSON.stringify(parts);
  // The digits as despin wrote them: JavaScript would write 1.0 as 1.
  return `${json.slice(0, -1)},"probability":${change.probability}}\n`;
}

/** What `file`, the text of a decisions file, decides about the changes of this page.
    Gives `steps` for decide(), and how many lines were found by their words, and how many fit nothing here.
    Throws an Error that names the line, where there is one that is no decision. */
function readDecisions(file) {
  const lines = file.replace(/^\ufeff/, '').split('\n')
    .map((json, n) => [json, n + 1]).filter(([json]) => json.trim() !== '').map(([json, n]) => parsed(json, n));
  const found = new Map();
  const rules = [];
  let [nMoved, nRefused] = [0, 0];
  for (const { line, rule } of standing(lines)) {
    const place = find(line);
    if (!place) {
      nRefused += 1;
      continue;
    }
    nMoved += place.isMoved ? 1 : 0;
    const { change } = place;
    found.delete(change);
    found.set(change, decisionOf(line, change));
    if (rule) rules.push([change, line]);
  }
  // Rules hold where nothing else was decided; the narrower before the wider, then the later before the earlier.
  for (const scope of ['file', 'everywhere']) {
    for (const [change, line] of rules.filter(([, line]) => line.scope === scope).reverse()) {
      if (line.after !== change.after) continue;
      for (const other of further(change, scope)) {
        if (!found.has(other)) found.set(other, { ...decisionOf(line, other), scope: 'here' });
      }
    }
  }
  return { steps: [...found], nLines: lines.length, nMoved, nRefused };
}

function parsed(json, n) {
  const fail = (fault) => { throw new Error(`line ${n}: ${fault}`); };
  let line;
  try {
    line = JSON.parse(json);
  } catch {
    fail('no JSON');
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) fail('no decision');
  const odd = Object.keys(line).find((key) => !KEYS.includes(key));
  if (odd) fail(`no decision has “${odd.slice(0, 40)}”`);
  const isPlace = (at) => Number.isSafeInteger(at) && at >= 0;
  if (!isPlace(line.start) || !isPlace(line.end) || line.end < line.start) fail('start and end are no place');
  if (typeof line.before !== 'string') fail('before is missing');
  if (new TextEncoder().encode(line.before).length !== line.end - line.start) fail('the span is not as long as before');
  for (const key of ['after', 'text', 'prefix', 'suffix', 'sha256']) {
    if (line[key] !== undefined && line[key] !== null && typeof line[key] !== 'string') fail(`${key} is no text`);
  }
  if (!(line.decision in VERBS) && line.decision !== 'undo') fail('decision is none of accept, reject, rewrite, skip, undo');
  if (line.decision === 'rewrite' && typeof line.text !== 'string') fail('rewrite without text');
  if (![undefined, null, 'here', 'file', 'everywhere'].includes(line.scope)) fail('scope is none of here, file, everywhere');
  if ((line.scope ?? 'here') !== 'here' && typeof line.after !== 'string' && line.decision !== 'undo') fail('a scope without after');
  return line;
}

/** Lines that no later one takes back. */
function standing(lines) {
  const stacks = new Map();
  const isGone = new Set();
  lines.forEach((line, n) => {
    const key = JSON.stringify([line.sha256, line.start, line.end, line.before]);
    const stack = stacks.get(key) ?? [];
    stacks.set(key, stack);
    if (line.decision === 'undo') {
      isGone.add(n);
      if (stack.length > 0) isGone.add(stack.pop());
    } else {
      stack.push(n);
    }
  });
  return lines.filter((_, n) => !isGone.has(n))
    .map((line) => ({ line, rule: line.scope === 'file' || line.scope === 'everywhere' }));
}

/** The change that `line` is about: at its place in its file, or else where its words stand between the same words, by the
    rule of docs/decisions.md. */
function find(line) {
  const own = line.sha256 ? texts.filter((text) => text.sha256 === line.sha256) : texts;
  for (const text of own) {
    const change = at(text, line.start, line.before);
    if (change && (line.prefix ?? change.prefix) === change.prefix && (line.suffix ?? change.suffix) === change.suffix) {
      return { change, isMoved: false };
    }
  }
  const least = ([...(line.prefix ?? '')].length + [...(line.suffix ?? '')].length) / 2;
  if (least === 0) return null;
  let [best, most] = [[], 0];
  for (const text of own.length > 0 ? own : texts) {
    for (const change of text.changes) {
      if (change.before !== line.before) continue;
      const { nNext, nInOrder } = nearby(line, change);
      if (nInOrder < least) continue;
      if (nNext + nInOrder > most) [best, most] = [[], nNext + nInOrder];
      if (nNext + nInOrder === most) best.push(change);
    }
  }
  const change = best.length === 1 ? best[0] : best.find((one) => one.start === line.start);
  return change ? { change, isMoved: true } : null;
}

/** How many characters around `change` are those around `line`: next to it, and in the words that are there in order. */
function nearby(line, change) {
  const [prefix, suffix] = [line.prefix ?? '', line.suffix ?? ''];
  const left = common([...prefix].reverse(), [...change.prefix].reverse());
  const right = common([...suffix], [...change.suffix]);
  const nInOrder = Math.max(inOrder(prefix, change.prefix), left) + Math.max(inOrder(suffix, change.suffix), right);
  return { nNext: left + right, nInOrder };
}

/** How many characters the words of `known` have that `there` has in the same order, with a space each. */
function inOrder(known, there) {
  const words = there.split(/\s+/).filter(Boolean);
  let row = new Array(words.length + 1).fill(0);
  for (const word of known.split(/\s+/).filter(Boolean)) {
    const next = [0];
    words.forEach((other, n) => next.push(other === word ? row[n] + [...word].length + 1 : Math.max(next[n], row[n + 1])));
    row = next;
  }
  return Math.min(row.at(-1), [...known].length);
}

function at(text, start, before) {
  text.places ??= new Map(text.changes.map((change) => [`${change.start} ${change.before}`, change]));
  return text.places.get(`${start} ${before}`);
}

function common(a, b) {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
}

function decisionOf(line, change) {
  const scope = line.scope ?? 'here';
  switch (line.decision) {
    case 'rewrite': return { ...decisionFor(change, line.text), scope };
    // What was accepted is put there, also where something else is proposed today.
    case 'accept': return { ...decisionFor(change, line.after ?? change.after), scope };
    default: return { verb: line.decision, scope };
  }
}

/** What this browser keeps, a text at a time, by digest. */
const store = {
  isKept: true,
  timer: 0,
  changed: new Set(),

  get(key) {
    try {
      return localStorage.getItem(`despin-review/${key}`);
    } catch {
      this.isKept = false;
      return null;
    }
  },

  set(key, value) {
    try {
      localStorage.setItem(`despin-review/${key}`, value);
    } catch {
      this.isKept = false;
    }
  },

  /** Notes that decisions about `text` changed; they are written when the hand rests. */
  touch(text) {
    this.changed.add(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), 400);
  },

  flush() {
    for (const text of this.changed) {
      const rows = text.changes.filter((change) => change.decision).map((change) => {
        const { verb, text, scope } = change.decision;
        return [change.start, change.before, change.after, verb, scope, text];
      });
      this.set(text.sha256, JSON.stringify(rows));
    }
    this.changed.clear();
  },

  /** What was kept about `text`, as steps; what no longer fits is passed over. */
  steps(text) {
    let rows;
    try {
      rows = JSON.parse(this.get(text.sha256) ?? '[]');
    } catch {
      return [];
    }
    const step = ([start, before, after, verb, scope, own]) => {
      const change = at(text, start, before);
      const fits = change?.after === after && verb in VERBS && (verb !== 'rewrite' || typeof own === 'string');
      return fits ? [[change, { verb, scope, text: own ?? undefined }]] : [];
    };
    return Array.isArray(rows) ? rows.filter(Array.isArray).flatMap(step) : [];
  },
};
