import { html } from 'hono/html'
import { manualFrame } from '../manual/frame.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import type { View } from '../view.ts'
import type { ApiDocument, Media, Operation, Parameter } from './api-document.ts'
import { type Schema, schemaList } from './schema-list.ts'

/** Calls in the protocols of others, and where those are documented. Read 2026-11-26. */
const CALLS = [
  [
    'OpenAI',
    ['/v1/chat/completions', '/v1/responses', '/v1/embeddings', '/v1/images/*', '/v1/audio/*', '/v1/moderations'],
    'https://platform.openai.com/docs/api-reference',
  ],
  ['OpenAI Realtime', ['/v1/realtime'], 'https://platform.openai.com/docs/guides/realtime'],
  ['Anthropic', ['/v1/messages', '/v1/messages/count_tokens'], 'https://docs.anthropic.com/en/api/messages'],
  [
    'Gemini',
    ['/v1beta/models/{model}:generateContent', ':streamGenerateContent', ':countTokens', ':embedContent'],
    'https://ai.google.dev/api',
  ],
] as const

const OWN = [
  ['/v1/models', 'models'],
  ['/v1/balance', 'balance'],
  ['/v1/usage', 'usage'],
  ['/v1/receipts/{request_id}', 'receipts'],
  ['/v1/statements/{month}', 'statements'],
  ['/v1/accesses', 'accesses'],
  ['/v1/prices', 'prices'],
  ['/status.json', 'status'],
] as const

/** What can be called, and the management interface operation by operation, from the document of the running service. */
export function referencePage(view: View, document: ApiDocument): Page {
  const words = view.words.reference
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => ({ path, verb, operation })),
  )
  const body = html`<h1>${words.title}</h1>
<p class="lead">${words.lead} <a href="/openapi.json">/openapi.json</a>${view.language === 'en' ? '' : `${view.words.frame.gap}${words.language}`}</p>
<h2>${words.calls}</h2><p class="faint">${words.callsLead}</p>
<table class="stack"><thead><tr><th scope="col">${words.protocol}</th><th scope="col">${words.paths}</th><th scope="col">${words.documented}</th></tr></thead><tbody>
${CALLS.map(([protocol, paths, url]) => html`<tr><td data-head="${words.protocol}">${protocol}</td><td data-head="${words.paths}"><span>${paths.map((path) => html`<code>${path}</code> `)}</span></td><td data-head="${words.documented}"><a href="${url}" rel="noreferrer">${new URL(url).host}</a></td></tr>`)}</tbody></table>
<h2>${words.own}</h2><dl class="roll paths">${OWN.map(([path, name]) => html`<div><dt><code>GET ${path}</code></dt><dd>${words.ownPaths[name]}</dd></div>`)}</dl>
<h2>${words.manage}</h2><p class="faint">${words.manageLead}</p>
${operations.map((one) => operationOf(view, one, document))}`
  return {
    ...{ title: words.title, description: words.description, isWide: true, needs: { hasForm: true } },
    body: manualFrame(view, { name: 'api', body }),
  }
}

/** The operations of the interface, for whoever looks for one. */
export const operationsOf = (
  document: ApiDocument,
): readonly { readonly anchor: string; readonly line: string; readonly summary: string }[] =>
  Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, { summary = '' }]) => ({
      anchor: anchorOf(verb, path),
      line: `${verb.toUpperCase()} ${path}`,
      summary,
    })),
  )

const anchorOf = (verb: string, path: string): string => `${verb}-${path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '')}`

type Placed = { readonly path: string; readonly verb: string; readonly operation: Operation }

function operationOf(view: View, { path, verb, operation }: Placed, document: ApiDocument): Piece {
  const words = view.words.reference
  const reading = { schemas: document.components?.schemas ?? {}, words, depth: 0 }
  const schemaOf = (media: Media | undefined): Schema | undefined => Object.values(media?.content ?? {})[0]?.schema
  const body = schemaOf(operation.requestBody)
  const parameters = operation.parameters ?? []
  return html`<details class="op" id="${anchorOf(verb, path)}"><summary><span class="verb ${verb}">${verb.toUpperCase()}</span><code>${path}</code><span class="faint" lang="en">${operation.summary ?? ''}</span></summary>
${operation.description === undefined ? '' : html`<p lang="en">${operation.description}</p>`}${operation.security?.length === 0 ? html`<p class="faint">${words.anybody}</p>` : ''}
${parameters.length === 0 ? '' : html`<h3>${words.parameters}</h3><ul class="schema" lang="en">${parameters.map((parameter) => parameterOf(parameter, words))}</ul>`}
${body === undefined ? '' : html`<h3>${words.body}</h3><div lang="en">${schemaList(body, reading)}</div>`}
<h3>${words.answers}</h3>${Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const schema = schemaOf(answer)
    return html`<p><code>${status}</code> <span class="faint" lang="en">${answer.description ?? ''}</span></p>${schema === undefined || status === 'default' ? '' : html`<div lang="en">${schemaList(schema, reading)}</div>`}`
  })}
</details>
`
}

const parameterOf = ({ name, in: place, required, description }: Parameter, words: View['words']['reference']): Piece =>
  html`<li><code>${name}</code> <span class="faint">${place === 'path' ? words.inPath : place === 'query' ? words.inQuery : words.inHeader}${required === true ? ` · ${words.required}` : ''}</span> ${description ?? ''}</li>`
