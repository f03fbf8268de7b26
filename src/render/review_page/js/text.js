// The text on the page: three views, of which a decision repaints only the places it is about.

/** Characters that act on a text without being seen; each is shown by its number. */
const UNSEEN = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\ufeff\ufff9-\ufffb\u200b-\u200f\u2028-\u202e\u2060-\u206f\u{e0000}-\u{e0fff}])/u;

const SIGNS = { open: '', accept: '✓', reject: '✗', rewrite: '✎', skip: '–' };
const article = document.getElementById('text');

let text = texts[0];
let view = 'marked';
let current = null;

function element(name, className, contents) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (contents !== undefined) node.textContent = contents;
  return node;
}

/** Puts `string` into `node`, with everything in it to be seen. */
function write(node, string) {
  const plain = string.replaceAll('\r\n', '\n');
  if (!UNSEEN.test(plain)) {
    node.append(plain);
    return;
  }
  for (const part of plain.split(UNSEEN)) {
    if (part !== '') node.append(UNSEEN.test(part) ? unseen(part) : part);
  }
}

function unseen(char) {
  const number = char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
  const node = element('span', 'unseen', `U+${number}`);
  node.title = 'A character that is not seen';
  return node;
}

/** `string` as one side of a change, on one line and never empty. */
function side(string) {
  if (string === '') return '∅';
  const marked = string.replaceAll('\n', '⏎').replaceAll('\t', '⇥');
  return marked.trim() === '' ? marked.replaceAll(' ', '␣') : marked;
}

/** `string` for a screen reader. */
function spoken(string) {
  return string.trim() === '' ? (string === '' ? 'nothing' : 'a space') : string.trim();
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

function surety(change) {
  // As it is shown, lest 90 % looks like less.
  const share = Math.round(100 * change.share);
  if (share >= 90) return 'sure';
  return share >= 60 ? 'likely' : 'unsure';
}

/** Puts the whole text on the page anew. */
function showText() {
  for (const change of text.changes) change.nodes = [];
  const body = document.createDocumentFragment();
  for (const block of text.blocks) {
    const row = element('div', view === 'both' ? 'block row' : 'block');
    row.dataset.line = block.line;
    const columns = view === 'both' ? ['before', 'restored'] : [view];
    for (const column of columns) {
      const cell = view === 'both' ? element('div', 'cell') : row;
      cell.dir = 'auto';
      for (const piece of block.pieces) cell.append(...pieceNodes(piece, column));
      if (cell !== row) row.append(cell);
    }
    body.append(row);
  }
  article.replaceChildren(body);
  article.dataset.view = view;
  article.classList.toggle('empty', text.blocks.length === 0);
}

function pieceNodes(piece, column) {
  if (typeof piece === 'string') {
    const holder = document.createDocumentFragment();
    write(holder, piece);
    return holder.childNodes;
  }
  if (typeof piece === 'object') {
    // Another way to write a character looks like any other.
    if (piece.text) return [document.createTextNode(piece.text)];
    const node = element('span', 'unseen', `\\x${piece.raw}`);
    node.title = 'Bytes that are no character; they stay as they are';
    return [node];
  }
  const change = text.changes[piece];
  const node = element('span');
  node.dataset.change = piece;
  node.dataset.column = column;
  // The left column repeats for the eye what the right one is a button for.
  if (column !== 'before') {
    node.setAttribute('role', 'button');
    node.tabIndex = -1;
  }
  if (column === 'marked') node.append(element('del'), element('span', 'gap', ' '), element('ins'));
  change.nodes.push(node);
  paint(change, node);
  return [node];
}

/** Shows `change` as it is now, wherever it stands on the page. */
function repaint(change) {
  if (change.of !== text) return;
  for (const node of change.nodes) paint(change, node);
}

function paint(change, node) {
  const state = stateOf(change);
  const { column } = node.dataset;
  const isCurrent = change === current;
  node.className = `change ${surety(change)} is-${state}${change.isShown ? '' : ' off'}${isCurrent ? ' current' : ''}`;
  if (column === 'marked') {
    const [del, , ins] = node.childNodes;
    fillSide(del, change.before);
    fillSide(ins, state === 'rewrite' ? change.decision.text : change.after);
  } else {
    const words = column === 'before' ? change.before : wording(change);
    if (node.dataset.words !== words) {
      node.dataset.words = words;
      node.replaceChildren();
      write(node, words);
    }
  }
  if (column === 'before') return;
  const name = label(change, column);
  if (node.getAttribute('aria-label') !== name) node.setAttribute('aria-label', name);
  if (isCurrent) node.setAttribute('aria-current', 'true');
  else node.removeAttribute('aria-current');
  node.tabIndex = isCurrent ? 0 : -1;
}

function fillSide(node, string) {
  const shown = side(string);
  if (node.dataset.shown === shown) return;
  node.dataset.shown = shown;
  node.replaceChildren();
  write(node, shown);
}

/** The name of a change's button: what is seen of it, and then what that means. */
function label(change, column = 'marked') {
  const state = stateOf(change);
  const target = state === 'rewrite' ? change.decision.text : change.after;
  const seen = column === 'marked' ? `${side(change.before)} ${side(target)}` : wording(change).trim();
  const means = `${spoken(change.before)} becomes ${spoken(target)}, ${percent(change.share)}, ${VERBS[state] ?? 'open'}`;
  return seen === '' ? means : `${seen}: ${means}`;
}

/** Makes `change`, or nothing, the current one. */
function select(change) {
  const last = current;
  current = change;
  if (last) repaint(last);
  if (change) repaint(change);
}

/** Brings the current change into sight, and the focus to it where that is in the text. */
function reveal(isFocused = true) {
  const node = current?.nodes.at(-1);
  if (!node) return;
  if (isFocused && (document.activeElement === document.body || article.contains(document.activeElement))) {
    node.focus({ preventScroll: true });
  }
  const place = node.getBoundingClientRect();
  const frame = article.getBoundingClientRect();
  // On a narrow screen the card lies over the end of the text.
  const card = document.getElementById('card');
  const end = getComputedStyle(card).position === 'fixed' ? card.getBoundingClientRect().top : window.innerHeight;
  const [top, bottom] = [Math.max(frame.top, 0), Math.min(frame.bottom, end)];
  const room = Math.min(120, (bottom - top) / 5);
  if (place.top < top + room || place.bottom > bottom - room) {
    node.scrollIntoView({ block: 'center', inline: 'nearest' });
  }
}
