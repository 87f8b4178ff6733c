/**
 * What the page of requests does in a browser: takes the secret of a mailed link out of the address, which the server never sees there, and acts
 * with it once. It writes text alone, never markup.
 */
export const REQUEST_SCRIPT = `
'use strict';
(() => {
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
    throw new Error(problem && problem.error ? problem.error.message : 'The server answered ' + answer.status + '. Try again in a minute.');
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
    access: (token) => show('What is kept about you', 'The link works once: keep the page open until you have read it.', 'Show it', async () => {
      const shown = await (await ask('POST', 'access', token)).json();
      const table = document.createElement('table');
      const head = table.createTHead().insertRow();
      for (const word of ['What', 'Why', 'How long', 'Now']) head.append(make('th', word));
      const body = table.createTBody();
      for (const one of shown.held) {
        const row = body.insertRow();
        const value = one.value === null ? (one.rows === null ? '' : one.rows + ' rows') : typeof one.value === 'object' ? JSON.stringify(one.value) : String(one.value);
        for (const text of [one.table + '.' + one.column, one.purpose, one.retention, value]) row.insertCell().textContent = text;
      }
      act.replaceChildren(make('p', shown.content), table);
    }),
    export: (token) => show('Your export', 'A ZIP with everything that is kept about you, as JSON and CSV. It is made while you save it, and lies nowhere.', 'Save the file', async () => {
      await save(await ask('POST', 'export', token), 'account-export.zip');
      tell('Saved. The link has been used.');
    }),
    object: (token) => show('Your objection', 'The people who run this service look at it and answer within 72 hours.', 'Send the objection', async () => {
      await ask('POST', 'objection', token);
      tell('It is with them. You get an answer by mail.');
    }),
    correct: (token) => {
      const field = make('input', '', { type: 'email', maxLength: 254, required: true });
      const label = make('label', 'New e-mail address');
      label.append(field);
      show('Your new address', 'A second link goes there, to see that you can read it.', 'Mail me the second link', async () => {
        await ask('POST', 'email', token, { email: field.value.trim() });
        tell('Look into the mail of the new address.');
      }).before(label);
    },
    'confirm-email': (token, email) => show('Confirm your new address', email, 'This is my address', async () => {
      await ask('POST', 'email/confirm', token, { email });
      tell('Your account has its new address. The old one is forgotten.');
    }),
    erase: async (token) => {
      const plan = await (await ask('GET', 'erasure', token)).json();
      const isMoney = /[1-9]/.test(plan.left);
      const button = show('Erase your account', 'Keys stop at once. Nothing brings it back. What is kept of you can be read nowhere after a few days.', 'Erase it for good', async () => {
        const done = await (await ask('POST', 'erasure', token, isMoney ? { give_up: plan.left } : {})).json();
        act.replaceChildren();
        tell('It has begun: your keys have stopped, and by ' + (done.gone_by || '').slice(0, 10) + ' nothing can be read any more.');
      });
      button.className = 'grave';
      button.before(
        ...list('What goes', plan.goes.map((part) => 'What is kept ' + part.purpose + ' (' + part.table + ': ' + part.columns.join(', ') + ')')),
        ...list('What stays, and why', plan.holds.map((hold) => hold.category + ' until ' + String(hold.until).slice(0, 10) + ': ' + hold.basis)),
      );
      if (!isMoney) return;
      const check = make('input', '', { type: 'checkbox' });
      const label = make('label', ' I give up the $' + plan.left + ' that are left on it.', { className: 'choice' });
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
      tell('If an account has this address, a link is on its way to it. Look into your mail.');
    } catch (problem) { tell(problem.message, true); }
    button.disabled = false;
  });
})();
`
