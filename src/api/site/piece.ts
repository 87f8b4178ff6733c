import { html } from 'hono/html'

/** A piece of a page; text in it is escaped. */
export type Piece = ReturnType<typeof html> | string

/** A whole page as text. */
export function textOf(page: ReturnType<typeof html>): string {
  if (page instanceof Promise) throw new TypeError('a piece of the page that is not there yet')
  return page.toString()
}

/** Pieces one after the other. */
export const joined = (pieces: readonly Piece[]): Piece => html`${pieces}`
