import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { CheckContext, Measured } from '../harness/index.ts'
import { proveIn } from './leak-mutants.ts'
import { withBody } from './mutant-edits.ts'
import { copyTree } from './mutated-tree.ts'

/** The files in which a call goes on from wait to wait. */
const FILES = ['serve-request', 'handle', 'identify', 'read-body', 'upload', 'hold', 'forward', 'dispatch', 'relay', 'answer-estimate'].map(
  (name) => `src/gateway/${name}.ts`,
)
/** Of so many times that a wait is come to, it ends once in an error that holds what the client said. */
const ONCE_IN = 11
const POINT = `Reflect.get(globalThis, 'failOnce')`

/**
 * PRV-01e: in a copy of the product every wait of a call in the gateway ends now and then in an error whose message is the body of a request.
 * Calls fail, as they have to, and PRV-01 finds nothing of any of them.
 */
export async function exceptions(context: CheckContext): Promise<Measured> {
  const tree = copyTree()
  try {
    tree.apply([
      withBody(`Reflect.set(globalThis, 'lastWords', Buffer.concat(parts).toString())`),
      {
        file: 'src/gateway/main.ts',
        find: `const EXIT_CRASHED = 70`,
        replace: `const EXIT_CRASHED = 70
const times = new Map()
Reflect.set(globalThis, 'failOnce', async (site) => {
  const count = (times.get(site) ?? site) + 1
  times.set(site, count)
  if (count % ${ONCE_IN} === 0) throw new Error('cannot take ' + Reflect.get(globalThis, 'lastWords'))
})`,
      },
    ])
    const sites = FILES.reduce((first, file) => failIn(join(tree.directory, file), first), 0)
    const { first = [], failures, n } = await proveIn(tree.directory, context.n)
    const leaks = first.filter((what) => what.startsWith('leak: ') && !what.includes('sent to upstreams'))
    for (const leak of leaks) context.fail(leak)
    for (const what of first) context.expect(!/^blind|the check broke/.test(what), what)
    context.expect(sites > 20, `blind: only ${sites} waits were found`)
    context.expect(failures > 0, 'blind: no call failed')
    return { n, measured: { waits: sites, onceIn: ONCE_IN, callsThatFailed: failures, leaks: leaks.length } }
  } finally {
    tree.remove()
  }
}

/** Puts a chance to fail before each wait of a file; `first` is the number of the first one, and the next free one is told. */
function failIn(path: string, first: number): number {
  const text = readFileSync(path, 'utf8')
  const insertions: { readonly at: number; readonly text: string }[] = []
  let site = first
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node)) {
      const call = `await ${POINT}(${site}), `
      // A statement must not begin with a bracket, as it would go on from the line before.
      const isStatement = ts.isExpressionStatement(node.parent)
      insertions.push({ at: node.getStart(), text: isStatement ? call : `(${call}` })
      if (!isStatement) insertions.push({ at: node.getEnd(), text: ')' })
      site += 1
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  const changed = insertions.toSorted((a, b) => b.at - a.at).reduce((so, { at, text: put }) => so.slice(0, at) + put + so.slice(at), text)
  writeFileSync(path, changed)
  return site
}
