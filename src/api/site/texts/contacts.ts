import { html } from 'hono/html'
import type { PolicySettings } from '../../../privacy/index.ts'
import type { Piece } from '../piece.ts'
import type { View } from '../view.ts'

/** How to write to the operator, as the policy has it. */
export function contactsOf({ words }: View, { operator, contacts }: PolicySettings): Piece {
  if (contacts.length === 0) return html`<p class="faint">${words.texts.noContact}</p>`
  return html`<p>${words.texts.contact} ${operator ?? ''}</p><ul>${contacts.map(({ kind, value }) => html`<li>${isAddress(kind, value) ? html`<a href="mailto:${value}">${value}</a>` : value}</li>`)}</ul>`
}

const isAddress = (kind: string, value: string): boolean => kind === 'email' && /^[\w.+-]+@[\w.-]+$/.test(value)
