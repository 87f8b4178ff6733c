import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundled } from './bundled.ts'
import type { Lock } from './lock.ts'

const TEXT = /^(?:licen[cs]e|notice|copying)(?:[-.].*)?$/i

/** The licences of what is compiled into the package, word for word, as most of them ask for. A package without a text has its name and its licence's. */
export function thirdPartyText(root: string, bundled: readonly Bundled[], lock: Lock): string {
  const once = new Map(bundled.map((one) => [`${one.name} ${one.version}`, one]))
  const parts = [...once.keys()].sort().map((key) => partOf(root, once.get(key)?.folder ?? '', { key, lock }))
  return `Farebox contains these packages of others.\n\n${parts.join('\n')}`
}

function partOf(root: string, folder: string, { key, lock }: { readonly key: string; readonly lock: Lock }): string {
  const names = readdirSync(join(root, folder))
    .filter((name) => TEXT.test(name))
    .sort()
  const texts = names.filter((name) => !/\.(?:js|ts|json)$/.test(name)).map((name) => readFileSync(join(root, folder, name), 'utf8').trim())
  return `---- ${key} (${lock[folder]?.license ?? 'no licence told'})\n\n${texts.join('\n\n')}\n`
}
