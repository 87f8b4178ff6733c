import { execFileSync, spawnSync } from 'node:child_process'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { CHECKOUT } from './made-package.ts'
import { secretsIn } from './secret-shapes.ts'

const BYTES_MAX = 2 * 1024 ** 3
const FILE_BYTES_MAX = 4 * 1024 * 1024

/** SUP-10, first part: no file that is or ever was in the repository has a key of a provider, a payment service or a chain in it. */
export function secrets(context: CheckContext): Promise<Measured> {
  if (spawnSync('git', ['rev-parse', '--git-dir'], { cwd: CHECKOUT, stdio: 'ignore' }).status !== 0)
    throw new NotRunError('this is no checkout with a history')
  const blobs = listBlobs()
  context.expect(blobs.length > 500, 'blind: there is next to no file in the history')
  let bytes = 0
  let texts = 0
  for (const part of inParts(blobs, 500)) {
    for (const { path, text } of readBlobs(part)) {
      texts += 1
      bytes += text.length
      for (const { kind, shown } of secretsIn(text)) context.fail(`${path}: ${kind} ${shown}`)
    }
  }
  return Promise.resolve({ n: texts, measured: { files: texts, bytes } })
}

type Blob = { readonly id: string; readonly path: string }

function git(given: readonly string[], input?: string): Buffer {
  return execFileSync('git', given, { cwd: CHECKOUT, maxBuffer: BYTES_MAX, ...(input === undefined ? {} : { input }) })
}

/** Every file of every commit, each content once. */
function listBlobs(): readonly Blob[] {
  const lines = git(['rev-list', '--objects', 'HEAD']).toString('utf8').split('\n')
  return lines.flatMap((line) => {
    const [id = '', path = ''] = line.split(/ (.*)/s, 2)
    return /\.[\w]+$|\/[\w.-]+$/.test(path) ? [{ id, path }] : []
  })
}

function* inParts<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

/** The texts of files; folders, binary files and very large ones are left out. Source: git-cat-file(1), "BATCH OUTPUT" (2026-11-27). */
function* readBlobs(blobs: readonly Blob[]): Generator<{ readonly path: string; readonly text: string }> {
  const output = git(['cat-file', '--batch'], blobs.map(({ id }) => `${id}\n`).join(''))
  let at = 0
  for (const { path } of blobs) {
    const end = output.indexOf(10, at)
    const [, type = '', size = '0'] = output.toString('latin1', at, end).split(' ')
    const content = output.subarray(end + 1, end + 1 + Number(size))
    at = end + 2 + Number(size)
    if (type === 'blob' && content.length < FILE_BYTES_MAX && !content.includes(0)) yield { path, text: content.toString('utf8') }
  }
}
