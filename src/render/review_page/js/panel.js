// What stands beside the text: the current change, pairs, progress, filters.

const $ = (id) => document.getElementById(id);
const filter = { words: '', state: '', cause: '', from: 0, to: 100 };

/** Shows the current change in the card. */
function showCard() {
  const change = current;
  $('card').classList.toggle('empty', !change);
  const buttons = document.querySelectorAll('#card [data-do]');
  for (const button of buttons) button.disabled = !change && button.dataset.do !== 'undo';
  showUndo();
  $('own').hidden = true;
  if (!change) {
    $('card-place').textContent = text.changes.length === 0 ? 'Nothing is proposed here' : 'No change is shown';
    $('card-state').hidden = true;
    for (const id of ['card-swap', 'card-facts', 'rivals', 'further-label']) $(id).replaceChildren();
    return;
  }
  const state = stateOf(change);
  $('card-place').textContent = `Change ${change.idx + 1} of ${text.changes.length}, line ${change.line}`;
  $('card-state').hidden = false;
  $('card-state').className = `chip is-${state}`;
  $('card-state').textContent = `${SIGNS[state]} ${change.decision ? VERBS[state] : 'open'}`.trim();
  const [del, ins] = [element('del'), element('ins')];
  write(del, side(change.before));
  write(ins, side(state === 'rewrite' ? change.decision.text : change.after));
  $('card-swap').replaceChildren(del, element('span', 'arrow', ' → '), ins);
  $('card-facts').replaceChildren(...facts(change));
  showRivals(change);
  showFurther(change);
}

function showUndo() {
  document.querySelector('[data-do=undo]').disabled = past.length === 0;
}

function facts(change) {
  const fact = (name, value) => {
    const holder = element('div');
    const dd = element('dd');
    dd.append(value);
    holder.append(element('dt', '', name), dd);
    return holder;
  };
  const share = document.createDocumentFragment();
  const bar = element('span', `bar ${surety(change)}`);
  bar.append(element('span'));
  bar.firstChild.style.width = percent(change.share).replace(' ', '');
  const unasked = { apply: 'made unasked', offer: 'only offered', show: 'only shown' }[change.applicability];
  share.append(bar, percent(change.share), element('span', 'aside', ` · ${unasked}`));
  const cause = element('span', '', [change.rule, change.place?.split(/[\\/]/).pop()].filter(Boolean).join(' · '));
  cause.title = change.place ?? '';
  const parts = Object.entries(change.parts).map(([name, nats]) => `${name.replace('_', ' ')} ${signed(nats)}`);
  return [fact('Probability', share), fact('Cause', cause), ...(parts.length > 0 ? [fact('Why', parts.join(', '))] : [])];
}

function signed(nats) {
  return `${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(1)}`;
}

function showRivals(change) {
  const title = element('h3', '', 'Other wordings');
  const buttons = change.rivals.slice(0, 9).map(([words, share], n) => {
    const button = element('button', 'rival');
    button.type = 'button';
    button.dataset.rival = n;
    button.setAttribute('aria-keyshortcuts', String(n + 1));
    const name = element('span', 'words');
    write(name, side(words));
    button.append(element('kbd', '', String(n + 1)), name);
    if (words === change.before) button.append(element('span', 'aside', 'as it stands'));
    button.append(element('span', 'share', percent(share)));
    return button;
  });
  $('rivals').replaceChildren(...(buttons.length > 0 ? [title, ...buttons] : []));
}

function showFurther(change) {
  const n = further(change, 'file').length;
  const all = further(change, 'everywhere').length;
  $('further-label').textContent = n === 0 && all === 0 ? 'This pair stands open nowhere else.'
    : `This pair: ${n} further on${texts.length > 1 ? `, ${all} with the other files` : ''}`;
  for (const button of document.querySelectorAll('.further button')) {
    button.hidden = button.dataset.do.endsWith('everywhere') && texts.length === 1;
  }
}

/** Fills the list of pairs of the current text. */
function showPairs() {
  const order = $('pair-order').value;
  const pairs = [...text.pairs.values()];
  if (order === 'count') pairs.sort((a, b) => b.changes.length - a.changes.length);
  if (order === 'open') pairs.sort((a, b) => b.count.open - a.count.open);
  $('pairs-title').textContent = `Pairs (${pairs.length})`;
  const list = document.createDocumentFragment();
  for (const pair of pairs) list.append(pairRow(pair));
  $('pairs').replaceChildren(list);
}

function pairRow(pair) {
  const [before, after] = data.pairs[pair.pair];
  const row = element('li', 'pair');
  row.dataset.pair = pair.pair;
  const words = element('button', 'words');
  words.type = 'button';
  words.dataset.pairDo = 'show';
  const [del, ins] = [element('del'), element('ins')];
  write(del, side(before));
  write(ins, side(after));
  words.append(del, ' → ', ins);
  const counts = element('span', 'counts');
  const [yes, no] = [element('button', 'yes', '✓'), element('button', 'no', '✗')];
  for (const [button, verb, name] of [[yes, 'accept', 'Accept'], [no, 'reject', 'Reject']]) {
    button.type = 'button';
    button.dataset.pairDo = verb;
    button.title = `${name} all`;
    button.setAttribute('aria-label', `${name} all: ${spoken(before)} to ${spoken(after)}`);
  }
  row.append(words, counts, yes, no);
  pair.row = row;
  paintPair(pair);
  return row;
}

