import { html } from 'hono/html'
import { type Page, to } from '../site/index.ts'
import { requestScript } from './request-script.ts'
import { pageShell, type Reader } from './shell.ts'
import { wordsOf } from './words/index.ts'

const KINDS = ['access', 'export', 'correct', 'object', 'erase'] as const

/** Where people ask for what they have a right to, and where mailed links lead; `canMail` is whether links can be mailed at all. */
export function requestPage(reader: Reader, canMail: boolean): Page {
  const words = wordsOf(reader).request
  return pageShell(reader, {
    path: '/privacy/request',
    title: words.title,
    needs: { script: requestScript(words.script), isTalking: true },
    lead: words.lead,
    body: html`
<noscript><p class="banner">${words.noScript}
<code>curl -X POST -H 'content-type: application/json' -d '{"email":"you@example.com","kind":"export"}' …/api/privacy/requests</code></p></noscript>
${canMail ? '' : html`<p class="banner">${words.noMail[0]} <a href="${to(reader, '/privacy')}">${words.noMail[1]}</a>${words.noMail[2]}</p>`}
<form id="ask" class="ask" hidden>
<label>${words.email}<input name="email" type="email" autocomplete="email" maxlength="254" required></label>
<fieldset><legend>${words.what}</legend>
${KINDS.map((kind, index) => html`<label class="choice"><input type="radio" name="kind" value="${kind}" ${index === 0 ? 'checked' : ''}> ${words.kinds[kind]}</label>`)}
</fieldset>
<button>${words.send}</button>
</form>
<section id="act" hidden aria-live="polite"></section>
<p id="told" class="banner" role="status" hidden></p>`,
  })
}
