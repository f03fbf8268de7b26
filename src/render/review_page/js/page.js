// What the keys and the buttons do; where it all begins.

const THEMES = ['system', 'light', 'dark'];
let useKeys = true;

/** Makes `steps`, and shows what they changed. */
function act(steps) {
  if (steps.length > 0) refresh(decide(steps));
}

/** Shows `changes` as they are now. */
function refresh(changes) {
  refilter(changes.filter((change) => change.of === text));
  for (const change of changes) {
    repaint(change);
    store.touch(change.of);
  }
  for (const pair of new Set(changes.map((change) => change.of.pairs.get(change.pair)))) paintPair(pair);
  for (const other of new Set(changes.map((change) => change.of))) {
    if (texts.length > 1) $('file').options[other.idx].textContent = fileTitle(other);
  }
  showProgress();
  showFilters();
  showUndo();
}

/** Tells those who see and those who listen. */
function say(words) {
  $('live').textContent = words;
}

function toast(words) {
  say(words);
  const box = $('toast');
  box.textContent = words;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 6000);
}

/** Makes `change` the current one. What is to be written is written before anything is measured, so that the browser lays
    out the text but once. */
function go(change, isFocused = true) {
  select(change);
  showCard();
  reveal(isFocused);
}

/** The next change that is shown, `by` 1 or -1; the same one at the ends. */
function neighbour(by) {
  const from = current ? current.idx + by : 0;
  for (let n = from; n >= 0 && n < text.changes.length; n += by) {
    if (text.changes[n].isShown) return text.changes[n];
  }
  return current;
}

/** The next change that is shown and open, from the top again where there is none below. */
function nextOpen() {
  const isNext = (change) => change.isShown && !change.decision;
  const from = current ? current.idx + 1 : 0;
  return text.changes.slice(from).find(isNext) ?? text.changes.find(isNext) ?? current;
}

function decideHere(decision, words) {
  act([[current, decision]]);
  say(`${words}. ${$('progress-text').textContent}`);
  go(nextOpen());
}

function decideFurther(verb, scope) {
  const others = further(current, scope).map((change) => [change, { verb, scope: 'here' }]);
  act([[current, { verb, scope }], ...others]);
  toast(`${others.length + 1} ${VERBS[verb]}: ${printable(side(current.before))} → ${printable(side(current.after))}`);
  go(nextOpen());
}

function decideAll(changes, verb) {
  act(changes.map((change) => [change, { verb, scope: 'here' }]));
  toast(`${changes.length} ${VERBS[verb]}`);
  go(nextOpen());
}

const COMMANDS = {
  accept: () => decideHere({ verb: 'accept', scope: 'here' }, 'Accepted'),
  reject: () => decideHere({ verb: 'reject', scope: 'here' }, 'Rejected'),
  skip: () => decideHere({ verb: 'skip', scope: 'here' }, 'Skipped'),
  own: openOwn,
  'accept-file': () => decideFurther('accept', 'file'),
  'reject-file': () => decideFurther('reject', 'file'),
  'accept-everywhere': () => decideFurther('accept', 'everywhere'),
  'reject-everywhere': () => decideFurther('reject', 'everywhere'),
  next: () => go(neighbour(1)),
  previous: () => go(neighbour(-1)),
  undo: takeBack,
};

/** What works without a current change. */
const FREE = ['undo'];

function command(name) {
  if (current || FREE.includes(name)) COMMANDS[name]();
}

function takeBack() {
  const changes = undo();
  if (changes.length === 0) {
    say('Nothing to undo');
    return;
  }
  refresh(changes);
  if (changes[0].of !== text) openText(changes[0].of);
  go(changes[0]);
  say(`Undone: ${changes.length === 1 ? label(changes[0]) : `${changes.length} changes`}`);
}

function openOwn() {
  $('own').hidden = false;
  $('own-text').value = stateOf(current) === 'rewrite' ? current.decision.text : current.after;
  $('own-text').focus();
  $('own-text').select();
  $('own').scrollIntoView({ block: 'nearest' });
}

function closeOwn() {
  $('own').hidden = true;
  current?.nodes.at(-1)?.focus({ preventScroll: true });
}

function pickRival(n) {
  const rival = current?.rivals[n];
  if (rival) decideHere(decisionFor(current, rival[0]), `Taken: ${spoken(rival[0])}`);
}

