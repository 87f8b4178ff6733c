import type { SiteWords } from '../../words/index.ts'

/** What snippets are filled with: the address that people use, without a slash at its end, and a model that can be called. */
export type Filling = { readonly publicUrl: string; readonly model: string }

/** A text to copy: what it is, and for a file its name. */
export type Block = { readonly kind: 'install' | 'shell' | 'file' | 'run'; readonly file?: string; readonly text: string }

/** How one client is set up. `source` is what its facts were checked against on the day `checked`. */
export type Snippet = {
  readonly id: string
  readonly name: string
  readonly kind: keyof SiteWords['docs']['kinds']
  readonly blocks: readonly Block[]
  /** Fields of a screen, where there is no file. */
  readonly fields?: readonly (readonly [name: string, value: string])[]
  readonly note?: keyof SiteWords['docs']['notes']
  readonly source: string
  readonly checked: string
}