function paintPair(pair) {
  if (!pair.row) return;
  const n = pair.changes.length;
  const parts = ['accept', 'reject', 'rewrite', 'skip'].filter((verb) => pair.count[verb] > 0)
    .map((verb) => `${SIGNS[verb]}${pair.count[verb]}`);
  const counts = pair.row.querySelector('.counts');
  counts.textContent = [`×${n}`, ...parts].join(' ');
  counts.title = `${n} in this file; ` + [...Object.entries(pair.count)].filter(([, k]) => k > 0)
    .map(([state, k]) => `${k} ${VERBS[state] ?? 'open'}`).join(', ');
  pair.row.classList.toggle('done', pair.count.open === 0);
}

/** Shows how much is decided, of this text and of all. */
function showProgress() {
  const [n, done] = [text.changes.length, decided(text.count)];
  const meter = $('meter');
  meter.setAttribute('aria-valuemax', String(Math.max(n, 1)));
  meter.setAttribute('aria-valuenow', String(n === 0 ? 1 : done));
  meter.setAttribute('aria-valuetext', `${done} of ${n} decided`);
  $('meter-bar').style.width = n === 0 ? '100%' : `${(100 * done) / n}%`;
  const skipped = text.count.skip > 0 ? `, ${text.count.skip} skipped` : '';
  $('progress-text').textContent = `${done} of ${n} decided${skipped}`;
  if (texts.length > 1) $('file').options[text.idx].textContent = fileTitle(text);
}

function fileTitle(text) {
  text.title ??= printable(text.name.slice(texts.map((one) => one.name.slice(0, one.name.search(/[^\\/]*$/))).reduce(shared).length));
  return `${text.title} (${decided(text.count)}/${text.changes.length})`;
}

/** The folders that two names both begin with. */
function shared(a, b) {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n += 1;
  const same = a.slice(0, n);
  return same.slice(0, Math.max(same.lastIndexOf('/'), same.lastIndexOf('\\')) + 1);
}

/** `string` where no element can stand in it. */
function printable(string) {
  return string.split(UNSEEN).map((part) => (UNSEEN.test(part) ? unseen(part).textContent : part)).join('');
}

function showVerdict() {
  const verdict = $('verdict');
  verdict.className = `verdict ${text.verdict}`;
  verdict.textContent = `${text.verdict} ${text.probability.toFixed(2)}`;
  const rate = text.verdict === 'genuine' ? '' : `, rate ${text.rate.toFixed(2)}`;
  verdict.title = `Probability that it was spun: ${text.probability.toFixed(3)}${rate}${text.profile ? `, ${printable(text.profile)}` : ''}`;
  document.title = `${printable(text.name)} – review`;
}

function showCleaning() {
  const box = $('cleaning');
  box.hidden = text.n_cleaning === 0;
  box.querySelector('summary').textContent = `Cleaned in ${text.n_cleaning} place${text.n_cleaning === 1 ? '' : 's'}`;
  const rows = text.cleaning.map(({ line, before, after, rule }) => {
    const row = element('li');
    const [del, ins] = [element('del'), element('ins')];
    write(del, side(before));
    write(ins, side(after));
    row.append(element('span', 'aside', `line ${line}, ${rule}: `), del, ' → ', ins);
    return row;
  });
  const more = text.n_cleaning - text.cleaning.length;
  if (more > 0) rows.push(element('li', 'aside', `and ${more} more: despin clean --diff shows them`));
  box.querySelector('ul').replaceChildren(...rows);
}

/** The causes there are in any text, as choices. */
function fillCauses() {
  const all = texts.flatMap((text) => text.changes);
  const group = (label, values) => {
    const node = element('optgroup');
    node.label = label;
    for (const value of [...new Set(values)].sort()) {
      const option = element('option', '', printable(value));
      option.value = `${label}:${value}`;
      node.append(option);
    }
    return node;
  };
  const any = element('option', '', 'any cause');
  any.value = '';
  const groups = [group('Rule', all.map((change) => change.rule)), group('Dictionary', all.flatMap((change) => dictionary(change) ?? []))];
  $('cause').replaceChildren(any, ...groups.filter((node) => node.children.length > 0));
}

/** The file name of the dictionary that asked for `change`. */
function dictionary(change) {
  return change.place?.replace(/:\d+$/, '').split(/[\\/]/).pop();
}

function passes(change) {
  const state = stateOf(change);
  const states = { '': true, decided: ['accept', 'reject', 'rewrite'].includes(state) };
  if (!(states[filter.state] ?? state === filter.state)) return false;
  const share = Math.round(100 * change.share);
  if (share < filter.from || share > filter.to) return false;
  const cause = filter.cause;
  if (cause && cause !== `Rule:${change.rule}` && cause !== `Dictionary:${dictionary(change)}`) return false;
  const own = change.decision?.text ?? '';
  return filter.words === '' || `${change.before}\n${change.after}\n${own}`.toLowerCase().includes(filter.words);
}

/** Looks at `changes` again, and marks those that the filters let through. */
function refilter(changes) {
  for (const change of changes) {
    const isShown = passes(change);
    if (isShown !== change.isShown) {
      change.isShown = isShown;
      repaint(change);
    }
  }
}

function showFilters() {
  const shown = text.changes.filter((change) => change.isShown);
  const nOpen = shown.filter((change) => !change.decision).length;
  $('shown').textContent = `${shown.length} of ${text.changes.length} shown`;
  for (const [id, name] of [['accept-shown', 'Accept'], ['reject-shown', 'Reject']]) {
    $(id).textContent = `${name} ${nOpen}`;
    $(id).title = `${name} ${nOpen} open changes that are shown`;
    $(id).setAttribute('aria-label', $(id).title);
    $(id).disabled = nOpen === 0;
  }
  $('clear-filters').hidden = filter.words === '' && filter.state === '' && filter.cause === '' && filter.from === 0 && filter.to === 100;
  $('range-text').textContent = `${filter.from}–${filter.to} %`;
}