function openText(other, isFocused = true) {
  text = other;
  current = null;
  if (texts.length > 1) $('file').value = String(text.idx);
  $('file-name').replaceChildren();
  write($('file-name'), text.name);
  for (const change of text.changes) change.isShown = passes(change);
  showText();
  showVerdict();
  showCleaning();
  showPairs();
  showProgress();
  showFilters();
  go(nextOpen() ?? text.changes.find((change) => change.isShown) ?? null, isFocused);
}

function setView(name) {
  view = name;
  for (const button of document.querySelectorAll('.segments button')) {
    button.setAttribute('aria-pressed', String(button.dataset.view === view));
  }
  showText();
  reveal();
}

function applyFilters() {
  refilter(text.changes);
  showFilters();
  if (!current?.isShown) {
    const from = current?.idx ?? 0;
    const next = text.changes.slice(from).find((change) => change.isShown) ?? text.changes.find((change) => change.isShown);
    go(next ?? null, false);
  }
}

function clearFilters() {
  Object.assign(filter, { words: '', state: '', cause: '', from: 0, to: 100 });
  for (const id of ['search', 'state', 'cause']) $(id).value = '';
  $('from').value = '0';
  $('to').value = '100';
  applyFilters();
}

function save(name, parts, type) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = element('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `harbour.txt` → `harbour.restored.txt`, without its folders. */
function restoredName(text) {
  const name = text.name.split(/[\\/]/).pop();
  return name === '-' ? 'restored.txt' : name.replace(/(\.[^.]*)?$/, '.restored$1');
}

async function importFile(file) {
  if (!file) return;
  try {
    const bytes = await file.arrayBuffer();
    const { steps, nLines, nMoved, nRefused } = readDecisions(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    act(steps);
    go(nextOpen());
    const moved = nMoved > 0 ? `, ${nMoved} by the words around them` : '';
    const refused = nRefused > 0 ? `; ${nRefused} fit no change of this page` : '';
    toast(`${nLines} decision${nLines === 1 ? '' : 's'} read, ${steps.length} change${steps.length === 1 ? '' : 's'} decided${moved}${refused}`);
  } catch (error) {
    toast(`${printable(file.name)}: ${printable(error.message)}; nothing was changed`);
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const said = { system: 'as the system has them', light: 'light', dark: 'dark' }[theme];
  $('theme').setAttribute('aria-label', `Colours: ${said}`);
  $('theme').title = `Colours: ${said}`;
  $('theme').textContent = { system: '◐', light: '☀', dark: '☾' }[theme];
}

const KEY_COMMANDS = {
  y: () => command('accept'), n: () => command('reject'), s: () => command('skip'), e: () => command('own'),
  a: () => command('accept-file'), d: () => command('reject-file'),
  A: () => command('accept-everywhere'), D: () => command('reject-everywhere'),
  u: () => command('undo'), j: () => go(neighbour(1)), k: () => go(neighbour(-1)),
  ArrowDown: () => go(neighbour(1)), ArrowUp: () => go(neighbour(-1)),
  ArrowRight: () => go(neighbour(1)), ArrowLeft: () => go(neighbour(-1)),
  g: () => go(text.changes.find((change) => change.isShown) ?? current),
  G: () => go(text.changes.findLast((change) => change.isShown) ?? current),
  '/': () => $('search').focus(),
  '?': () => $('help').showModal(),
  v: () => setView({ marked: 'restored', restored: 'both', both: 'marked' }[view]),
  '[': () => openText(texts[Math.max(text.idx - 1, 0)]),
  ']': () => openText(texts[Math.min(text.idx + 1, texts.length - 1)]),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $('help').open) return;
  const target = event.target;
  const isTyping = target.matches('input:not([type=checkbox]), select, textarea');
  if (event.key === 'Escape') {
    if (!$('own').hidden) closeOwn();
    else if (isTyping) target.blur();
    return;
  }
  const isArrow = event.key.startsWith('Arrow');
  if (isTyping || (!useKeys && !isArrow) || (isArrow && !article.contains(target))) return;
  const isChange = target.matches('[data-change]');
  if (isChange && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    document.querySelector('[data-do=accept]').focus();
    return;
  }
  const run = /^[1-9]$/.test(event.key) ? () => pickRival(Number(event.key) - 1) : KEY_COMMANDS[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

function wire() {
  const on = (id, type, listener) => $(id).addEventListener(type, listener);
  document.addEventListener('keydown', onKey);
  article.addEventListener('click', (event) => {
    const node = event.target.closest('[data-change]');
    if (node) go(text.changes[Number(node.dataset.change)]);
  });
  on('card', 'click', (event) => {
    const button = event.target.closest('button');
    if (button?.dataset.do) command(button.dataset.do);
    if (button?.dataset.rival) pickRival(Number(button.dataset.rival));
  });
  on('pairs', 'click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const pair = text.pairs.get(Number(button.closest('li').dataset.pair));
    if (button.dataset.pairDo === 'show') go(pair.changes.find((change) => change.idx > (current?.idx ?? -1)) ?? pair.changes[0]);
    else decideAll(pair.changes, button.dataset.pairDo);
  });
  on('own', 'submit', (event) => {
    event.preventDefault();
    const words = $('own-text').value.toWellFormed();
    closeOwn();
    decideHere(decisionFor(current, words), `Own wording: ${spoken(words)}`);
  });
  on('own-cancel', 'click', closeOwn);
  document.querySelector('.segments').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) setView(button.dataset.view);
  });
  const filters = { search: (value) => { filter.words = value.toLowerCase(); }, state: (value) => { filter.state = value; },
    cause: (value) => { filter.cause = value; },
    from: (value) => { filter.from = Math.min(Number(value), filter.to); $('from').value = filter.from; },
    to: (value) => { filter.to = Math.max(Number(value), filter.from); $('to').value = filter.to; } };
  let waiting = 0;
  for (const [id, set] of Object.entries(filters)) {
    on(id, 'input', (event) => {
      set(event.target.value);
      // A slider tells of each step; one look at all changes a frame is enough.
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(applyFilters);
    });
  }
  on('clear-filters', 'click', clearFilters);
  const open = () => text.changes.filter((change) => change.isShown && !change.decision);
  on('accept-shown', 'click', () => decideAll(open(), 'accept'));
  on('reject-shown', 'click', () => decideAll(open(), 'reject'));
  on('pair-order', 'change', showPairs);
  on('file', 'change', () => openText(texts[Number($('file').value)]));
  on('export', 'click', () => save('decisions.jsonl', [decisionsFile()], 'application/jsonl'));
  on('export-text', 'click', () => save(restoredName(text), restoredBytes(text), 'application/octet-stream'));
  on('import', 'click', () => $('import-file').click());
  on('import-file', 'change', () => importFile($('import-file').files[0]).finally(() => { $('import-file').value = ''; }));
  on('theme', 'click', () => {
    const theme = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
    setTheme(theme);
    store.set('theme', theme);
  });
  on('show-help', 'click', () => $('help').showModal());
  on('close-help', 'click', () => $('help').close());
  on('use-keys', 'change', () => { useKeys = $('use-keys').checked; store.set('keys', String(useKeys)); });
  on('start-over', 'click', () => {
    $('help').close();
    const changes = texts.flatMap((text) => text.changes).filter((change) => change.decision);
    act(changes.map((change) => [change, null]));
    toast(`${changes.length} decisions taken back; undo brings them again`);
    showCard();
  });
  window.addEventListener('pagehide', () => store.flush());
  window.addEventListener('beforeunload', (event) => {
    store.flush();
    if (!store.isKept && past.length > 0) event.preventDefault();
  });
}

function start() {
  setTheme(THEMES.includes(store.get('theme')) ? store.get('theme') : 'system');
  useKeys = store.get('keys') !== 'false';
  $('use-keys').checked = useKeys;
  for (const one of texts) {
    for (const [change, decision] of store.steps(one)) put(change, decision);
  }
  store.set('works', 'yes');
  $('saved').textContent = store.isKept ? 'Decisions are kept in this browser' : 'This browser keeps nothing: export before you close';
  $('file').hidden = texts.length < 2;
  $('file-name').hidden = texts.length > 1;
  if (texts.length > 1) {
    $('file').append(...texts.map((one) => new Option(fileTitle(one), String(one.idx))));
  }
  fillCauses();
  wire();
  // Whoever comes by keyboard begins at the top of the page.
  if (texts.length > 0) openText(text, false);
}

start();
