import { html, raw } from 'hono/html'
import { textOf } from './piece.ts'
import type { Page } from './shell.ts'
import type { View } from './view.ts'

/** Pages that are the same for whoever asks in a language, made once each, as anybody may ask as often as they like. */
export function keptPages(): (view: View, make: () => Page) => Page {
  const kept = new Map<string, Page>()
  return ({ path, language, isChosen }, make) => {
    const key = `${path} ${language} ${isChosen}`
    const found = kept.get(key)
    if (found !== undefined) return found
    const page = make()
    const whole = { ...page, body: raw(textOf(html`${page.body}`)) }
    kept.set(key, whole)
    return whole
  }
}
