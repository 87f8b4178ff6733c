import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { CheckContext, Measured } from '../harness/index.ts'
import { copyCheckout, type MadePackage, makePackage } from './made-package.ts'

/** SUP-04: the same sources in another folder, built from nothing, give the same tarball; so whoever has the sources can see what the package is made of. */
export function rebuilt(context: CheckContext): Promise<Measured> {
  const here = makePackage()
  const other = copyCheckout()
  try {
    let files = 0
    for (let round = 0; round < context.n; round += 1) {
      context.progress(`build ${round + 1} elsewhere`)
      const there = makePackage(other.folder)
      try {
        files = expectSame(context, here, there)
      } finally {
        there.remove()
      }
    }
    return Promise.resolve({ n: context.n, measured: { files, sha256: hashOf(here.tarball), builders: 'one machine, two folders' } })
  } finally {
    here.remove()
    other.remove()
  }
}

/** Compares what two builds made; returns how many files the first has. */
function expectSame(context: CheckContext, here: MadePackage, there: MadePackage): number {
  const [first, second] = [hashesIn(here.contents), hashesIn(there.contents)]
  const files = Object.keys(first).length
  context.expect(files > 50, 'blind: there is next to nothing in the package')
  for (const path of differing(first, second)) context.fail(`${path} differs`)
  context.expect(hashOf(here.tarball) === hashOf(there.tarball), 'the tarballs differ')
  return files
}

type Hashes = Readonly<Record<string, string>>

const differing = (first: Hashes, second: Hashes): readonly string[] =>
  [...new Set([...Object.keys(first), ...Object.keys(second)])].filter((path) => first[path] !== second[path])

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

function hashesIn(folder: string): Hashes {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path), hashOf(path)]
    }),
  )
}
