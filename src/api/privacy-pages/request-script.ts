import type { PrivacyWords } from './words/index.ts'

/** The script, with WORDS where the words of a language go. */
const SCRIPT = `
'use strict';
(() => {
  const W = WORDS;
  const isChinese = document.documentElement.lang.startsWith('zh');
  const wordsFor = (one) => (isChinese ? one.purpose_zh : one.purpose);
  const fill = (text, ...values) => values.reduce((filled, value) => filled.replace('#', () => value), text);
  const [form, act, told] = ['ask', 'act', 'told'].map((id) => document.getElementById(id));
  const found = /^#(access|export|erase|correct|object|confirm-email)=(fbl_[\\w-]{43})(?:&email=(.*))?$/.exec(location.hash);
  if (location.hash !== '') history.replaceState(null, '', location.pathname);

  const tell = (text, isBad) => {
    told.hidden = false;
    told.classList.toggle('alarm', isBad === true);
    told.textContent = text;
  };
  const make = (name, text, more) => Object.assign(document.createElement(name), { textContent: text }, more);
  const ask = async (method, path, token, body) => {
    const answer = await fetch('/api/privacy/' + path, {
      method,
      cache: 'no-store',
      headers: { ...(token ? { authorization: 'Bearer ' + token } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => undefined);
    throw new Error(problem && problem.error ? W.failures[problem.error.code] || problem.error.message : fill(W.answered, answer.status));
  };
  const once = (button, work) => {
    button.addEventListener('click', async () => {
      button.disabled = true;
      try { await work(); } catch (problem) { tell(problem.message, true); button.disabled = false; }
    });
  };
  const show = (title, text, label, work) => {
    const button = make('button', label);
    act.hidden = false;
    act.replaceChildren(make('h2', title), make('p', text), button);
    once(button, work);
    return button;
  };
  const save = async (answer, name) => {
    const url = URL.createObjectURL(await answer.blob());
    make('a', '', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  };
  const list = (title, rows) => {
    const box = document.createElement('ul');
    for (const row of rows) box.append(make('li', row));
    return rows.length === 0 ? [] : [make('h2', title), box];
  };

  const kinds = {
    access: (token) => show(W.accessTitle, W.accessText, W.accessAct, async () => {
      const shown = await (await ask('POST', 'access', token)).json();
      const table = document.createElement('table');
      const head = table.createTHead().insertRow();
      for (const word of W.heads) head.append(make('th', word));
      const body = table.createTBody();
      for (const one of shown.held) {
        const row = body.insertRow();
        const value = one.value === null ? (one.rows === null ? '' : fill(W.rows, one.rows)) : typeof one.value === 'object' ? JSON.stringify(one.value) : String(one.value);
        for (const text of [one.table + '.' + one.column, wordsFor(one), one.retention, value]) row.insertCell().textContent = text;
      }
      act.replaceChildren(make('p', isChinese ? shown.content_zh : shown.content), table);
    }),
    export: (token) => show(W.exportTitle, W.exportText, W.exportAct, async () => {
      await save(await ask('POST', 'export', token), 'account-export.zip');
      tell(W.exportDone);
    }),
    object: (token) => show(W.objectTitle, W.objectText, W.objectAct, async () => {
      await ask('POST', 'objection', token);
      tell(W.objectDone);
    }),
    correct: (token) => {
      const field = make('input', '', { type: 'email', maxLength: 254, required: true });
      const label = make('label', W.newEmail);
      label.append(field);
      show(W.correctTitle, W.correctText, W.correctAct, async () => {
        await ask('POST', 'email', token, { email: field.value.trim() });
        tell(W.correctDone);
      }).before(label);
    },
    'confirm-email': (token, email) => show(W.confirmTitle, email, W.confirmAct, async () => {
      await ask('POST', 'email/confirm', token, { email });
      tell(W.confirmDone);
    }),
    erase: async (token) => {
      const plan = await (await ask('GET', 'erasure', token)).json();
      const isMoney = /[1-9]/.test(plan.left);
      const button = show(W.eraseTitle, W.eraseText, W.eraseAct, async () => {
        const done = await (await ask('POST', 'erasure', token, isMoney ? { give_up: plan.left } : {})).json();
        act.replaceChildren();
        tell(fill(W.eraseDone, (done.gone_by || '').slice(0, 10)));
      });
      button.className = 'grave';
      button.before(
        ...list(W.goes, plan.goes.map((part) => fill(W.goesOf, wordsFor(part), part.table + ': ' + part.columns.join(', ')))),
        ...list(W.stays, plan.holds.map((hold) => fill(W.staysOf, hold.category, String(hold.until).slice(0, 10), hold.basis))),
      );
      if (!isMoney) return;
      const check = make('input', '', { type: 'checkbox' });
      const label = make('label', fill(W.giveUp, plan.left), { className: 'choice' });
      label.prepend(check);
      button.before(label);
      button.disabled = true;
      check.addEventListener('change', () => { button.disabled = !check.checked; });
    },
  };

  if (found) {
    const [, kind, token, email] = found;
    (async () => kinds[kind](token, decodeURIComponent(email || '')))().catch((problem) => tell(problem.message, true));
    return;
  }
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      await ask('POST', 'requests', '', { email: String(given.get('email')).trim(), kind: given.get('kind') });
      tell(W.asked);
    } catch (problem) { tell(problem.message, true); }
    button.disabled = false;
  });
})();
`

/**
 * What the page of requests does in a browser: takes the secret of a mailed link out of the address, which the server never sees there, and acts
 * with it once. It writes text alone, never markup.
 */
export const requestScript = (words: PrivacyWords['request']['script']): string => SCRIPT.replace('WORDS', () => JSON.stringify(words))
