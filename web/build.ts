// Builds the two apps that browsers load, the customers' and the operators', into web/dist when they are missing or older than what they are made of.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { type Bundled, bundledPackages } from '../packaging/bundled.ts'

const HERE = import.meta.dirname
const DIST = join(HERE, 'dist')
const STAMP = join(DIST, 'stamp')
/** App → where its files are served. */
const APPS = { dashboard: '/app/', console: '/console/' } as const
/** Data that pages share with the server, beside what lies here. */
const SHARED = [join(HERE, '../src/spec/tool-settings.ts')]
/** Where the nonce of an answer goes into its page. */
const NONCE = '__NONCE__'

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

function sourceStamp(): string {
  const hash = createHash('sha256')
  const own = filesIn(HERE).filter((path) => !path.startsWith(DIST))
  for (const path of [...own, ...SHARED, join(HERE, '../package-lock.json')])
    hash.update(path.slice(HERE.length)).update(readFileSync(path))
  return hash.digest('hex')
}

const readStamp = (): string | undefined => {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return undefined
  }
}

/** Writes what browsers may ask for in compressed form beside each file that is worth it. */
function compress(folder: string): void {
  for (const path of filesIn(folder)) {
    if (!/\.(?:js|css|svg)$/.test(path)) continue
    const bytes = readFileSync(path)
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }))
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

/**
 * Sources have the words of all languages beside each other. What a language's catalogue imports becomes a module of that catalogue's own, in which
 * bundling leaves nothing of the others.
 */
const languagesApart = (): Plugin => ({
  name: 'languages-apart',
  enforce: 'pre',
  async resolveId(source, importer) {
    const [, language] = /\/words\/(?:.*\?)?(en|zh)(?:\.ts)?$/.exec(importer ?? '') ?? []
    if (language === undefined || !source.startsWith('./')) return null
    const found = await this.resolve(source, importer, { skipSelf: true })
    return found === null ? null : `${found.id}?${language}`
  },
})

async function buildAll(into: string): Promise<void> {
  const { build } = await import('vite')
  const { default: react } = await import('@vitejs/plugin-react')
  const bundled = new Map<string, Bundled>()
  for (const [app, base] of Object.entries(APPS))
    await build({
      root: join(HERE, app),
      base,
      configFile: false,
      logLevel: 'warn',
      plugins: [languagesApart(), react(), bundledPackages(join(HERE, '..'), bundled)],
      html: { cspNonce: NONCE },
      build: { outDir: join(into, app), emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
    })
  writeFileSync(join(into, 'packages.json'), JSON.stringify([...bundled.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1))))
  compress(into)
}

const stamp = sourceStamp()
if (readStamp() !== stamp) {
  const made = `${DIST}.${process.pid}`
  try {
    await buildAll(made)
    writeFileSync(join(made, 'stamp'), stamp)
    rmSync(DIST, { recursive: true, force: true })
    renameSync(made, DIST)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}
