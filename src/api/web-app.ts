import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import type { SiteSettings } from '../catalog/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { fillPage } from './fill-page.ts'
import { answerPacked, type Packed } from './packed.ts'

/** A file that browsers load, and the same compressed in each of two ways where it is worth it. */
type Asset = Packed & { readonly type: string }

/** An app that was built: its one page, and the files it loads by their path. */
type WebApp = { readonly page: string; readonly assets: ReadonlyMap<string, Asset> }

/**
 * Which app, where its files are served, and at what paths its page stands; `house` is whose name, logo and colour it shows, and `dist` the folder of
 * what was built.
 */
export type WebAppPlace = {
  readonly app: 'dashboard' | 'console'
  readonly base: string
  readonly pages: readonly string[]
  readonly house?: SiteSettings
  readonly dist?: string
}

const DIST = join(import.meta.dirname, '../../web/dist')
const NONCE = '__NONCE__'
const NONCE_BYTES = 16
const YEAR = 'public, max-age=31536000, immutable'
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/**
 * What an app may load and do: its own files and interfaces alone; customers hear what a model spoke, from the tab's own memory. No form is sent by the
 * browser itself, as what is typed would stand in the address. Source: W3C CSP 3 and Trusted Types, w3.org/TR/CSP3, w3.org/TR/trusted-types (2026-11-26).
 */
const policyOf = (nonce: string, app: WebAppPlace['app']): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self'",
    "img-src 'self' data:",
    `media-src ${app === 'dashboard' ? 'blob:' : "'none'"}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

/** Serves one of the apps: its page with a nonce of its own each time, its files for good, as their names change with them. */
export function webApp(app: Hono<ApiEnv>, { app: name, base, pages, house, dist = DIST }: WebAppPlace): void {
  const built = loadWebApp(join(dist, name), { base, house })
  // Files first: a page may stand at every path below their own.
  for (const [path, asset] of built?.assets ?? []) app.get(path, (c) => answerAsset(c, asset))
  for (const path of pages)
    app.get(path, (c) => {
      if (built === undefined) return c.html(NOT_BUILT, 503)
      const nonce = randomBytes(NONCE_BYTES).toString('base64')
      c.header('content-security-policy', policyOf(nonce, name))
      c.header('cross-origin-opener-policy', 'same-origin')
      return c.html(built.page.replaceAll(NONCE, nonce))
    })
}

function answerAsset(c: Context<ApiEnv>, asset: Asset): Response {
  c.header('cache-control', YEAR)
  c.header('content-type', asset.type)
  c.header('etag', `"${createHash('sha256').update(c.req.path).digest('base64url').slice(0, 22)}"`)
  return answerPacked(c, asset)
}

type Loading = { readonly base: string; readonly house: SiteSettings | undefined }

function loadWebApp(folder: string, { base, house }: Loading): WebApp | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined
  const files = readdirSync(join(folder, 'assets'))
  const read = (file: string) => readFileSync(join(folder, 'assets', file))
  const assets = files
    .filter((file) => !/\.(?:br|gz)$/.test(file))
    .map((file): readonly [string, Asset] => [
      `${base}assets/${file}`,
      {
        type: TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
        plain: read(file),
        ...(files.includes(`${file}.br`) ? { br: read(`${file}.br`) } : {}),
        ...(files.includes(`${file}.gz`) ? { gzip: read(`${file}.gz`) } : {}),
      },
    ])
  const built = readFileSync(join(folder, 'index.html'), 'utf8')
  const { page, sheet } = house === undefined ? { page: built } : fillPage(built, house, `${base}assets/`)
  const own = sheet === undefined ? [] : [[sheet.path, { type: TYPES['css'] ?? '', plain: Buffer.from(sheet.css) }] as const]
  return { page, assets: new Map([...assets, ...own]) }
}

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title><p>The pages of this part are not built. Run “npm run web” where Farebox is installed, and start it again.'
