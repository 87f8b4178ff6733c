import { html } from 'hono/html'
import { codeBlock } from '../docs/code-block.ts'
import { PAGE_SCRIPT } from '../page-script.ts'
import { type Piece, textOf } from '../piece.ts'
import type { Page } from '../shell.ts'
import { blocksAsPage, type Manner, type Part, wordsAsPage } from '../texts/index.ts'
import { to, type View } from '../view.ts'
import { CHAPTERS, type PageName, pathOf } from './chapters.ts'
import { manualFrame } from './frame.ts'
import { targetOf } from './links.ts'
import type { ManualPage } from './read-manual.ts'

/** A page of docs in the frame of the site. */
export function manualPage(view: View, { name, language, document }: ManualPage): Page {
  const words = view.words.manual
  const manner = mannerOf(view)
  const places = document.parts
    .filter(({ depth }) => depth === 2)
    .map(({ id, title }) => ({ id, label: title, tag: langOf(view, language) }))
  const title = language === view.language ? document.title : words.pages[name]
  const lead = document.parts.find(({ id }) => id === '')?.text ?? document.parts[0]?.text ?? ''
  const body = html`<h1${langOf(view, language)}>${document.title}</h1>
${language === view.language ? '' : html`<p class="banner">${words.inEnglish}</p>`}<div class="prose"${langOf(view, language)}>${document.parts.map((part) => partOf(part, manner))}</div>
${neighboursOf(view, name)}`
  return {
    ...{ title, description: firstSentence(lead), isWide: true, needs: { script: PAGE_SCRIPT, hasForm: true } },
    body: manualFrame(view, { name, places, body }),
  }
}

const langOf = (view: View, language: string): Piece => (language === view.language ? '' : html` lang="${language}"`)

const firstSentence = (text: string): string => /^.{20,240}?[.。](?=\s|$|[^\s\w])/.exec(text)?.[0] ?? text.slice(0, 160)

function partOf({ id, depth, heading, blocks }: Part, manner: Manner): Piece {
  const inside = blocksAsPage(blocks, manner)
  if (id === '') return inside
  const inner = html`${wordsAsPage(heading, manner)} <a class="anchor" href="#${id}" aria-hidden="true" tabindex="-1">#</a>`
  return depth <= 2 ? html`<h2 id="${id}">${inner}</h2>${inside}` : html`<h3 id="${id}">${inner}</h3>${inside}`
}

/** Links inside docs lead to pages of the site; a file that only the repository has is named. */
const mannerOf = (view: View): Manner => ({
  hasStubs: true,
  linkOf: (href, inner) => {
    const target = targetOf(href)
    if (target === undefined) return inner
    if ('site' in target) return html`<a href="${target.site.startsWith('#') ? target.site : to(view, target.site)}">${inner}</a>`
    if ('outside' in target) return html`<a href="${target.outside}" rel="noreferrer">${inner}</a>`
    return textOf(html`${inner}`) === target.file ? html`<code>${target.file}</code>` : html`${inner} (<code>${target.file}</code>)`
  },
  codeOf: (text, info) => codeBlock({ caption: captionOf(view, info), text }),
})

const captionOf = ({ words: { docs } }: View, info: string): string => {
  const [language = ''] = info.split(/\s+/)
  if (['', 'sh', 'shell', 'bash'].includes(language)) return docs.shell
  return language === 'yaml' ? 'farebox.yaml' : language.toUpperCase()
}

/** The page before and the one after, in the order they are read. */
function neighboursOf(view: View, name: PageName): Piece {
  const all: readonly PageName[] = Object.values(CHAPTERS).flat()
  const at = all.indexOf(name)
  const link = (other: PageName | undefined, label: string, side: string): Piece =>
    other === undefined
      ? ''
      : html`<a class="${side}" href="${to(view, pathOf(other))}"><small>${label}</small>${view.words.manual.pages[other]}</a>`
  return html`<nav class="turn" aria-label="${view.words.manual.turn}">${link(all[at - 1], view.words.manual.before, 'before')}${link(all[at + 1], view.words.manual.after, 'after')}</nav>`
}
