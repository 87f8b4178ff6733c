// Guards: no link of the documentation leads to nothing, in the repository or on the site, and every page of docs stands in one chapter.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { documentOf } from '../texts/index.ts'
import { CHAPTERS, MANUAL_NAMES } from './chapters.ts'
import { targetOf } from './links.ts'

const ROOT_PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'STYLE.md']
const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))
const pages = [...ROOT_PAGES, ...docs]

/** Addresses of links in a text, without code. */
const linksOf = (text: string): readonly string[] =>
  [
    ...text
      .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
      .replaceAll(/`[^`\n]*`/g, 'code')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, href = '']) => href)

/** Anchors of a page: of its headings, and those that stand in it. */
const anchorsOf = (file: string): ReadonlySet<string> => {
  const text = readFileSync(file, 'utf8')
  return new Set([...documentOf(text).parts.map(({ id }) => id), ...[...text.matchAll(/<a id="([\w-]+)">/g)].map(([, id = '']) => id)])
}

/** What is wrong with a link of a page; undefined when nothing is. */
function troubleWith(page: string, href: string): string | undefined {
  if (/^(?:https:\/\/|mailto:|\/)/.test(href)) return undefined
  const [path = '', anchor] = href.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(file)) return 'no such file'
  if (anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor)) return 'no such anchor'
  return undefined
}

test('every link leads to a file, and to a heading of it', () => {
  const links = pages.flatMap((page) => linksOf(readFileSync(page, 'utf8')).map((href) => ({ page, href })))
  assert.ok(links.length > 200)
  const dead = links.flatMap(({ page, href }) => {
    const trouble = troubleWith(page, href)
    return trouble === undefined ? [] : [`${page}: ${href}: ${trouble}`]
  })
  assert.deepEqual(dead, [])
})

test('a dead link is found', () => {
  assert.equal(troubleWith('docs/keys.md', 'nothing.md'), 'no such file')
  assert.equal(troubleWith('docs/keys.md', 'errors.md#nothing'), 'no such anchor')
  assert.equal(troubleWith('docs/zh/x.md', '../keys.md'), undefined)
})

test('every link inside docs has a place on the site, or is named as a file of the repository', () => {
  for (const page of docs.filter((name) => !name.includes('decisions')))
    for (const href of linksOf(readFileSync(page, 'utf8')))
      if (!href.startsWith('/')) assert.ok(targetOf(href) !== undefined, `${page}: ${href}`)
  assert.deepEqual(targetOf('teams.md#company-sign-in'), { site: '/docs/teams#company-sign-in' })
  assert.deepEqual(targetOf('errors.md#account_frozen'), { site: '/docs/errors#account_frozen' })
  assert.deepEqual(targetOf('../deploy/systemd/farebox.service'), { file: 'deploy/systemd/farebox.service' })
  assert.deepEqual(targetOf('decisions/0004-control-channel.md'), { file: 'docs/decisions/0004-control-channel.md' })
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', '//x.test', '/etc/passwd', 'http://x.test', 'x y'])
    assert.equal(targetOf(bad), undefined, bad)
})

test('every page of docs stands in one chapter, and every page of a chapter is there', () => {
  const inChapters = Object.values(CHAPTERS).flat()
  assert.equal(new Set(inChapters).size, inChapters.length)
  const written = readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -3))
  assert.deepEqual([...MANUAL_NAMES, 'errors'].sort(), written.sort())
  const chinese = readdirSync('docs/zh').map((name) => name.slice(0, -3))
  for (const name of chinese) assert.ok(written.includes(name), name)
})
