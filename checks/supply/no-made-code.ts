import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { CHECKOUT, makePackage } from './made-package.ts'
import { startPacked } from './packed-server.ts'

/** By SHA-256 of their bytes: the parsers of HTTP that undici 8.12.1 carries, milo and llhttp, each with and without SIMD, and src/protocols/text-pass.wat. */
const PARSERS: ReadonlySet<string> = new Set([
  '2833147ba0f82efd36ac313fad192510a9a0e3342ecf17a139b383ea82afc03a',
  'ac63077966ddb6f0037e8f9d63981d0234b2ae6358035d1a4a896d2a6cb9030b',
  'ab4573a06c43574936dc98c3943b10a4ee32798e9797329e9f327e5f64115f54',
  '18403ee56fab07f89a845028bad358bb3ebcda213f8e2ec0989a991e9c33da69',
  '72055f3d9afe8c3a553e4c6b4db11f3e250138e26c734c1aa111e2469af90c75',
])
const WASM = /["'`](AGFzbQ[A-Za-z0-9+/=]+)["'`]/g
const MAKES_CODE =
  /\bnew Function\(|(?<![.\w])eval\(|(?<![.\w])Function\(["'`]|["'`]node:vm["'`]|(?:require|from|import)\s*\(?["'`]vm["'`]/g
/** Of the machine: libraries that Node and PostgreSQL were linked with, time zones, locales. */
const OF_THE_MACHINE = /^\/(?:usr\/)?(?:lib|lib64|share)\//

/**
 * SUP-08: the gateway of the package has nothing in it that makes code of text, is started so that nothing could, and has no WebAssembly but
 * parsers known by their hashes; what its processes map comes from the package, from what npm installed beside it, or from the machine.
 */
export async function noMadeCode(context: CheckContext): Promise<Measured> {
  const made = makePackage()
  try {
    const parsers = expectNoMadeCode(context, join(made.contents, 'server', 'gateway'))
    const server = await startPacked(made)
    try {
      const key = readFileSync(join(server.dataDir, 'demo-key'), 'utf8').trim()
      const answer = await call({ base: `http://127.0.0.1:${server.port}`, key, protocol: 'openai', model: 'sandbox/echo' })
      context.expect(answer.status === 200, `a call was answered ${answer.status}`)
      const started = server.pids().map((pid) => ({ pid, words: readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0') }))
      const gateways = started.filter(({ words }) => words.some((word) => word.endsWith('/server/gateway/gateway.js')))
      context.expect(gateways.length > 0, 'blind: no gateway runs')
      for (const { words } of gateways)
        context.expect(words.includes('--disallow-code-generation-from-strings'), 'a gateway may make code of text')
      const places = [made.folder, join(CHECKOUT, 'node_modules'), process.execPath]
      const isKnown = (path: string): boolean => OF_THE_MACHINE.test(path) || places.some((place) => path.startsWith(place))
      const mapped = started.flatMap(({ pid }) => mappedFiles(pid))
      for (const path of mapped.filter((one) => !isKnown(one))) context.fail(`a process maps ${path}`)
      context.expect(mapped.length > 10, 'blind: next to no file is mapped')
      return { n: started.length, measured: { files: mapped.length, parsers } }
    } finally {
      server.stop()
    }
  } finally {
    made.remove()
  }
}

function expectNoMadeCode(context: CheckContext, folder: string): number {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  for (const text of texts) for (const [found] of text.matchAll(MAKES_CODE)) context.fail(`the gateway has ${found} in it`)
  const parsers = new Set(texts.flatMap((text) => [...text.matchAll(WASM)].map(([, base64 = '']) => hashOf(base64))))
  for (const parser of parsers) context.expect(PARSERS.has(parser), `the gateway has WebAssembly in it that nobody knows: ${parser}`)
  context.expect(parsers.size > 0, 'blind: the parser of HTTP was not found')
  return parsers.size
}

const hashOf = (base64: string): string => createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')

/** Files that a process has mapped. Source: proc_pid_maps(5) (2026-11-27). */
function mappedFiles(pid: number): readonly string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')
  const paths = lines.map((line) => /^(?:\S+\s+){5}(\/.*)$/.exec(line)?.[1]).filter((path) => path !== undefined)
  // Shared memory of PostgreSQL is no file.
  return [...new Set(paths)].filter((path) => !/^\/(?:dev\/(?:zero|shm\/)|SYSV|memfd:|anon_hugepage)/.test(path))
}
