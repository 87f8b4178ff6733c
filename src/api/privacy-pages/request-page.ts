import { html } from 'hono/html'
import type { Page } from '../site/index.ts'
import { REQUEST_SCRIPT } from './request-script.ts'
import { pageShell } from './shell.ts'

const KINDS = [
  ['access', 'Show what is kept about me'],
  ['export', 'Export it as a file'],
  ['correct', 'Correct my e-mail address'],
  ['object', 'Object to how it is used'],
  ['erase', 'Erase my account'],
] as const

/** Where people ask for what they have a right to, and where mailed links lead; `canMail` is whether links can be mailed at all. */
export const requestPage = (canMail: boolean): Page =>
  pageShell({
    path: '/privacy/request',
    title: 'Your data',
    needs: { script: REQUEST_SCRIPT, isTalking: true },
    lead: 'See, export, correct or erase what is kept about you. No sign-in: a link is mailed to the address of the account. It works once, for 24 hours.',
    body: html`
<noscript><p class="banner">This page talks to the server by a script. Without one, or from a terminal:
<code>curl -X POST -H 'content-type: application/json' -d '{"email":"you@example.com","kind":"export"}' …/api/privacy/requests</code></p></noscript>
${canMail ? '' : html`<p class="banner">No mail can be sent by this server now, so no link can be. Write to the contact in the <a href="/privacy">policy</a>: your request is answered by hand within 72 hours.</p>`}
<form id="ask" class="ask" hidden>
<label>E-mail address of the account<input name="email" type="email" autocomplete="email" maxlength="254" required></label>
<fieldset><legend>What do you want?</legend>
${KINDS.map(([kind, label], index) => html`<label class="choice"><input type="radio" name="kind" value="${kind}" ${index === 0 ? 'checked' : ''}> ${label}</label>`)}
</fieldset>
<button>Mail me a link</button>
</form>
<section id="act" hidden aria-live="polite"></section>
<p id="told" class="banner" role="status" hidden></p>`,
  })
