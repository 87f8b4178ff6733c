import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TargetName } from './targets/index.ts'

const CORPUS = new URL('./corpus/', import.meta.url)

/** The inputs that are kept of a target, in the order of their names. */
export const corpusOf = (name: TargetName): readonly Buffer[] => {
  const folder = new URL(`${name}/`, CORPUS)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .toSorted()
    .map((file) => readFileSync(new URL(file, folder)))
}

/** Keeps an input of a target for good. */
export function keepInCorpus(name: TargetName, input: Buffer): void {
  const folder = new URL(`${name}/`, CORPUS)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(hashOf(input), folder), input)
}

/** Lays an input that failed where it can be read again; returns its path. */
export function layAside(name: TargetName, input: Buffer): string {
  const folder = join(tmpdir(), 'farebox-fuzz')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}-${hashOf(input)}`)
  writeFileSync(path, input)
  return path
}

const hashOf = (input: Buffer): string => createHash('sha256').update(input).digest('hex').slice(0, 16)
