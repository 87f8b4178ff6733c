import { html } from 'hono/html'
import type { Piece } from '../piece.ts'

/** A text to copy, with a word on what it is; a script adds the button. The white space of the text is its own. */
export const codeBlock = ({ caption, text }: { readonly caption: string; readonly text: string }): Piece =>
  html`<figure class="code"><figcaption>${caption}</figcaption><pre tabindex="0" aria-label="${caption}"><code>${text}</code></pre></figure>
`
