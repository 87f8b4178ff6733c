import { html } from 'hono/html'
import { manualFrame } from '../manual/frame.ts'
import { PAGE_SCRIPT } from '../page-script.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import type { View } from '../view.ts'
import { codeBlock } from './code-block.ts'
import { type Snippet, snippetsOf } from './snippets/index.ts'

/** How every client is set up, with the address of this service and one of its models filled in. */
export function setupPage(view: View, model: string | undefined): Page {
  const words = view.words.docs
  const snippets = snippetsOf({ publicUrl: view.site.publicUrl, model: model ?? words.unnamed })
  const places = [
    { id: 'key', label: words.key },
    { id: 'base', label: words.base },
    ...snippets.map(({ id, name }) => ({ id, label: name })),
  ]
  const body = html`<h1>${words.title}</h1><p class="lead">${words.lead}</p>
<nav class="jump" aria-label="${words.clients}">${snippets.map(({ id, name }) => html`<a href="#${id}">${name}</a> `)}</nav>
<section id="key"><h2>${words.key}</h2><p>${words.keyText} <a href="/sign-up">${view.words.frame.signUp}</a></p>${codeBlock({ caption: words.shell, text: 'export FAREBOX_KEY=fbx_…' })}</section>
<section id="base"><h2>${words.base}</h2>${basesOf(view)}</section>
${snippets.map((snippet) => sectionOf(view, snippet))}`
  return {
    ...{ title: words.title, description: words.description, isWide: true, needs: { script: PAGE_SCRIPT, hasForm: true } },
    body: manualFrame(view, { name: '', places, body }),
  }
}

/** The clients that the page has a set-up for, for whoever looks for one. */
export const clientsOf = (publicUrl: string): readonly { readonly id: string; readonly name: string }[] =>
  snippetsOf({ publicUrl, model: '' })

function basesOf({ site: { publicUrl }, words }: View): Piece {
  const rows = [
    ['OpenAI', `${publicUrl}/v1`],
    ['Anthropic', publicUrl],
    ['Google', publicUrl],
  ] as const
  return html`<dl class="roll paths">${rows.map(([maker, url]) => html`<div><dt>${words.docs.forProtocol} ${maker}</dt><dd><code>${url}</code></dd></div>`)}</dl>`
}

function sectionOf(view: View, { id, name, blocks, fields, note, source, checked }: Snippet): Piece {
  const words = view.words.docs
  return html`<section id="${id}"><h2>${name}</h2>${note === undefined ? '' : html`<p>${words.notes[note]}</p>`}
${blocks.map(({ kind, file, text }) => codeBlock({ caption: kind === 'file' ? (file ?? words.file) : words[kind], text }))}
${fields === undefined ? '' : html`<dl class="roll">${fields.map(([field, value]) => html`<div><dt>${field}</dt><dd><code>${value}</code></dd></div>`)}</dl>`}
<p class="faint">${words.checked(checked)} <a class="faint" href="${source}" rel="noreferrer">${new URL(source).host}</a></p></section>
`
}
