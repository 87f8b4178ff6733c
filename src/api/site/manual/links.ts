import { MANUAL_NAMES } from './chapters.ts'

/** Where a link of a text in docs leads: a page of the site, another host, or a file of the repository, which the site does not have. */
export type Target = { readonly site: string } | { readonly outside: string } | { readonly file: string } | undefined

const NAMES: ReadonlySet<string> = new Set(MANUAL_NAMES)

/** The target of an address as it stands in docs/*.md; undefined where it leads nowhere that is allowed. */
export function targetOf(href: string): Target {
  if (/^(?:https:\/\/|mailto:)[^\s\p{C}]+$/iu.test(href)) return { outside: href }
  if (/^#[\w-]+$/.test(href)) return { site: href }
  const [, name, anchor = ''] = /^(?:\.\/|\.\.\/(?:docs\/)?)?([a-z0-9-]+)\.md(#[\w-]+)?$/.exec(href) ?? []
  if (name !== undefined && (NAMES.has(name) || name === 'errors')) return { site: `/docs/${name}${anchor}` }
  const [, file] = /^((?:\.\.\/)?[\w./-]+)(?:#[\w-]+)?$/.exec(href) ?? []
  if (file === undefined || file.startsWith('/')) return undefined
  return { file: file.startsWith('../') ? file.slice(3) : `docs/${file}` }
}
