import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bom, readLock } from '../../packaging/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { CHECKOUT, makePackage } from './made-package.ts'

/** Licences that let us give others what we made with it. */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MIT-0',
  'Unlicense',
  'BlueOak-1.0.0',
  'PostgreSQL',
])
/** The bundler writes above each module where it is from. */
const REGION = /^\s*\/\/#region (?:\.\.\/)*(node_modules\/.*)$/gm
const LINE_LENGTH_MIN = 30
const LINES_MIN = 5
const FOLDER = /^((?:node_modules\/(?:.*\/node_modules\/)?)(?:@[^/]+\/)?[^/]+)\//

/** SUP-07: what is found in the compiled code is what the list of what ships says, each way; licences are such as may be given on. */
export function listed(context: CheckContext): Promise<Measured> {
  const made = makePackage()
  try {
    const bom: Bom = JSON.parse(readFileSync(join(made.contents, 'sbom.cdx.json'), 'utf8'))
    const lock = readLock(CHECKOUT)
    let compared = 0
    for (const part of readdirSync(join(made.contents, 'server'))) {
      const found = new Set(
        [...foldersIn(join(made.contents, 'server', part))].map((folder) => `${nameOf(folder)}@${lock[folder]?.version}`),
      )
      const told = new Set(
        bom.components
          .filter(({ properties }) => properties.some(({ value }) => value === part))
          .map(({ name, version }) => `${name}@${version}`),
      )
      for (const one of found) context.expect(told.has(one), `${part} has ${one} in it, which is not listed`)
      const code = wordsOf(codeIn(join(made.contents, 'server', part)).join('\n'))
      for (const one of told) context.expect(found.has(one) || hasLinesOf(one, lock, code), `${one} is listed for ${part} and not in it`)
      compared += found.size
    }
    context.expect(compared > 50, 'blind: next to no package was found in the code')
    const texts = readFileSync(join(made.contents, 'THIRD-PARTY.txt'), 'utf8')
    for (const { name, version, licenses, properties } of bom.components) {
      const { expression } = licenses[0]
      context.expect(isAllowed(expression), `${name} has the licence ${expression}`)
      if (properties.some(({ value }) => value !== 'beside'))
        context.expect(texts.includes(`---- ${name} ${version} (`), `${name} has no text of its licence`)
    }
    return Promise.resolve({
      n: bom.components.length,
      measured: { compared, licences: [...new Set(bom.components.map(({ licenses }) => licenses[0].expression))].sort().join(', ') },
    })
  } finally {
    made.remove()
  }
}

/** Any of several that one may choose from, all of several that hold together. */
const isAllowed = (expression: string): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' AND ')
    .every((all) => all.split(' OR ').some((one) => ALLOWED.has(one.trim())))

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)

const codeIn = (folder: string): readonly string[] => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))

/** What is left of code however it is written. */
const wordsOf = (code: string): string => code.replace(/[^\w$]+/g, '')

/** Whether lines of a package are in code: the bundler puts a module that one other asks for under the name of that one. */
function hasLinesOf(nameAndVersion: string, lock: ReturnType<typeof readLock>, code: string): boolean {
  const folders = Object.keys(lock).filter((folder) => `${nameOf(folder)}@${lock[folder]?.version}` === nameAndVersion)
  const files = folders.flatMap((folder) =>
    globSync('**/*.{js,cjs,mjs}', { cwd: join(CHECKOUT, folder) }).map((path) => join(CHECKOUT, folder, path)),
  )
  const lines = files.flatMap((path) => readFileSync(path, 'utf8').split('\n').map(wordsOf))
  return lines.filter((line) => line.length >= LINE_LENGTH_MIN && code.includes(line)).length >= LINES_MIN
}

function foldersIn(folder: string): ReadonlySet<string> {
  const paths = codeIn(folder).flatMap((text) => [...text.matchAll(REGION)].map(([, path = '']) => path))
  return new Set(paths.map((path) => FOLDER.exec(path)?.[1]).filter((one) => one !== undefined))
}
